package dataset

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// alike reports how far counts of events that are all as likely are from equal: Pearson's chi-squared, in deviations of its own from
// its mean.
func alike(counts []int, draws int) (deviations float64) {
	expected := float64(draws) / float64(len(counts))
	sum := 0.0
	for _, n := range counts {
		sum += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	free := float64(len(counts) - 1)
	return (sum - free) / math.Sqrt(2*free)
}

// TestDealIsUniform: every permutation of four numbers is as likely as any other, and every number of forty at every place, whatever
// the number of heaps.
func TestDealIsUniform(t *testing.T) {
	rng := seeded(11)
	for b := 1; b < 5; b++ {
		const draws = 24 * 1000
		counts := map[[4]int]int{}
		for range draws {
			var p [4]int
			deal(p[:], b, rng)
			counts[p]++
		}
		if len(counts) != 24 {
			t.Fatalf("%d heaps: %d permutations of 24", 1<<b, len(counts))
		}
		var all []int
		for _, n := range counts {
			all = append(all, n)
		}
		if d := alike(all, draws); d > 4 {
			t.Errorf("%d heaps: chi-squared of the permutations is %.1f deviations above its mean", 1<<b, d)
		}
		const n, shuffles = 40, 2000
		places := make([]int, n*n)
		for range shuffles {
			order := make([]uint32, n)
			deal(order, b, rng)
			for place, v := range order {
				places[n*int(v)+place]++
			}
		}
		if d := alike(places, n*shuffles); d > 4 {
			t.Errorf("%d heaps: chi-squared of the places is %.1f deviations above its mean", 1<<b, d)
		}
	}
}

// TestOrderOfMany: the order of many examples is a permutation, the same in 32 bits, and part of every checkpoint: what a seed gives
// may never change.
func TestOrderOfMany(t *testing.T) {
	small := make([]int, 12)
	deal(small, 2, rand.New(rand.NewPCG(1, 2)))
	if want := []int{11, 4, 6, 5, 1, 7, 2, 9, 0, 10, 3, 8}; !slices.Equal(small, want) {
		t.Errorf("order %v; want %v", small, want)
	}
	const n = Large + 3
	order := Order(n, rand.New(rand.NewPCG(1, 2)))
	narrow := make([]uint32, n)
	Shuffle(narrow, rand.New(rand.NewPCG(1, 2)))
	seen, sum := make([]bool, n), fnv.New64a()
	for i, r := range order {
		if seen[r] {
			t.Fatalf("%d comes twice", r)
		}
		if seen[r] = true; uint32(r) != narrow[i] {
			t.Fatalf("place %d is %d, and %d in 32 bits", i, r, narrow[i])
		}
		fmt.Fprintf(sum, "%d ", r)
	}
	if want := uint64(0x65199cb49283d591); sum.Sum64() != want {
		t.Errorf("hash of the order: %#x; want %#x", sum.Sum64(), want)
	}
}

func TestShuffleAllocatesNothing(t *testing.T) {
	order, rng := make([]uint32, Large+1), seeded(3)
	if n := testing.AllocsPerRun(3, func() { Shuffle(order, rng) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestHeaps: a heap of a shuffle fits into the second-level cache for as long as there are not too many of them.
func TestHeaps(t *testing.T) {
	for _, n := range []int{Large + 1, 10_000_000, 30_000_000} {
		if b := heapBits(n); 4*n>>b > 1<<18 {
			t.Errorf("%d numbers in %d heaps of %d bytes", n, 1<<b, 4*n>>b)
		}
	}
	if b := heapBits(1 << 30); 1<<b > mostHeaps {
		t.Errorf("%d heaps", 1<<b)
	}
}

// TestSample: every choice of two of six is as likely as any other, and of few numbers it is the beginning of an order.
func TestSample(t *testing.T) {
	rng := seeded(5)
	const draws = 15 * 1000
	counts := map[[2]int]int{}
	for range draws {
		counts[[2]int(choice(6, 2, rng))]++
	}
	var all []int
	for pair, n := range counts {
		if pair[0] >= pair[1] || pair[0] < 0 || pair[1] >= 6 {
			t.Errorf("drew %v", pair)
		}
		all = append(all, n)
	}
	if d := alike(all, draws); len(all) != 15 || d > 4 {
		t.Errorf("%d pairs; chi-squared is %.1f deviations above its mean", len(all), d)
	}
	if got, want := Sample(9, 4, seeded(1)), Order(9, seeded(1))[:4]; !slices.Equal(got, want) {
		t.Errorf("%v; want %v", got, want)
	}
	if got := Sample(3, 5, seeded(1)); len(got) != 3 {
		t.Errorf("5 of 3: %v", got)
	}
	many := Sample(1<<30, 1000, rng) // as long as 1000 numbers take
	if len(slices.Compact(many)) != 1000 || !slices.IsSorted(many) {
		t.Errorf("%d different numbers", len(slices.Compact(many)))
	}
}

// BenchmarkMany draws the order of ten million examples, and a fifth of them.
func BenchmarkMany(b *testing.B) {
	const n = 10_000_000
	order, labels, rng := make([]uint32, n), make([]int32, n), seeded(1)
	for i := range labels {
		labels[i] = int32(rng.IntN(3))
	}
	b.Run("shuffle", func(b *testing.B) {
		for b.Loop() {
			Shuffle(order, rng)
		}
	})
	b.Run("Fisher-Yates", func(b *testing.B) {
		for b.Loop() {
			rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
	})
	b.Run("divide", func(b *testing.B) {
		for b.Loop() {
			Divide(n, labels, 0.8, rng)
		}
	})
}
