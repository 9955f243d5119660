package scores

import (
	"cmp"
	"slices"
)

// Worst keeps the first so many of what it is given, by an order, in memory for those alone: the others are let go as they come.
// Of equals the earlier come first.
type Worst[T any] struct {
	most    int
	compare func(a, b T) int
	n       int           // that were given
	kept    []numbered[T] // a heap whose first is the last of those that are kept, once it is full
}

type numbered[T any] struct {
	n int
	x T
}

// NewWorst returns a Worst that keeps the first most by compare, which is less than 0 where a comes before b.
func NewWorst[T any](most int, compare func(a, b T) int) *Worst[T] {
	return &Worst[T]{most: most, compare: compare}
}

// Add offers x.
func (w *Worst[T]) Add(x T) {
	w.n++
	switch k := len(w.kept); {
	case k < w.most:
		w.kept = append(w.kept, numbered[T]{w.n, x})
		if k++; k == w.most {
			for i := k/2 - 1; i >= 0; i-- {
				w.sink(i)
			}
		}
	case k > 0 && w.compare(x, w.kept[0].x) < 0:
		w.kept[0] = numbered[T]{w.n, x}
		w.sink(0)
	}
}

// sink moves element i down to where none below it comes after it.
func (w *Worst[T]) sink(i int) {
	for {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(w.kept); child++ {
			if w.order(w.kept[child], w.kept[last]) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		w.kept[i], w.kept[last] = w.kept[last], w.kept[i]
		i = last
	}
}

func (w *Worst[T]) order(a, b numbered[T]) int {
	return cmp.Or(w.compare(a.x, b.x), cmp.Compare(a.n, b.n))
}

// Given returns how many were offered.
func (w *Worst[T]) Given() int { return w.n }

// List returns those that are kept, in order. It is never nil.
func (w *Worst[T]) List() []T {
	slices.SortFunc(w.kept, w.order)
	slices.Reverse(w.kept) // still a heap
	list := make([]T, 0, len(w.kept))
	for i := range w.kept {
		list = append(list, w.kept[len(w.kept)-1-i].x)
	}
	return list
}
