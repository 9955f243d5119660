package dataset

import (
	"cmp"
	"math"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestChooseIsUniform: of five examples of one class and four of the other, two and one are chosen; each of the 40 choices is as likely.
func TestChooseIsUniform(t *testing.T) {
	labels := []int32{0, 1, 0, 0, 1, 1, 0, 1, 0}
	const draws = 40 * 1000
	rng, counts := seeded(3), map[[3]uint32]int{}
	for range draws {
		head, tail := choose(make([]uint32, 0, 3), make([]uint32, 0, 6), labels, []int{5, 4}, []int{2, 1}, rng)
		if len(head) != 3 || len(tail) != 6 || !slices.IsSorted(head) || !slices.IsSorted(tail) {
			t.Fatalf("%v and %v", head, tail)
		}
		counts[[3]uint32(head)]++
	}
	var all []int
	for head, n := range counts {
		if labels[head[0]]+labels[head[1]]+labels[head[2]] != 1 {
			t.Errorf("chose %v", head)
		}
		all = append(all, n)
	}
	if d := alike(all, draws); len(all) != 40 || d > 4 {
		t.Errorf("%d choices of 40; chi-squared is %.1f deviations above its mean", len(all), d)
	}
}

// TestDivideMany: parts of many examples ascend, are the whole, give every class the share that few examples give it, and take no more
// memory than their numbers.
func TestDivideMany(t *testing.T) {
	const n = Large + 5
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % 7 / 3) // 0, 0, 0, 1, 1, 1, 2
	}
	counts := tally(labels)
	want := apportion(portion(0.8, n), 0.8, counts)
	rng := seeded(1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	head, tail := Divide(n, labels, 0.8, rng)
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 4*n+1<<16 {
		t.Errorf("%d bytes for %d numbers", bytes, n)
	}
	if got := tally(pick(labels, head)); !slices.Equal(got, want) {
		t.Errorf("classes %v; want %v", got, want)
	}
	if !slices.IsSorted(head) || !slices.IsSorted(tail) || len(head) != portion(0.8, n) {
		t.Errorf("%d and %d numbers, or they do not ascend", len(head), len(tail))
	}
	whole := append(slices.Clone(head), tail...)
	if slices.Sort(whole); !slices.Equal(whole, ascending(0, n)) {
		t.Error("the parts are not the whole")
	}
	again, _ := Divide(n, labels, 0.8, rng)
	if slices.Equal(head, again) {
		t.Error("drawn twice, the same twice")
	}
	alone, _ := Divide(n, nil, 0.5, rng)
	if len(alone) != portion(0.5, n) || !slices.IsSorted(alone) {
		t.Errorf("without classes: %d numbers", len(alone))
	}
	first, _ := Divide(n, nil, 0.5, nil)
	if !slices.Equal(first, ascending(0, len(first))) {
		t.Error("nothing drawn, and not the first half")
	}
}

func pick(labels []int32, rows []uint32) []int32 {
	own := make([]int32, len(rows))
	for i, r := range rows {
		own[i] = labels[r]
	}
	return own
}

// TestViewsOfMany: the parts of a large set hold the examples that they say, and views of views too.
func TestViewsOfMany(t *testing.T) {
	const n = Large + 1000
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % 5)
	}
	all, err := FromLabels("many", counting(n), nil, labels, nil)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := all.StratifiedSplit(0.999, seeded(1))
	second, held := first.StratifiedSplit(0.9, seeded(2))
	for _, s := range []*Set{first, second, held} {
		x := make([]float64, s.Len())
		GatherX(s.All(), x, 0, s.Len())
		for i, v := range x {
			if s.Row(i) != int(v) || s.Label(i) != int(v)%5 || s == first && i > 0 && v <= x[i-1] {
				t.Fatalf("example %d of %v is row %v of class %d", i, s, v, s.Label(i))
			}
		}
	}
	if second.Overlap(held) != 0 || first.Overlap(held) != held.Len() {
		t.Error("the parts are not apart")
	}
}

// counting is a table of one column: row i holds i.
type counting int

func (n counting) Len() int                           { return int(n) }
func (n counting) Width() int                         { return 1 }
func (n counting) Gather32(dst []float32, rows []int) { count(dst, rows) }
func (n counting) Gather64(dst []float64, rows []int) { count(dst, rows) }
func count[F float32 | float64](dst []F, rows []int) {
	for i, r := range rows {
		dst[i] = F(r)
	}
}

// TestMostRows: rows that 32 bits cannot name are refused in a sentence.
func TestMostRows(t *testing.T) {
	const most = math.MaxUint32
	if bits.UintSize < 64 {
		t.Skip("no table is that long here")
	}
	n := uint64(most) + 1
	_, err := FromLabels("endless", counting(n), nil, nil, []string{"one"})
	if err == nil || !strings.Contains(err.Error(), "dataset: endless: 4294967296 rows; a set has at most 4294967295") {
		t.Errorf("%v", err)
	}
}

// TestFoldsAreDealt: the folds are those of cards dealt in the order of their classes, which a stable sort finds.
func TestFoldsAreDealt(t *testing.T) {
	rng := seeded(9)
	for range 50 {
		s := numbered(2 + rng.IntN(60))
		for i := range s.Labels {
			s.Labels[i] = int32(rng.IntN(3))
		}
		order := order[uint32](s.Len(), rng)
		k := 2 + rng.IntN(5)
		fold := s.deal(order, k)
		sorted := slices.SortedStableFunc(slices.Values(order), func(a, b uint32) int { return cmp.Compare(s.Labels[a], s.Labels[b]) })
		for place, i := range sorted {
			if fold[i] != uint32(place%k) {
				t.Fatalf("example %d at place %d of %d is in fold %d", i, place, len(sorted), fold[i])
			}
		}
	}
}
