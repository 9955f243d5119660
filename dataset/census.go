package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
)

// ClassCounts returns how many examples each class has, or nil for a set whose examples have not one class each
// (multi-hot, regression).
func (s *Set) ClassCounts() []int {
	if !s.Kind().SingleClass() {
		return nil
	}
	counts := make([]int, s.Out)
	for i := range s.Len() {
		counts[s.Label(i)]++
	}
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
		s.share(lo, lo+len(hashes), nil, func(i int, row []byte) {
			sum := sha256.Sum256(row)
			hashes[i-lo] = rowHash(sum[:16])
		})
		for _, h := range hashes {
			visit(h)
		}
	}
}

// A keyed table tells equal rows by less than their features: AppendKey appends bytes that two of its rows have in common if, and
// only if, all bits of their features are the same.
type keyed interface {
	AppendKey(dst []byte, row int) []byte
}

// keys returns the table of both sets, if it is one and keyed.
func keys(a, b *Set) keyed {
	if k, ok := a.X.(keyed); ok && reflect.TypeOf(a.X).Comparable() && a.X == b.X {
		return k
	}
	return nil
}

// share calls visit with the bits of the features of examples lo to hi-1, or with their keys, in no order, on all processors.
func (s *Set) share(lo, hi int, keys keyed, visit func(i int, row []byte)) {
	const least = 256 // rows that are worth a goroutine
	threads := max(1, min(runtime.GOMAXPROCS(0), (hi-lo)/least))
	var team sync.WaitGroup
	for k := range threads {
		from, to := lo+(hi-lo)*k/threads, lo+(hi-lo)*(k+1)/threads
		team.Go(func() {
			if keys != nil {
				var key []byte
				for i := from; i < to; i++ {
					key = keys.AppendKey(key[:0], s.Row(i))
					visit(i, key)
				}
				return
			}
			row := make([]float32, s.X.Width())
			bits := make([]byte, 4*len(row))
			one := []int{0}
			for i := from; i < to; i++ {
				one[0] = i
				GatherX(Batch{s, one}, row, 0, 1)
				for j, v := range row {
					binary.LittleEndian.PutUint32(bits[4*j:], math.Float32bits(v))
				}
				visit(i, bits)
			}
		})
	}
	team.Wait()
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
// result look better than it is. It needs up to 56 bytes for every example of held, and none for those of s.
func (s *Set) Overlap(held *Set) int {
	if s.Len() == 0 || held.Len() == 0 || s.X.Width() != held.X.Width() {
		return 0
	}
	// 64 bits with a seed of their own: that any two rows of ten million agree by chance has a probability of one in a million.
	seed := maphash.MakeSeed()
	keys := keys(s, held)
	hashes := make([]uint64, held.Len())
	held.share(0, held.Len(), keys, func(i int, row []byte) { hashes[i] = maphash.Bytes(seed, row) | 1 })

	// An open hash table of the held rows: the hash, and whether it was found. No hash is 0.
	mask := uint64(1)<<bits.Len(uint(2*len(hashes))) - 1
	slots := make([]uint64, mask+1)
	find := func(h uint64) uint64 {
		i := h >> 1 & mask
		for slots[i] != 0 && slots[i] != h {
			i = (i + 1) & mask
		}
		return i
	}
	for _, h := range hashes {
		slots[find(h)] = h
	}
	found := make([]atomic.Bool, len(slots))
	s.share(0, s.Len(), keys, func(_ int, row []byte) {
		if i := find(maphash.Bytes(seed, row) | 1); slots[i] != 0 {
			found[i].Store(true)
		}
	})
	n := 0
	for _, h := range hashes {
		if found[find(h)].Load() {
			n++
		}
	}
	return n
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
