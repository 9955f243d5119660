package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
)

// ClassCounts returns how many examples each class has, or nil for a set whose examples have not one class each
// (multi-hot, regression).
func (s *Set) ClassCounts() []int {
	if !s.Kind().SingleClass() {
		return nil
	}
	counts := make([]int, s.Out)
	copy(counts, tally(s.classes()))
	return counts
}

// Majority returns the class with the most examples (the lowest of equals) and their number: who always answers class is
// right count times of Len, the least that a classifier must beat. It returns -1, 0 where ClassCounts is nil.
func (s *Set) Majority() (class, count int) {
	class = -1
	for c, n := range s.ClassCounts() {
		if n > count {
			class, count = c, n
		}
	}
	return class, count
}

// ShuffledLabels returns the same features with the labels or target rows dealt out at random. A network that learns them as
// well as the true ones has learnt nothing from the features: the sanity baseline.
func (s *Set) ShuffledLabels(rng *rand.Rand) *Set {
	mixed := s.Subset(Order(s.Len(), rng))
	t := *s
	t.Labels, t.Targets = mixed.Labels, mixed.Targets
	return &t
}

// Fingerprint returns 64 hexadecimal digits that stand for the content of the set: sizes, features, labels or targets, class
// names, in order. Equal sets have equal fingerprints however they are stored; the name of the set is not part of it.
func (s *Set) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %v %d %q\n", s.Len(), []int(s.Shape), s.Out, s.Classes)
	s.eachHash(func(row rowHash) { h.Write(row[:]) })
	for _, l := range s.Labels {
		fmt.Fprintf(h, "%d ", l)
	}
	for _, t := range s.Targets {
		fmt.Fprintf(h, "%08x ", math.Float32bits(t))
	}
	return hex.EncodeToString(h.Sum(nil))
}
