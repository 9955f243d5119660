package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Divide returns the numbers of a share f of n examples, f·n rounded to the nearest number, and of the rest. Labels are
// their classes: each gives the same share, rounded up or down; nil stands for examples without classes. Both lists are drawn at random
// from rng and in random order; with a nil rng the first examples of a class go to the first list. Of more than [Large] examples
// both lists ascend, so that what walks them goes through memory from one end to the other.
func Divide(n int, labels []int32, f float64, rng *rand.Rand) (head, tail []uint32) {
	total := portion(f, n)
	counts := []int{n}
	if labels != nil {
		counts = tally(labels)
	}
	quota := apportion(total, f, counts)
	head, tail = make([]uint32, 0, total), make([]uint32, 0, n-total)
	if n > Large && rng != nil {
		return choose(head, tail, labels, counts, quota, rng)
	}
	for _, i := range order[uint32](n, rng) {
		class := int32(0)
		if labels != nil {
			class = labels[i]
		}
		if quota[class] > 0 {
			quota[class]--
			head = append(head, i)
		} else {
			tail = append(tail, i)
		}
	}
	return head, tail
}

// choose appends quota[c] of the counts[c] examples of every class to head, and the others to tail, in order: selection
// sampling (Knuth, The Art of Computer Programming, 3.4.2, algorithm S), class by class. Of a class of which m examples are to come
// and q to be taken, the next one is taken with probability q/m; so every choice of them is equally likely.
func choose(head, tail []uint32, labels []int32, counts, quota []int, rng *rand.Rand) ([]uint32, []uint32) {
	draws := rand.NewPCG(rng.Uint64(), rng.Uint64())
	toCome := slices.Clone(counts)
	for i := range cap(head) + cap(tail) {
		class := int32(0)
		if labels != nil {
			class = labels[i]
		}
		take := below(draws, uint64(toCome[class])) < uint64(quota[class])
		toCome[class]--
		if take {
			quota[class]--
			head = append(head, uint32(i))
		} else {
			tail = append(tail, uint32(i))
		}
	}
	return head, tail
}

// tally returns how many labels there are of each class, up to the largest.
func tally(labels []int32) []int {
	largest := int32(0)
	for _, l := range labels {
		largest = max(largest, l)
	}
	counts := make([]int, largest+1)
	const few = 256
	if largest >= few {
		for _, l := range labels {
			counts[l]++
		}
		return counts
	}
	// Four counts a class, since one would wait for itself where a class comes again and again.
	var own [4][few]int
	for ; len(labels) >= 4; labels = labels[4:] {
		own[0][uint8(labels[0])]++
		own[1][uint8(labels[1])]++
		own[2][uint8(labels[2])]++
		own[3][uint8(labels[3])]++
	}
	for _, l := range labels {
		own[0][l]++
	}
	for c := range counts {
		counts[c] = own[0][c] + own[1][c] + own[2][c] + own[3][c]
	}
	return counts
}

// portion returns f·n rounded to the nearest whole number.
func portion(f float64, n int) int {
	if !(f >= 0 && f <= 1) {
		panic(fmt.Sprintf("dataset: a share of %v; want 0 to 1", f))
	}
	return int(math.Round(f * float64(n)))
}

// apportion divides total over the classes in the ratio f of their counts: whole parts first, then one more to the
// largest remainders, the lower class first where they are equal.
func apportion(total int, f float64, counts []int) []int {
	quota := make([]int, len(counts))
	remainder := make([]float64, len(counts))
	byRemainder := Order(len(counts), nil)
	for c, n := range counts {
		exact := float64(f * float64(n))
		quota[c] = int(exact)
		remainder[c] = exact - float64(quota[c])
		total -= quota[c]
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int {
		switch {
		case remainder[a] > remainder[b]:
			return -1
		case remainder[a] < remainder[b]:
			return 1
		}
		return 0
	})
	for _, c := range byRemainder {
		if total > 0 && quota[c] < counts[c] {
			quota[c]++
			total--
		}
	}
	return quota
}
