package columns

import (
	"math"
	"math/bits"
)

// A rowSet is rows of a table, one bit each.
type rowSet []uint64

// rowSetOf returns the set of the given rows of a table of n; nil stands for all.
func rowSetOf(n int, rows []uint32) rowSet {
	s := make(rowSet, (n+63)/64)
	s.add(n, rows)
	return s
}

// add adds rows of a table of n; nil stands for all.
func (s rowSet) add(n int, rows []uint32) {
	if rows == nil {
		for i := range n / 64 {
			s[i] = math.MaxUint64
		}
		for i := n &^ 63; i < n; i++ {
			s[i/64] |= 1 << (i % 64)
		}
	}
	for _, i := range rows {
		s[i/64] |= 1 << (i % 64)
	}
}

func (s rowSet) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }

// among appends the rows from first up to first + n, counted from first: all of them that are in the set, or those whose number is a
// multiple of step.
func (s rowSet) among(dst []uint32, first, n, step int) []uint32 {
	if step > 1 {
		for i := (first + step - 1) / step * step; i < first+n; i += step {
			if s.has(i) {
				dst = append(dst, uint32(i-first))
			}
		}
		return dst
	}
	for i := first; i < first+n; i = (i | 63) + 1 {
		word := s[i/64] >> (i % 64)
		if left := first + n - i; left < 64 {
			word &= 1<<left - 1
		}
		for ; word != 0; word &= word - 1 {
			dst = append(dst, uint32(i-first+bits.TrailingZeros64(word)))
		}
	}
	return dst
}

func (s rowSet) len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}
