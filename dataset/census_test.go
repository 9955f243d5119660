package dataset

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/tensor"
)

func ExampleSet_Majority() {
	x := NewFloats([]float32{0, 1, 2, 3, 4}, 1)
	s, _ := FromLabels("", x, nil, []int32{0, 1, 1, 0, 1}, []string{"no", "yes"})
	class, count := s.Majority()
	fmt.Printf("always %q: %d of %d\n", s.ClassName(class), count, s.Len())
	// Output: always "yes": 3 of 5
}

// TestMajorityOfEquals: of classes with as many examples the lowest one is named.
func TestMajorityOfEquals(t *testing.T) {
	if class, count := numbered(6).Majority(); class != 0 || count != 2 {
		t.Errorf("majority %d (%d); want 0 (2)", class, count)
	}
}

func TestShuffledLabels(t *testing.T) {
	s := numbered(60)
	mixed := s.ShuffledLabels(seeded(1))
	if !slices.Equal(firsts(mixed), Order(60, nil)) {
		t.Error("the features moved")
	}
	if slices.Equal(mixed.Labels, s.Labels) || !slices.Equal(mixed.ClassCounts(), s.ClassCounts()) {
		t.Errorf("labels %v", mixed.Labels)
	}
	if err := mixed.Check(); err != nil {
		t.Error(err)
	}
	real, _ := FromTargets("", NewFloats([]float32{0, 1, 2, 3, 4, 5}, 1), nil, []float32{0, 1, 2, 3, 4, 5}, 1, nil)
	if u := real.ShuffledLabels(seeded(1)); slices.Equal(u.Targets, real.Targets) || u.Check() != nil {
		t.Errorf("targets %v", u.Targets)
	}
}

func TestDuplicates(t *testing.T) {
	s := numbered(6)
	if n := s.Duplicates(); n != 0 {
		t.Errorf("%d duplicates of none", n)
	}
	if n := s.Subset([]int{0, 1, 0, 2, 0, 1}).Duplicates(); n != 3 {
		t.Errorf("%d duplicates; want 3", n)
	}
	if n := s.Subset([]int{0, 1, 2}).Overlap(s.Subset([]int{2, 3, 2, 1})); n != 3 {
		t.Errorf("%d examples on both sides; want 3", n)
	}
}

// TestFingerprint: it depends on everything that training sees, and not on how it is stored.
func TestFingerprint(t *testing.T) {
	s := numbered(6)
	if a, b := s.Fingerprint(), numbered(8).Subset(Order(6, nil)).WithName("other").Fingerprint(); a != b || len(a) != 64 {
		t.Errorf("%s and %s", a, b)
	}
	seen := map[string]string{s.Fingerprint(): "the set"}
	shape := func(s *Set) *Set { u, _ := s.WithShape(tensor.Shape{1, 2}); return u }
	for name, u := range map[string]*Set{
		"shorter":   s.Head(5),
		"reordered": s.Subset([]int{1, 0, 2, 3, 4, 5}),
		"relabeled": s.ShuffledLabels(seeded(1)),
		"one-hot":   s.OneHot(),
		"reversed":  s.OneHot().ShuffledLabels(seeded(1)),
		"reshaped":  shape(s),
		"renamed":   func() *Set { u := *s; u.Classes = []string{"a", "b", "d"}; return &u }(),
		"pixels":    {X: NewBytes(make([]uint8, 12), 2), Shape: s.Shape, Labels: s.Labels, Classes: s.Classes, Out: 3},
	} {
		f := u.Fingerprint()
		if other, ok := seen[f]; ok {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[f] = name
	}
}
