package dataset

import (
	"runtime"
	"testing"
)

// hashedRows are rows that hash their first feature.
type hashedRows struct {
	Floats
	asked *bool
}

func (h hashedRows) Hashes(dst []uint64, seed uint64, rows []uint32) {
	*h.asked = true
	for i, r := range rows {
		dst[i] = (seed | 1) * uint64(1+h.Row(int(r))[0])
	}
}

// TestOverlapByHashes: parts of one table that hashes its rows are compared so, others by their features, with one result.
func TestOverlapByHashes(t *testing.T) {
	asked := false
	x := &hashedRows{NewFloats([]float32{1, 10, 2, 20, 1, 10, 3, 30, 2, 20, 2, 20}, 2), &asked}
	all, err := FromLabels("rows", x, nil, []int32{0, 1, 0, 1, 0, 1}, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := all.Subset([]int{0, 3, 1}), all.Subset([]int{2, 4, 5})
	if n := a.Overlap(b); n != 3 || !asked {
		t.Errorf("%d rows of three in common; asked for hashes: %v", n, asked)
	}
	if n := all.Overlap(all); n != 6 {
		t.Errorf("%d rows of six in common with themselves", n)
	}
	asked = false
	other, _ := FromLabels("others", NewFloats([]float32{1, 10, 2, 21}, 2), nil, []int32{0, 1}, []string{"a", "b"})
	if n := a.Overlap(other); n != 1 || asked {
		t.Errorf("%d rows of one in common; asked for hashes: %v", n, asked)
	}
	if n := b.Overlap(a); n != 2 { // 1 10 and 2 20; 3 30 is not in b
		t.Errorf("%d rows of two in common", n)
	}
}

// TestOverlapIsCounted: over sets with few and with many different rows, the number is the one that a look at every pair gives.
func TestOverlapIsCounted(t *testing.T) {
	rng := seeded(4)
	for range 200 {
		different := 1 + rng.IntN(2000)
		draw := func() *Set {
			x := make([]float32, 2*rng.IntN(1500))
			for i := 0; i < len(x); i += 2 {
				x[i], x[i+1] = float32(rng.IntN(different)), 1
			}
			s, err := FromLabels("drawn", NewFloats(x, 2), nil, make([]int32, len(x)/2), []string{"one"})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s, held := draw(), draw()
		there := map[float32]bool{}
		for i := range s.Len() {
			there[s.Example(i)[0]] = true
		}
		want := 0
		for i := range held.Len() {
			if there[held.Example(i)[0]] {
				want++
			}
		}
		if have := s.Overlap(held); have != want {
			t.Fatalf("%d of %d rows are among %d others; want %d", have, held.Len(), s.Len(), want)
		}
	}
}

// TestOverlapTakesLittle: where nothing is on both sides, the memory is that of a number and some bits for every row of one side.
func TestOverlapTakesLittle(t *testing.T) {
	const n, held = 200_000, 50_000
	all, err := FromLabels("many", counting(n+held), nil, make([]int32, n+held), []string{"one"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := all.Split(n)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if have := a.Overlap(b); have != 0 {
		t.Errorf("%d rows on both sides", have)
	}
	runtime.ReadMemStats(&after)
	buffers := uint64(runtime.GOMAXPROCS(0)) << 15
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 12*held+3*n+buffers {
		t.Errorf("%d bytes", bytes)
	}
}

func TestHashSet(t *testing.T) {
	rng, want := seeded(2), map[uint64]bool{}
	var s hashSet
	for range 5000 {
		h := rng.Uint64() &^ 1 >> (rng.IntN(64)) // many of them alike, 0 among them
		if s.has(h) != want[h] {
			t.Fatalf("%#x is there: %v", h, s.has(h))
		}
		s.add(h)
		if want[h] = true; h < 2 {
			want[0], want[1] = true, true
		}
	}
}
