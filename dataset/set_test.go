package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/tensor"
)

// numbered returns n examples of 2 features (10i, 10i+1) with label i mod 3.
func numbered(n int) *Set {
	x := make([]float32, 2*n)
	labels := make([]int32, n)
	for i := range n {
		x[2*i], x[2*i+1] = float32(10*i), float32(10*i+1)
		labels[i] = int32(i % 3)
	}
	return &Set{Name: "numbered", X: NewFloats(x, 2), Shape: tensor.Shape{2}, Labels: labels, Classes: []string{"a", "b", "c"}, Out: 3}
}

// elsewhere hides that rows are in memory: a Rows and nothing more.
type elsewhere struct{ Rows }

// firsts returns the first feature of every example, divided by 10: which rows of numbered the set shows.
func firsts(s *Set) []int {
	rows := make([]int, s.Len())
	for i := range rows {
		rows[i] = int(s.Example(i)[0]) / 10
	}
	return rows
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func ExampleFromLabels() {
	x := NewFloats([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 2)
	xor, err := FromLabels("xor", x, nil, []int32{0, 1, 1, 0}, []string{"even", "odd"})
	fmt.Println(xor, err)
	fmt.Println(xor.Example(2), xor.ClassName(xor.Label(2)), xor.Target(2))
	// Output:
	// xor: 4 examples, 2 → 2 classes <nil>
	// [1 0] odd [0 1]
}

func ExampleSet_Batches() {
	x := NewFloats([]float32{0, 1, 2, 3, 4}, 1)
	s, _ := FromTargets("line", x, nil, []float32{1, 3, 5, 7, 9}, 1, nil)
	for batch := range s.Batches(2, nil) {
		features := make([]float32, batch.Len())
		targets := make([]float32, batch.Len())
		GatherX(batch, features, 0, batch.Len())
		GatherT(batch, targets, 0, batch.Len())
		fmt.Println(batch.Rows, features, targets)
	}
	// Output:
	// [0 1] [0 1] [1 3]
	// [2 3] [2 3] [5 7]
	// [4] [4] [9]
}

func TestFromLabelsNames(t *testing.T) {
	s, err := FromLabels("", NewFloats([]float32{1, 2, 3}, 1), nil, []int32{2, 0, 2}, nil)
	if err != nil || !slices.Equal(s.Classes, []string{"0", "1", "2"}) || s.Out != 3 {
		t.Errorf("classes %v, %v", s.Classes, err)
	}
	if _, err = FromLabels("wild", NewFloats([]float32{1}, 1), nil, []int32{math.MaxInt32}, nil); err == nil {
		t.Error("a label of 2^31-1 was given as many class names")
	}
}

func TestCheck(t *testing.T) {
	good := numbered(4)
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		spoil func(*Set)
		says  string
	}{
		{func(s *Set) { s.X = nil }, "no features"},
		{func(s *Set) { s.Shape = tensor.Shape{3} }, "has 2 features, but its shape 3 has 3 elements"},
		{func(s *Set) { s.Shape = tensor.Shape{2, 0} }, "axis 1 is 0"},
		{func(s *Set) { s.Out = 0; s.Classes = nil }, "Out is 0"},
		{func(s *Set) { s.Classes = s.Classes[:2] }, "2 class names for 3 outputs"},
		{func(s *Set) { s.Labels = s.Labels[:3] }, "4 examples but 3 labels"},
		{func(s *Set) { s.Labels = nil }, "neither labels nor targets"},
		{func(s *Set) { s.Targets = make([]float32, 12) }, "both labels and targets"},
		{func(s *Set) { s.Labels, s.Targets = nil, make([]float32, 11) }, "4 examples with 3 targets each, but 11"},
		{func(s *Set) { s.Labels, s.Targets = nil, make([]float32, 9) }, "4 examples with 3 targets each, but 9"},
		{func(s *Set) { s.Labels, s.Targets = nil, make([]float32, 14) }, "4 examples with 3 targets each, but 14"},
		{func(s *Set) { s.Labels = []int32{0, 1, 3, 0} }, "example 2 has label 3; want 0 to 2"},
		{func(s *Set) { s.Labels = []int32{0, -1, 2, 0} }, "example 1 has label -1; want 0 to 2"},
		{func(s *Set) { s.index = []uint32{0, 1, 2, 4} }, "example 3 is row 4 of a table of 4 rows"},
	} {
		s := *good
		c.spoil(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v; want %q", err, c.says)
		} else if !strings.HasPrefix(err.Error(), "dataset: numbered: ") {
			t.Errorf("%q does not name the set", err)
		}
	}
}

func TestCheckFinite(t *testing.T) {
	s := numbered(4)
	if err := s.CheckFinite(); err != nil {
		t.Error(err)
	}
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		x := NewFloats([]float32{0, 1, 2, bad}, 1)
		for _, rows := range []Rows{x, elsewhere{x}} {
			s, _ := FromTargets("bad", rows, nil, []float32{1, 2, 3, 4}, 1, nil)
			if err := s.CheckFinite(); err == nil || !strings.Contains(err.Error(), "example 3 has a feature") {
				t.Errorf("%v", err)
			}
		}
		s, _ := FromTargets("bad", NewFloats([]float32{0, 1}, 1), nil, []float32{1, bad}, 1, nil)
		if err := s.CheckFinite(); err == nil || !strings.Contains(err.Error(), "example 1 has a target") {
			t.Errorf("%v", err)
		}
	}
}

// TestLabel: over targets, the class is the first of the largest; without classes there is none.
func TestLabel(t *testing.T) {
	x := NewFloats([]float32{1, 2, 3}, 1)
	s, err := FromTargets("soft", x, nil, []float32{.2, .7, .1, 1, 0, 0, .1, .45, .45}, 3, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	if got := []int{s.Label(0), s.Label(1), s.Label(2)}; !slices.Equal(got, []int{1, 0, 1}) {
		t.Errorf("labels %v", got)
	}
	r, _ := FromTargets("real", x, nil, []float32{1, 2, 3}, 1, nil)
	if r.Label(0) != -1 || r.ClassCounts() != nil {
		t.Error("a regression has classes")
	}
	if class, count := r.Majority(); class != -1 || count != 0 {
		t.Errorf("a regression has the majority %d (%d)", class, count)
	}
}

func TestOneHot(t *testing.T) {
	s := numbered(4).OneHot()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if want := []float32{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}; !slices.Equal(s.Targets, want) {
		t.Errorf("targets %v", s.Targets)
	}
	if s.OneHot() != s {
		t.Error("targets were replaced")
	}
	for i := range 4 {
		if s.Label(i) != i%3 {
			t.Errorf("label %d of example %d", s.Label(i), i)
		}
	}
}

func TestWith(t *testing.T) {
	s := numbered(4)
	if u, err := s.WithShape(tensor.Shape{1, 2, 1}); err != nil || !u.Shape.Equal(tensor.Shape{1, 2, 1}) {
		t.Errorf("%v, %v", u, err)
	}
	if _, err := s.WithShape(tensor.Shape{3}); err == nil {
		t.Error("a shape of 3 for 2 features")
	}
	sub := s.Subset([]int{3, 1})
	twice, err := sub.WithRows(NewFloats([]float32{0, 20, 40, 60}, 1), nil)
	if err != nil || twice.Example(0)[0] != 60 || twice.Example(1)[0] != 20 {
		t.Errorf("other features: %v, %v", twice, err)
	}
	if _, err := s.WithRows(NewFloats([]float32{1, 2}, 1), nil); err == nil {
		t.Error("2 rows for 4 examples")
	}
}
