package dataset

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/gradus-nn/gradus/tensor"
)

// views returns the same examples in every way that a set can hold them.
func views() map[string]*Set {
	whole := numbered(12)
	hidden := *whole
	hidden.X = elsewhere{whole.X}
	_, tail := whole.Split(5)
	_, hiddenTail := hidden.Split(5)
	return map[string]*Set{
		"whole":          whole,
		"tail":           tail,
		"hidden tail":    hiddenTail,
		"subset":         whole.Subset([]int{5, 6, 7, 8, 2, 2, 1, 0, 11}),
		"subset of tail": tail.Subset([]int{3, 0, 1, 2}),
		"one-hot subset": whole.Subset([]int{4, 3, 9}).OneHot(),
		"subset one-hot": whole.OneHot().Subset([]int{4, 3, 9}),
	}
}

// TestGather: a batch gathered at once, by parts, in both precisions, is Example and Target row by row.
func TestGather(t *testing.T) {
	for name, s := range views() {
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for b := range s.Batches(5, seeded(1)) {
			checkGathered[float32](t, name, b)
			checkGathered[float64](t, name, b)
		}
		checkGathered[float32](t, name, s.All())
		// Runs, gaps of two, steps back and repetitions: what a view joins into one call must be side by side.
		checkGathered[float32](t, name, Batch{s, []int{0, 1, 2, 0, 2, 1, 1, 2}})
	}
}

func checkGathered[F float32 | float64](t *testing.T, name string, b Batch) {
	t.Helper()
	n, w, out := b.Len(), b.Set.X.Width(), b.Set.Out
	x, y := make([]F, n*w), make([]F, n*out)
	for i := range y {
		y[i] = 7 // what was there before must not matter
	}
	// Parts of uneven size, filled at once.
	var group sync.WaitGroup
	for lo := 0; lo < n; lo += 2 {
		group.Go(func() {
			GatherX(b, x, lo, min(lo+2, n))
			GatherT(b, y, lo, min(lo+2, n))
		})
	}
	group.Wait()
	whole := make([]F, n*w)
	GatherX(b, whole, 0, n)
	if !slices.Equal(x, whole) {
		t.Errorf("%s: parts %v, at once %v", name, x, whole)
	}
	for i, r := range b.Rows {
		for j, want := range b.Set.Example(r) {
			if x[i*w+j] != F(want) {
				t.Errorf("%s: feature %d of example %d is %v; want %v", name, j, r, x[i*w+j], want)
			}
		}
		// In these sets the label follows from the first feature.
		row := int(x[i*w]) / 10
		for j := range out {
			want := F(0)
			if j == row%3 {
				want = 1
			}
			if y[i*out+j] != want {
				t.Errorf("%s: target %d of example %d is %v; want %v", name, j, r, y[i*out+j], want)
			}
		}
	}
}

func TestGatherBytes(t *testing.T) {
	pixels := make([]uint8, 256*3)
	for i := range pixels {
		pixels[i] = uint8(i*7 + i/256)
	}
	var square [256]float32
	for v := range square {
		square[v] = float32(v * v)
	}
	b := NewBytes(pixels, 256)
	for name, c := range map[string]struct {
		x    Bytes
		want func(v uint8) float32
	}{
		"unit":  {b, func(v uint8) float32 { return float32(v) / 255 }},
		"raw":   {b.Raw(), func(v uint8) float32 { return float32(v) }},
		"table": {b.WithTable(square), func(v uint8) float32 { return float32(v) * float32(v) }},
	} {
		s := &Set{X: c.x.Slice(1, 3), Shape: tensor.Shape{256}, Labels: []int32{0, 0}, Out: 1}
		x32, x64 := make([]float32, 512), make([]float64, 512)
		GatherX(Batch{s, []int{1, 0}}, x32, 0, 2)
		GatherX(Batch{s, []int{1, 0}}, x64, 0, 2)
		for i := range 512 {
			want := c.want(pixels[256*(2-i/256)+i%256])
			if x32[i] != want || x64[i] != float64(want) {
				t.Fatalf("%s: feature %d is %v and %v; want %v", name, i, x32[i], x64[i], want)
			}
		}
		for v, f := range c.x.Table() {
			if f != c.want(uint8(v)) {
				t.Errorf("%s: table[%d] = %v", name, v, f)
			}
		}
	}
}

// TestNoAllocation: gathering a batch allocates nothing, through every kind of view.
func TestNoAllocation(t *testing.T) {
	for name, s := range views() {
		b := s.All()
		x, y := make([]float32, b.Len()*2), make([]float32, b.Len()*3)
		x64 := make([]float64, len(x))
		if n := testing.AllocsPerRun(100, func() {
			GatherX(b, x, 0, b.Len())
			GatherX(b, x64, 0, b.Len())
			GatherT(b, y, 0, b.Len())
		}); n != 0 {
			t.Errorf("%s: %v allocations a batch", name, n)
		}
	}
}

// TestBatchesAllocate: an epoch allocates its order and its iterator, however many batches it has.
func TestBatchesAllocate(t *testing.T) {
	s := numbered(1200)
	rng := seeded(1)
	epoch := func(size int) float64 {
		return testing.AllocsPerRun(10, func() {
			for b := range s.Batches(size, rng) {
				_ = b
			}
		})
	}
	if few, many := epoch(600), epoch(2); many != few {
		t.Errorf("%v allocations for 2 batches, %v for 600", few, many)
	}
}

func TestBatches(t *testing.T) {
	s := numbered(10)
	var sizes, rows []int
	for b := range s.Batches(4, nil) {
		sizes = append(sizes, b.Len())
		rows = append(rows, b.Rows...)
	}
	if !slices.Equal(sizes, []int{4, 4, 2}) || !slices.Equal(rows, Order(10, nil)) {
		t.Errorf("sizes %v, rows %v", sizes, rows)
	}
	batches := s.Batches(3, seeded(3))
	collect := func() (rows []int) {
		for b := range batches {
			rows = append(rows, b.Rows...)
		}
		return rows
	}
	first, second := collect(), collect()
	if slices.Equal(first, second) {
		t.Error("two epochs in the same order")
	}
	for _, epoch := range [][]int{first, second} {
		if slices.Sort(epoch); !slices.Equal(epoch, Order(10, nil)) {
			t.Errorf("an epoch of %v", epoch)
		}
	}
	for range batches {
		break // a loop that ends early is no harm
	}
}

// TestOrder: the permutation that a seed gives is part of every checkpoint; it may never change.
func TestOrder(t *testing.T) {
	want := []int{4, 2, 3, 6, 9, 1, 8, 0, 5, 7}
	if got := Order(10, rand.New(rand.NewPCG(1, 2))); !slices.Equal(got, want) {
		t.Errorf("order %v; want %v", got, want)
	}
	var rows []int
	for b := range numbered(10).Batches(4, rand.New(rand.NewPCG(1, 2))) {
		rows = append(rows, b.Rows...)
	}
	if !slices.Equal(rows, want) {
		t.Errorf("batches go %v; want %v", rows, want)
	}
}

// TestContinue: an epoch interrupted after k batches goes on as if it had not been.
func TestContinue(t *testing.T) {
	s := numbered(23)
	source := rand.NewPCG(5, 6)
	rng := rand.New(source)
	Order(23, rng) // an epoch before
	state, err := source.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var whole [][]int
	for b := range s.Batches(4, rng) {
		whole = append(whole, b.Rows)
	}
	for k := range len(whole) + 1 {
		var again rand.PCG
		if err := again.UnmarshalBinary(state); err != nil {
			t.Fatal(err)
		}
		rest := Order(23, rand.New(&again))[min(4*k, 23):]
		i := k
		for b := range s.Walk(rest, 4) {
			if !slices.Equal(b.Rows, whole[i]) {
				t.Errorf("after %d: batch %d is %v; want %v", k, i, b.Rows, whole[i])
			}
			i++
		}
		if i != len(whole) {
			t.Errorf("after %d: ended at batch %d of %d", k, i, len(whole))
		}
	}
}

func TestDraws(t *testing.T) {
	s := numbered(5)
	counts := make([]int, 5)
	n := 0
	repeated := false
	for b := range s.Draws(4, seeded(1)) {
		seen := map[int]bool{}
		for _, r := range b.Rows {
			counts[r]++
			repeated = repeated || seen[r]
			seen[r] = true
		}
		if n++; n == 1000 {
			break
		}
	}
	// 4000 draws of 5: 800 each, with a standard deviation of 25.
	for r, c := range counts {
		if c < 700 || c > 900 {
			t.Errorf("example %d was drawn %d times of 4000", r, c)
		}
	}
	if !repeated {
		t.Error("no example twice in a batch: that is not with replacement")
	}
	for range numbered(0).Draws(4, seeded(1)) {
		t.Error("a batch of an empty set")
	}
}

func TestProgrammersMistakes(t *testing.T) {
	s := numbered(3)
	for name, f := range map[string]func(){
		"batch of 0":        func() { s.Batches(0, nil) },
		"walk of -1":        func() { s.Walk(nil, -1) },
		"draws of 0":        func() { s.Draws(0, seeded(1)) },
		"draws without rng": func() { s.Draws(1, nil) },
		"split beyond":      func() { s.Split(4) },
		"split below":       func() { s.Split(-1) },
		"subset beyond":     func() { s.Subset([]int{3}) },
		"share of 2":        func() { s.SplitFraction(2, nil) },
		"one fold":          func() { s.Folds(1, nil) },
		"four folds":        func() { s.Folds(4, nil) },
		"ragged floats":     func() { NewFloats(make([]float32, 3), 2) },
		"ragged bytes":      func() { NewBytes(make([]uint8, 3), 2) },
		"no width":          func() { NewFloats(nil, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkGather(b *testing.B) {
	pixels := make([]uint8, 60000*784)
	s := &Set{X: NewBytes(pixels, 784), Shape: tensor.Shape{784}, Labels: make([]int32, 60000), Out: 10}
	batch := Batch{s, Order(60000, seeded(1))[:512]}
	x := make([]float32, 512*784)
	for name, v := range map[string]Batch{"direct": batch, "subset": {s.Subset(Order(60000, nil)), batch.Rows}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(512 * 784)
			for b.Loop() {
				GatherX(v, x, 0, 512)
			}
		})
	}
}
