package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"math"
	"math/bits"
	"math/rand/v2"
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
		share(lo, lo+len(hashes), func(from, to int) {
			s.eachBits(from, to, func(i int, row []byte) {
				sum := sha256.Sum256(row)
				hashes[i-lo] = rowHash(sum[:16])
			})
		})
		for _, h := range hashes {
			visit(h)
		}
	}
}

// share calls part with consecutive parts of lo to hi-1 on all processors.
func share(lo, hi int, part func(from, to int)) {
	const least = 256 // rows that are worth a goroutine
	threads := max(1, min(runtime.GOMAXPROCS(0), (hi-lo)/least))
	var team sync.WaitGroup
	for k := range threads {
		team.Go(func() { part(lo+(hi-lo)*k/threads, lo+(hi-lo)*(k+1)/threads) })
	}
	team.Wait()
}

// together is how many examples are gathered or hashed at a time.
const together = 512

// eachBits calls visit with the bits of the features of examples lo to hi-1.
func (s *Set) eachBits(lo, hi int, visit func(i int, row []byte)) {
	const most = 1 << 13 // features that are gathered at a time, but for a row
	width := s.X.Width()
	size := max(1, min(together, most/max(1, width), hi-lo))
	x, rows, row := make([]float32, size*width), make([]int, size), make([]byte, 4*width)
	for ; lo < hi; lo += size {
		rows = rows[:min(size, hi-lo)]
		for i := range rows {
			rows[i] = lo + i
		}
		GatherX(Batch{s, rows}, x, 0, len(rows))
		for i := range rows {
			for j, v := range x[i*width : (i+1)*width] {
				binary.LittleEndian.PutUint32(row[4*j:], math.Float32bits(v))
			}
			visit(lo+i, row)
		}
	}
}

// A hasher is a table that can tell equal rows without working out their features: rows whose features have the same bits have the same
// hash of a seed, and others have the same with a probability of about one in 2^64.
type hasher interface {
	Hashes(dst []uint64, seed uint64, rows []uint32) // dst [len(rows)]
}

// A sieve hashes examples in one way, with seeds of its own.
type sieve struct {
	table hasher // of all sets that are hashed; nil: by the bits of their features
	seed  uint64
	bytes maphash.Seed
}

func newSieve(a, b *Set) sieve {
	v := sieve{seed: rand.Uint64(), bytes: maphash.MakeSeed()}
	if h, ok := a.X.(hasher); ok && reflect.TypeOf(a.X).Comparable() && a.X == b.X {
		v.table = h
	}
	return v
}

// each calls visit with the hashes of some consecutive examples of a set at a time, until it had all of them: in no order, on all
// processors.
func (v sieve) each(s *Set, visit func(first int, hashes []uint64)) {
	share(0, s.Len(), func(lo, hi int) {
		var hashes [together]uint64
		if v.table == nil {
			n := 0
			s.eachBits(lo, hi, func(i int, row []byte) {
				hashes[n] = maphash.Bytes(v.bytes, row)
				if n++; n == together || i == hi-1 {
					visit(i+1-n, hashes[:n])
					n = 0
				}
			})
			return
		}
		var rows []uint32
		for ; lo < hi; lo += together {
			end := min(lo+together, hi)
			if s.index != nil {
				rows = s.index[lo:end]
			} else {
				rows = appendAscending(rows[:0], lo, end)
			}
			v.table.Hashes(hashes[:len(rows)], v.seed, rows)
			visit(lo, hashes[:len(rows)])
		}
	})
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
	// 64 bits: that any two rows of ten million agree by chance has a probability of one in a million.
	sieve := newSieve(s, held)
	hashes := make([]uint64, held.Len())
	sieve.each(held, func(first int, some []uint64) { copy(hashes[first:], some) })
	maybe := newFilter(hashes)
	var (
		lock sync.Mutex
		both hashSet
	)
	sieve.each(s, func(_ int, some []uint64) {
		kept := maybe.keep(some)
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
