package columns

import (
	"math"
	"math/bits"
	"slices"
)

// sampled is about how many rows the bracket of a median is taken from.
const sampled = 1 << 16

// bracket returns two numbers of a sample between which the median of all nearly always is, and few others are: at places that are some
// deviations of the median's own from the middle (Floyd & Rivest 1975). It changes the order of the sample.
func bracket(sample []float64) (low, high float64) {
	const deviations = 5
	n := len(sample)
	if n == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	away := int(deviations*math.Sqrt(float64(n))/2) + 1
	return ranked(sample, max(0, n/2-away)), ranked(sample, min(n-1, n/2+away))
}

// ranked returns the number that would be at place k if they were sorted. It moves them: none before it is larger then, none after it
// smaller (Hoare 1961).
func ranked(numbers []float64, k int) float64 {
	low, high := 0, len(numbers)-1
	for patience := 2 * bits.Len(uint(len(numbers))); low < high; patience-- {
		if patience == 0 { // the pivots were bad ones
			slices.Sort(numbers[low : high+1])
			break
		}
		pivot := numbers[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for numbers[i] < pivot {
				i++
			}
			for numbers[j] > pivot {
				j--
			}
			if i <= j {
				numbers[i], numbers[j] = numbers[j], numbers[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return pivot
		}
	}
	return numbers[k]
}

// gathered is how many numbers a selection sorts; more of them it counts.
var gathered = 1 << 14

// selectRanks returns the numbers that would be at places k and l, k <= l <= k+1, of the n numbers of each if they were sorted. It
// holds no more than 2·gathered of them: it walks over them again for every 16 bits of a number that many have in common.
func selectRanks(n, k, l int, each func(f func(v float64))) (low, high float64) {
	// Of each the first bits, and how many numbers are below those with these bits.
	prefix, below, inside := uint64(0), 0, n
	for shift := 64; inside > gathered && shift > 0; {
		shift -= 16
		var counts [1 << 16]int
		each(func(v float64) {
			if key := sortable(v); shift == 48 || key>>(shift+16) == prefix {
				counts[key>>shift&0xffff]++
			}
		})
		at := 0
		for ; below+counts[at] <= k; at++ {
			below += counts[at]
		}
		prefix, inside = prefix<<16|uint64(at), counts[at]
		if shift == 0 || inside <= gathered {
			return gather(prefix, shift, below, k, l, inside, each)
		}
	}
	return gather(0, 64, 0, k, l, inside, each)
}

// gather sorts the numbers that begin with the bits of prefix, which are inside many after below smaller ones. The number of rank
// l may be the smallest beyond them.
func gather(prefix uint64, shift, below, k, l, inside int, each func(f func(v float64))) (low, high float64) {
	var numbers []float64
	next := math.Inf(1)
	each(func(v float64) {
		switch first := sortable(v) >> shift; { // a shift by 64 gives 0
		case first == prefix:
			if shift > 0 || len(numbers) == 0 { // all of them are equal
				numbers = append(numbers, v)
			}
		case first > prefix:
			next = min(next, v)
		}
	})
	slices.Sort(numbers)
	rank := func(r int) float64 {
		switch {
		case r >= below+inside:
			return next
		case shift == 0:
			return numbers[0]
		}
		return numbers[r-below]
	}
	return rank(k), rank(l)
}

// sortable returns bits that are in the order of the numbers; -0 is 0.
func sortable(v float64) uint64 {
	if v == 0 {
		v = 0
	}
	b := math.Float64bits(v)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}
