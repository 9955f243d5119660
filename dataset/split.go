package dataset

import (
	"fmt"
	"iter"
	"math/rand/v2"
)

// Head returns a view of the first n examples, or of all if there are fewer.
func (s *Set) Head(n int) *Set { return s.window(0, min(max(n, 0), s.Len())) }

// Split returns views of the first n examples and of the rest. It panics unless 0 <= n <= Len.
func (s *Set) Split(n int) (head, tail *Set) {
	if n < 0 || n > s.Len() {
		panic(fmt.Sprintf("dataset.Split: %d examples of %d", n, s.Len()))
	}
	return s.window(0, n), s.window(n, s.Len())
}

// window returns a view of examples lo to hi-1.
func (s *Set) window(lo, hi int) *Set {
	t := *s
	switch x := s.X.(type) {
	case Slicer:
		if s.index == nil {
			t.X, t.origin = x.Slice(lo, hi), s.originFrom(lo)
			break
		}
		t.index = s.index[lo:hi:hi]
	default:
		if s.index == nil {
			t.index = ascending(lo, hi)
			break
		}
		t.index = s.index[lo:hi:hi]
	}
	if s.Labels != nil {
		t.Labels = s.Labels[lo:hi:hi]
	}
	if s.Targets != nil {
		t.Targets = s.Targets[lo*s.Out : hi*s.Out : hi*s.Out]
	}
	return &t
}

// Subset returns a view of the named examples, in that order; an example may be named twice. It copies labels and
// targets but no features. It panics if an example does not exist.
func (s *Set) Subset(rows []int) *Set {
	own := make([]uint32, len(rows))
	for i, r := range rows {
		if r < 0 || r >= s.Len() {
			panic(fmt.Sprintf("dataset.Subset: example %d of a set of %d", r, s.Len()))
		}
		own[i] = uint32(r)
	}
	return s.view(own)
}

// view is Subset for a list that becomes the index of the view.
func (s *Set) view(rows []uint32) *Set {
	if !addressable(s.X) {
		panic(fmt.Sprintf("dataset: %s has %d rows, which 32 bits cannot name; see Check", s.name(), s.X.Len()))
	}
	t := *s
	if s.Labels != nil {
		t.Labels = make([]int32, len(rows))
		for i, r := range rows {
			t.Labels[i] = s.Labels[r]
		}
	}
	if s.Targets != nil {
		t.Targets = make([]float32, 0, len(rows)*s.Out)
		for _, r := range rows {
			t.Targets = append(t.Targets, s.Targets[int(r)*s.Out:(int(r)+1)*s.Out]...)
		}
	}
	if s.index != nil {
		for i, r := range rows {
			rows[i] = s.index[r]
		}
	}
	t.index = rows
	return &t
}

// SplitFraction returns a share f of the examples, f·n rounded to the nearest number, and the rest. Both are drawn at
// random from rng, and in random order; with a nil rng the first examples go to the first set. Of more than [Large] examples
// both sets keep the order.
func (s *Set) SplitFraction(f float64, rng *rand.Rand) (head, tail *Set) {
	if rng == nil {
		return s.Split(portion(f, s.Len()))
	}
	first, second := Divide(s.Len(), nil, f, rng)
	return s.view(first), s.view(second)
}

// StratifiedSplit is SplitFraction with the same share of every class: a class of c examples gives f·c of them to train,
// rounded up or down so that train has f·n in all. Where examples have not one class each (multi-hot, regression) it is SplitFraction.
func (s *Set) StratifiedSplit(f float64, rng *rand.Rand) (train, held *Set) {
	if !s.Kind().SingleClass() {
		return s.SplitFraction(f, rng)
	}
	first, second := Divide(s.Len(), s.classes(), f, rng)
	return s.view(first), s.view(second)
}

// classes returns the class of every example.
func (s *Set) classes() []int32 {
	if s.Labels != nil {
		return s.Labels
	}
	classes := make([]int32, s.Len())
	for i := range classes {
		classes[i] = int32(s.Label(i))
	}
	return classes
}

// Folds yields the k pairs of a k-fold cross-validation: each example is held out once. The sizes of the folds differ by
// one at most, and so do the numbers of each class in them. rng draws which examples go together, and their order in the sets of up to
// [Large] examples; with a nil rng they are dealt in order. It panics unless 2 <= k <= Len.
func (s *Set) Folds(k int, rng *rand.Rand) iter.Seq2[*Set, *Set] {
	if k < 2 || k > s.Len() {
		panic(fmt.Sprintf("dataset.Folds: %d folds of %d examples", k, s.Len()))
	}
	return func(yield func(train, held *Set) bool) {
		order := order[uint32](s.Len(), rng)
		fold := s.deal(order, k)
		if s.Len() > Large {
			order = nil // the order that they have
		}
		for f := range k {
			size := s.Len()/k + 1
			train, held := make([]uint32, 0, s.Len()-size+1), make([]uint32, 0, size)
			for j := range s.Len() {
				i := uint32(j)
				if order != nil {
					i = order[j]
				}
				if fold[i] == uint32(f) {
					held = append(held, i)
				} else {
					train = append(train, i)
				}
			}
			if !yield(s.view(train), s.view(held)) {
				return
			}
		}
	}
}

// deal gives every example one of k folds: like cards, sorted by class and within a class in the given order, which spreads classes
// and sizes evenly.
func (s *Set) deal(order []uint32, k int) []uint32 {
	next := make([]int, s.Out+1) // the first place in the deal of each class, and of none
	for i := range order {
		next[s.Label(i)+1]++
	}
	place := 0
	for c, n := range next {
		next[c], place = place, place+n
	}
	fold := make([]uint32, len(order))
	for _, i := range order {
		c := s.Label(int(i)) + 1
		fold[i] = uint32(next[c] % k)
		next[c]++
	}
	return fold
}
