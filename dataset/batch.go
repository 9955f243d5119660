package dataset

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"

	"github.com/gradus-nn/gradus/kernel"
)

// A Batch names examples of a set, by their numbers in the set; the network gathers them into its own input buffer.
type Batch struct {
	Set  *Set
	Rows []int
}

// Len returns the number of examples in the batch.
func (b Batch) Len() int { return len(b.Rows) }

// All returns the whole set as one batch, in order.
func (s *Set) All() Batch { return Batch{s, Order(s.Len(), nil)} }

// Batches walks the set once, in batches of size examples of which the last may be smaller: in the [Order] that rng draws,
// or in order if rng is nil. Every loop over the sequence draws anew. The Rows of a batch stay valid and must not be changed.
func (s *Set) Batches(size int, rng *rand.Rand) iter.Seq[Batch] {
	checkSize("Batches", size)
	return func(yield func(Batch) bool) {
		s.Walk(Order(s.Len(), rng), size)(yield)
	}
}

// Walk yields the examples in the given order in batches of size, the last of which may be smaller. Walk(order[k*size:], size)
// is the rest of an epoch of which k batches are done.
func (s *Set) Walk(order []int, size int) iter.Seq[Batch] {
	checkSize("Walk", size)
	return func(yield func(Batch) bool) {
		for lo := 0; lo < len(order); lo += size {
			hi := min(lo+size, len(order))
			if !yield(Batch{s, order[lo:hi:hi]}) {
				return
			}
		}
	}
}

// Draws yields batches of size examples without end, each example drawn with replacement and with equal probability: the
// books' np.random.choice(n, size). The Rows of a batch are overwritten by the next one.
// An empty set yields nothing.
func (s *Set) Draws(size int, rng *rand.Rand) iter.Seq[Batch] {
	checkSize("Draws", size)
	if rng == nil {
		panic("dataset.Draws: rng is nil; want a source of random numbers")
	}
	return func(yield func(Batch) bool) {
		n := s.Len()
		if n == 0 {
			return
		}
		rows := make([]int, size)
		for {
			for i := range rows {
				rows[i] = rng.IntN(n)
			}
			if !yield(Batch{s, rows}) {
				return
			}
		}
	}
}

func checkSize(function string, size int) {
	if size < 1 {
		panic(fmt.Sprintf("dataset.%s: batch size %d; want at least 1", function, size))
	}
}

// GatherX writes the features of examples lo to hi-1 of the batch to dst[lo*Width:hi*Width]. It allocates nothing, and
// several workers may fill disjoint ranges of one dst at once.
func GatherX[F kernel.Float](b Batch, dst []F, lo, hi int) {
	x := b.Set.X
	w := x.Width()
	if b.Set.index == nil {
		gather(x, dst[lo*w:hi*w], b.Rows[lo:hi])
		return
	}
	gatherIndexed(x, dst[lo*w:hi*w], b.Set.index, b.Rows[lo:hi])
}

// gather calls the method of x for the type of dst.
func gather[F kernel.Float](x Rows, dst []F, rows []int) {
	switch d := any(dst).(type) {
	case []float32:
		x.Gather32(d, rows)
	case []float64:
		x.Gather64(d, rows)
	}
}

// translated is how many rows a table that knows no index is asked for at once, and translations has lists of as many numbers, so
// that nothing is allocated for them.
const translated = 64

var translations = sync.Pool{New: func() any { return new([translated]int) }}

// gatherIndexed gathers rows index[r] of x for each r of rows.
func gatherIndexed[F kernel.Float](x Rows, dst []F, index []uint32, rows []int) {
	if x, ok := x.(Indexer); ok {
		switch d := any(dst).(type) {
		case []float32:
			x.GatherIndexed32(d, index, rows)
		case []float64:
			x.GatherIndexed64(d, index, rows)
		}
		return
	}
	w, at := x.Width(), translations.Get().(*[translated]int)
	defer translations.Put(at)
	for len(rows) > 0 {
		n := min(translated, len(rows))
		for i, r := range rows[:n] {
			at[i] = int(index[r])
		}
		gather(x, dst[:n*w], at[:n])
		rows, dst = rows[n:], dst[n*w:]
	}
}

// GatherT writes the targets of examples lo to hi-1 of the batch to dst[lo*Out:hi*Out]; a label becomes a one-hot row.
// It allocates nothing, and several workers may fill disjoint ranges of one dst at once.
func GatherT[F kernel.Float](b Batch, dst []F, lo, hi int) {
	s := b.Set
	dst, rows := dst[lo*s.Out:hi*s.Out], b.Rows[lo:hi]
	if s.Labels != nil {
		clear(dst)
		for i, r := range rows { // without a slice a row, so that waits for labels overlap
			dst[i*s.Out+int(s.Labels[r])] = 1
		}
		return
	}
	for i, r := range rows {
		to := dst[i*s.Out : (i+1)*s.Out]
		for j, v := range s.Targets[r*s.Out : (r+1)*s.Out] {
			to[j] = F(v)
		}
	}
}
