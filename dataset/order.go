package dataset

import (
	"maps"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Large is the number of examples above which orders and divisions are drawn in ways that go through memory from one end to the
// other: Fisher and Yates's shuffle waits for memory at every step. Up to it they are what they always were.
const Large = 1 << 20

// A number counts examples: int, or uint32 where there are many of them.
type number interface{ int | uint32 }

// Order returns the order in which an epoch walks n examples: a permutation of 0 to n-1 drawn from rng, all of them equally
// likely, or 0, 1, ... n-1 if rng is nil.
//
// A training that stops within an epoch continues there exactly: keep the state that the generator had when the epoch
// began (rand.PCG has MarshalBinary) and the number of batches done, draw the same Order again, and go on with [Set.Walk].
func Order(n int, rng *rand.Rand) []int { return order[int](n, rng) }

func order[N number](n int, rng *rand.Rand) []N {
	order := make([]N, n)
	Shuffle(order, rng)
	return order
}

// Shuffle fills order as [Order] does, without allocating; numbers of 32 bits come in the same order.
func Shuffle[N int | uint32](order []N, rng *rand.Rand) {
	if rng != nil && len(order) > Large {
		deal(order, heapBits(len(order)), rng)
		return
	}
	for i := range order {
		order[i] = N(i)
	}
	if rng != nil {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
}

// heapBits returns b so that a shuffle of n numbers by 2^b heaps has heaps that the second-level cache holds, and no more of them
// than there are pages whose addresses a processor remembers.
func heapBits(n int) int { return min(max(8, bits.Len(uint(n)>>15)), 10) }

const mostHeaps = 1 << 10

// deal fills order with a permutation of 0 to n-1: every number goes to one of 2^b heaps, drawn at random, and the heaps, one
// after the other, are shuffled each by itself. All permutations are equally likely: with heaps of sizes n₁, n₂, ... there
// are n!/(n₁!·n₂!·...) ways to deal, all as likely, and n₁!·n₂!·... orders of the heaps
// (Rao 1961, "Generation of random permutation of given number of elements using random sampling numbers"; Sandelius 1962,
// "A simple randomization procedure").
func deal[N number](order []N, b int, rng *rand.Rand) {
	draws := rand.NewPCG(rng.Uint64(), rng.Uint64())
	again := *draws
	var sizes, at [mostHeaps]int
	n, mask, digits := len(order), uint64(1)<<b-1, 64/b // a draw of 64 bits says where so many numbers go
	for i := 0; i < n; i += digits {
		word := draws.Uint64()
		for range min(digits, n-i) {
			sizes[word&mask]++
			word >>= b
		}
	}
	for heap := 1; heap < 1<<b; heap++ {
		at[heap] = at[heap-1] + sizes[heap-1]
	}
	for i := 0; i < n; i += digits {
		word := again.Uint64()
		for k := range min(digits, n-i) {
			heap := word & mask
			order[at[heap]] = N(i + k)
			at[heap]++
			word >>= b
		}
	}
	for heap := range 1 << b {
		own := order[at[heap]-sizes[heap] : at[heap]]
		for i := len(own) - 1; i > 0; i-- {
			j := below(draws, uint64(i+1))
			own[i], own[j] = own[j], own[i]
		}
	}
}

// below returns a number from 0 to n-1, each as likely (Lemire 2019, "Fast random integer generation in an interval").
func below(draws *rand.PCG, n uint64) uint64 {
	high, low := bits.Mul64(draws.Uint64(), n)
	if low < n {
		for least := -n % n; low < least; {
			high, low = bits.Mul64(draws.Uint64(), n)
		}
	}
	return high
}

// Sample returns k different numbers of 0 to n-1, or all of them if there are fewer: every choice is equally likely. Up to [Large]
// they are the first of an Order; of more numbers they ascend, and time and memory are those of k numbers
// (Floyd, in Bentley & Floyd 1987, "Programming pearls: a sample of brilliance").
func Sample(n, k int, rng *rand.Rand) []int {
	if k = min(k, n); n <= Large {
		return Order(n, rng)[:k]
	}
	return choice(n, k, rng)
}

// choice returns k different numbers of 0 to n-1, ascending.
func choice(n, k int, rng *rand.Rand) []int {
	drawn := make(map[int]bool, k)
	for i := n - k; i < n; i++ {
		if j := rng.IntN(i + 1); drawn[j] {
			drawn[i] = true
		} else {
			drawn[j] = true
		}
	}
	return slices.Sorted(maps.Keys(drawn))
}
