package dataset

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/tensor"
)

func ExampleSet_StratifiedSplit() {
	x := NewFloats([]float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 1)
	s, _ := FromLabels("rare", x, nil, []int32{0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, nil)
	train, held := s.StratifiedSplit(0.5, nil)
	fmt.Println(train.ClassCounts(), held.ClassCounts())
	// Output: [4 1] [4 1]
}

func TestHeadAndSplit(t *testing.T) {
	for name, s := range map[string]*Set{
		"in memory": numbered(7),
		"elsewhere": func() *Set { s := numbered(7); s.X = elsewhere{s.X}; return s }(),
		"subset":    numbered(9).Subset([]int{0, 1, 2, 3, 4, 5, 6}),
	} {
		for n := range 8 {
			head, tail := s.Split(n)
			if got := append(firsts(head), firsts(tail)...); head.Len() != n || !slices.Equal(got, Order(7, nil)) {
				t.Errorf("%s: split at %d: %v", name, n, got)
			}
			for i := range tail.Len() {
				if tail.Label(i) != (n+i)%3 {
					t.Errorf("%s: label of example %d after %d", name, i, n)
				}
			}
			if !slices.Equal(firsts(s.Head(n)), Order(n, nil)) {
				t.Errorf("%s: head of %d", name, n)
			}
			for _, part := range []*Set{head, tail, head.OneHot().Head(n), tail.Subset(Order(tail.Len(), nil))} {
				if err := part.Check(); err != nil {
					t.Errorf("%s: split at %d: %v", name, n, err)
				}
			}
		}
		if s.Head(100).Len() != 7 || s.Head(-1).Len() != 0 {
			t.Errorf("%s: head of more than there is", name)
		}
	}
	_, targets := numbered(7).OneHot().Split(5)
	if !slices.Equal(targets.Target(0), []float32{0, 0, 1}) {
		t.Errorf("target after a split: %v", targets.Target(0))
	}
}

// TestSubset: a view of a view names rows of the view.
func TestSubset(t *testing.T) {
	s := numbered(10).Subset([]int{9, 8, 7, 6, 5})
	u := s.Subset([]int{4, 0, 0})
	if got := firsts(u); !slices.Equal(got, []int{5, 9, 9}) {
		t.Errorf("rows %v", got)
	}
	if !slices.Equal(u.Labels, []int32{2, 0, 0}) {
		t.Errorf("labels %v", u.Labels)
	}
	if empty := s.Subset(nil); empty.Len() != 0 || empty.Check() != nil {
		t.Errorf("an empty subset: %v", empty.Check())
	}
}

func TestSplitFraction(t *testing.T) {
	s := numbered(11)
	head, tail := s.SplitFraction(0.8, nil)
	if head.Len() != 9 || !slices.Equal(firsts(tail), []int{9, 10}) {
		t.Errorf("in order: %v and %v", firsts(head), firsts(tail))
	}
	head, tail = s.SplitFraction(0.8, seeded(1))
	all := append(firsts(head), firsts(tail)...)
	if head.Len() != 9 || slices.IsSorted(all) {
		t.Errorf("%v is not drawn", all)
	}
	if slices.Sort(all); !slices.Equal(all, Order(11, nil)) {
		t.Errorf("the parts are not the whole: %v", all)
	}
	again, _ := s.SplitFraction(0.8, seeded(1))
	if !slices.Equal(firsts(head), firsts(again)) {
		t.Error("the same seed splits differently")
	}
}

// TestStratified: over many shapes, the parts are the whole, of the right size, and each class is within one of its share.
func TestStratified(t *testing.T) {
	rng := seeded(7)
	for range 300 {
		n := 1 + rng.IntN(60)
		labels := make([]int32, n)
		for i := range labels {
			labels[i] = int32(rng.IntN(4) * rng.IntN(2)) // class 0 is common
		}
		s := &Set{X: numbered(n).X, Shape: tensor.Shape{2}, Labels: labels, Out: 4}
		f := rng.Float64()
		train, held := s.StratifiedSplit(f, rng)
		if train.Len() != portion(f, n) || train.Len()+held.Len() != n {
			t.Fatalf("%v of %d gives %d and %d", f, n, train.Len(), held.Len())
		}
		all := append(firsts(train), firsts(held)...)
		if slices.Sort(all); !slices.Equal(all, Order(n, nil)) {
			t.Fatalf("the parts are not the whole: %v", all)
		}
		for c, total := range s.ClassCounts() {
			got, exact := train.ClassCounts()[c], f*float64(total)
			if float64(got) <= exact-1 || float64(got) >= exact+1 {
				t.Fatalf("class %d: %d of %d at %v", c, got, total, f)
			}
		}
	}
}

// TestLargestRemainder: 0.4 of 6 and of 4 are 2.4 and 1.6; the example that is left goes to the second class.
func TestLargestRemainder(t *testing.T) {
	s := &Set{X: numbered(10).X, Shape: tensor.Shape{2}, Labels: []int32{0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, Out: 2}
	if train, _ := s.StratifiedSplit(0.4, seeded(1)); !slices.Equal(train.ClassCounts(), []int{2, 2}) {
		t.Errorf("class counts %v; want [2 2]", train.ClassCounts())
	}
}

// TestStratifiedRegression: without classes there is nothing to stratify by.
func TestStratifiedRegression(t *testing.T) {
	s, _ := FromTargets("line", NewFloats([]float32{0, 10, 20, 30}, 1), nil, []float32{0, 1, 2, 3}, 1, nil)
	train, held := s.StratifiedSplit(0.5, nil)
	if !slices.Equal(firsts(train), []int{0, 1}) || !slices.Equal(held.Targets, []float32{2, 3}) {
		t.Errorf("%v, %v", firsts(train), held.Targets)
	}
}

func TestFolds(t *testing.T) {
	s := numbered(14)
	for i := range s.Labels {
		s.Labels[i] = int32(i % 2) // every fourth example is of one class
	}
	counts := s.ClassCounts()
	heldOnce := make([]int, 14)
	folds := 0
	for train, held := range s.Folds(4, seeded(2)) {
		folds++
		if held.Len() < 3 || held.Len() > 4 || train.Len()+held.Len() != 14 {
			t.Errorf("a fold of %d and %d", train.Len(), held.Len())
		}
		for _, r := range firsts(held) {
			heldOnce[r]++
		}
		if train.Overlap(held) != 0 {
			t.Error("an example on both sides")
		}
		for c, n := range held.ClassCounts() {
			if n < counts[c]/4 || n > (counts[c]+3)/4 {
				t.Errorf("class %d: %d of %d in a quarter", c, n, counts[c])
			}
		}
		if err := train.Check(); err != nil {
			t.Error(err)
		}
	}
	if folds != 4 || slices.Max(heldOnce) != 1 || slices.Min(heldOnce) != 1 {
		t.Errorf("%d folds, held %v times", folds, heldOnce)
	}
	for range s.Folds(2, nil) {
		break
	}
}
