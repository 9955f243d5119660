package dataset

import "math"

// Row returns the number of the row of X that holds example i: what is known of the rows is known of the examples by it.
func (s *Set) Row(i int) int {
	if s.index != nil {
		return int(s.index[i])
	}
	return i
}

// WithIndex returns a set whose example i has the features of row index[i] of s.X, and the labels or targets that s has for
// example i; nil stands for all rows in order. The list is kept, not copied.
func (s *Set) WithIndex(index []uint32) (*Set, error) {
	t := *s
	t.index = index
	return &t, t.Check()
}

// addressable reports whether 32 bits name every row of x, as an index does.
func addressable(x Rows) bool { return uint64(x.Len()) <= math.MaxUint32 }

// ascending returns the numbers lo to hi-1.
func ascending(lo, hi int) []uint32 { return appendAscending(make([]uint32, 0, hi-lo), lo, hi) }

func appendAscending(rows []uint32, lo, hi int) []uint32 {
	for i := lo; i < hi; i++ {
		rows = append(rows, uint32(i))
	}
	return rows
}
