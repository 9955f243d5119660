package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"math"
	"math/bits"
	"reflect"
	"runtime"
	"sync"
)

// A rowHash stands for the features of an example: 128 bits of SHA-256, of which no two different ones will ever agree.
type rowHash [16]byte

// hashed is how many rows are hashed before they are visited.
const hashed = 1 << 14

// eachHash calls visit with the hash of every example's features, in order. Rows are the same if all their bits are (0 and -0
// differ). The hashing is shared among the processors.
func (s *Set) eachHash(visit func(rowHash)) {
	hashes := make([]rowHash, min(hashed, s.Len()))
	for lo := 0; lo < s.Len(); lo += len(hashes) {
		hashes = hashes[:min(len(hashes), s.Len()-lo)]
		s.share(lo, lo+len(hashes), nil, func(first int, keys []byte, size int) {
			for i := first; len(keys) > 0; i, keys = i+1, keys[size:] {
				sum := sha256.Sum256(keys[:size])
				hashes[i-lo] = rowHash(sum[:16])
			}
		})
		for _, h := range hashes {
			visit(h)
		}
	}
}

// A keyed table tells equal rows by less than their features: Keys writes KeySize bytes for each of rows, which two of its rows have
// in common if, and only if, all bits of their features are the same.
type keyed interface {
	KeySize() int
	Keys(dst []byte, rows []uint32) // dst [len(rows), KeySize]
}

// keys returns the table of both sets, if it is one and keyed.
func keys(a, b *Set) keyed {
	if k, ok := a.X.(keyed); ok && reflect.TypeOf(a.X).Comparable() && a.X == b.X {
		return k
	}
	return nil
}

// share calls visit with the bits of the features, or the keys, of some consecutive examples at a time, size bytes each, until it had all
// examples from lo to hi-1: in no order, on all processors.
func (s *Set) share(lo, hi int, keys keyed, visit func(first int, keys []byte, size int)) {
	const least = 256 // rows that are worth a goroutine
	threads := max(1, min(runtime.GOMAXPROCS(0), (hi-lo)/least))
	var team sync.WaitGroup
	for k := range threads {
		from, to := lo+(hi-lo)*k/threads, lo+(hi-lo)*(k+1)/threads
		team.Go(func() {
			if keys != nil {
				s.visitKeys(from, to, keys, visit)
			} else {
				s.visitBits(from, to, visit)
			}
		})
	}
	team.Wait()
}

// visited is how many examples are visited at a time.
const visited = 512

func (s *Set) visitKeys(lo, hi int, table keyed, visit func(first int, keys []byte, size int)) {
	size := table.KeySize()
	keys := make([]byte, visited*size)
	var rows []uint32
	for ; lo < hi; lo += visited {
		end := min(lo+visited, hi)
		if s.index != nil {
			rows = s.index[lo:end]
		} else {
			rows = appendAscending(rows[:0], lo, end)
		}
		own := keys[:len(rows)*size]
		table.Keys(own, rows)
		visit(lo, own, size)
	}
}

func (s *Set) visitBits(lo, hi int, visit func(first int, keys []byte, size int)) {
	const most = 1 << 13 // features that are gathered at a time, but for a row
	width := s.X.Width()
	together := max(1, min(visited, most/max(1, width), hi-lo))
	x, rows := make([]float32, together*width), make([]int, together)
	keys := make([]byte, 4*len(x))
	for ; lo < hi; lo += together {
		n := min(together, hi-lo)
		for i := range n {
			rows[i] = lo + i
		}
		GatherX(Batch{s, rows[:n]}, x, 0, n)
		for j, v := range x[:n*width] {
			binary.LittleEndian.PutUint32(keys[4*j:], math.Float32bits(v))
		}
		visit(lo, keys[:4*n*width], 4*width)
	}
}

// Duplicates returns the number of examples whose features are the same as those of an earlier example.
func (s *Set) Duplicates() int {
	n := 0
	seen := make(map[rowHash]bool, s.Len())
	s.eachHash(func(h rowHash) {
		if seen[h] {
			n++
		}
		seen[h] = true
	})
	return n
}

// Overlap returns the number of examples of held whose features also occur in s. Examples on both sides of a split make a
// result look better than it is. It needs some 12 bytes for every example of held, 3 for every one of s, and 32 for every different one
// that is on both sides.
func (s *Set) Overlap(held *Set) int {
	if s.Len() == 0 || held.Len() == 0 || s.X.Width() != held.X.Width() {
		return 0
	}
	// 64 bits with a seed of their own: that any two rows of ten million agree by chance has a probability of one in a million.
	seed := maphash.MakeSeed()
	keys := keys(s, held)
	hashes := make([]uint64, held.Len())
	held.share(0, held.Len(), keys, func(first int, keys []byte, size int) {
		for i := first; len(keys) > 0; i, keys = i+1, keys[size:] {
			hashes[i] = maphash.Bytes(seed, keys[:size])
		}
	})
	maybe := newFilter(hashes)
	var (
		lock sync.Mutex
		both hashSet
	)
	s.share(0, s.Len(), keys, func(_ int, keys []byte, size int) {
		var some [visited]uint64
		n := 0
		for ; len(keys) > 0; keys = keys[size:] {
			some[n] = maphash.Bytes(seed, keys[:size])
			n++
		}
		kept := maybe.keep(some[:n])
		lock.Lock()
		defer lock.Unlock()
		for _, h := range kept {
			both.add(h)
		}
	})
	n := 0
	for _, h := range hashes {
		if both.has(h) {
			n++
		}
	}
	return n
}

// A filter knows of most hashes that they are not among some: one bit in sixteen is set, so that of the others few pass, and all of it is
// near the processor where a table of the hashes would not be (Bloom 1970, with one bit a hash).
type filter struct {
	words []uint64
	shift int
}

func newFilter(hashes []uint64) *filter {
	size := max(6, bits.Len(uint(16*len(hashes)-1))) // of the number of bits, which is a power of two
	f := &filter{make([]uint64, 1<<(size-6)), 64 - size}
	for _, h := range hashes {
		bit := h >> f.shift
		f.words[bit/64] |= 1 << (bit % 64)
	}
	return f
}

// keep returns, at the beginning of hashes, those that may be among the ones of the filter.
func (f *filter) keep(hashes []uint64) []uint64 {
	n := 0
	for _, h := range hashes {
		bit := h >> f.shift
		hashes[n] = h
		n += int(f.words[bit/64] >> (bit % 64) & 1)
	}
	return hashes[:n]
}

// A hashSet is a set of hashes: an open table that grows. 0 stands for an empty slot, and for the hash 1.
type hashSet struct {
	slots []uint64 // a power of two of them
	n     int
}

func (s *hashSet) find(h uint64) *uint64 {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if v := &s.slots[i]; *v == 0 || *v == h {
			return v
		}
	}
}

func (s *hashSet) has(h uint64) bool { return s.n > 0 && *s.find(max(1, h)) != 0 }

func (s *hashSet) add(h uint64) {
	if 2*s.n >= len(s.slots) {
		old := s.slots
		s.slots, s.n = make([]uint64, max(64, 2*len(old))), 0
		for _, h := range old {
			if h != 0 {
				s.add(h)
			}
		}
	}
	if slot := s.find(max(1, h)); *slot == 0 {
		*slot = max(1, h)
		s.n++
	}
}
