package dataset

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
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
			t.index = Order(hi, nil)[lo:]
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
	t := *s
	t.index = make([]int, len(rows))
	for i, r := range rows {
		if r < 0 || r >= s.Len() {
			panic(fmt.Sprintf("dataset.Subset: example %d of a set of %d", r, s.Len()))
		}
		t.index[i] = s.row(r)
	}
	if s.Labels != nil {
		t.Labels = make([]int32, len(rows))
		for i, r := range rows {
			t.Labels[i] = s.Labels[r]
		}
	}
	if s.Targets != nil {
		t.Targets = make([]float32, 0, len(rows)*s.Out)
		for _, r := range rows {
			t.Targets = append(t.Targets, s.Targets[r*s.Out:(r+1)*s.Out]...)
		}
	}
	return &t
}

// SplitFraction returns a share f of the examples, f·n rounded to the nearest number, and the rest. Both are drawn at
// random from rng, and in random order; with a nil rng the first examples go to the first set.
func (s *Set) SplitFraction(f float64, rng *rand.Rand) (head, tail *Set) {
	n := portion(f, s.Len())
	if rng == nil {
		return s.Split(n)
	}
	order := Order(s.Len(), rng)
	return s.Subset(order[:n]), s.Subset(order[n:])
}

// StratifiedSplit is SplitFraction with the same share of every class: a class of c examples gives f·c of them to train,
// rounded up or down so that train has f·n in all. Where examples have not one class each (multi-hot, regression) it is SplitFraction.
func (s *Set) StratifiedSplit(f float64, rng *rand.Rand) (train, held *Set) {
	counts := s.ClassCounts()
	if counts == nil {
		return s.SplitFraction(f, rng)
	}
	n := portion(f, s.Len())
	quota := apportion(n, f, counts)
	first, second := make([]int, 0, n), make([]int, 0, s.Len()-n)
	for _, i := range Order(s.Len(), rng) {
		if c := s.Label(i); quota[c] > 0 {
			quota[c]--
			first = append(first, i)
		} else {
			second = append(second, i)
		}
	}
	return s.Subset(first), s.Subset(second)
}

// portion returns f·n rounded to the nearest whole number.
func portion(f float64, n int) int {
	if !(f >= 0 && f <= 1) {
		panic(fmt.Sprintf("dataset: a share of %v; want 0 to 1", f))
	}
	return int(math.Round(f * float64(n)))
}

// apportion divides total over the classes in the ratio f of their counts: whole parts first, then one more to the
// largest remainders, the lower class first where they are equal.
func apportion(total int, f float64, counts []int) []int {
	quota := make([]int, len(counts))
	remainder := make([]float64, len(counts))
	byRemainder := Order(len(counts), nil)
	for c, n := range counts {
		exact := float64(f * float64(n))
		quota[c] = int(exact)
		remainder[c] = exact - float64(quota[c])
		total -= quota[c]
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int {
		switch {
		case remainder[a] > remainder[b]:
			return -1
		case remainder[a] < remainder[b]:
			return 1
		}
		return 0
	})
	for _, c := range byRemainder {
		if total > 0 && quota[c] < counts[c] {
			quota[c]++
			total--
		}
	}
	return quota
}

// Folds yields the k pairs of a k-fold cross-validation: each example is held out once. The sizes of the folds differ by
// one at most, and so do the numbers of each class in them. rng draws which examples go together; with a nil rng
// they are dealt in order. It panics unless 2 <= k <= Len.
func (s *Set) Folds(k int, rng *rand.Rand) iter.Seq2[*Set, *Set] {
	if k < 2 || k > s.Len() {
		panic(fmt.Sprintf("dataset.Folds: %d folds of %d examples", k, s.Len()))
	}
	return func(yield func(train, held *Set) bool) {
		order := Order(s.Len(), rng)
		// Deal the examples like cards, sorted by class: that spreads classes and sizes evenly.
		dealt := slices.Clone(order)
		slices.SortStableFunc(dealt, func(a, b int) int { return s.Label(a) - s.Label(b) })
		fold := make([]int, s.Len())
		for position, i := range dealt {
			fold[i] = position % k
		}
		for f := range k {
			var train, held []int
			for _, i := range order {
				if fold[i] == f {
					held = append(held, i)
				} else {
					train = append(train, i)
				}
			}
			if !yield(s.Subset(train), s.Subset(held)) {
				return
			}
		}
	}
}
