package tune

import (
	"maps"
	"math"
	"slices"
	"strconv"
)

// fewest is how many trials a group must have on average for its mean to say something.
const fewest = 4

// Importance returns for each setting which share of the differences between trials it explains by itself, from 0 to 1:
//
//	ε² = 1 - (1 - η²)·(n-1)/(n-k)        η² = Σ nᵢ(r̄ᵢ - r̄)² / Σ(r - r̄)²
//
// r are the ranks of the costs, since one trial that diverged would outweigh all others; the k groups are the choices, or up to
// four ranges of a number with equally many trials each. ε² (Kelley 1935) takes away what η² has by chance; what settings do only
// together is in none of the shares. NaN stands for too few trials to tell: below four a group.
//
//	values [n][len(s)]   costs [n], NaN the worst
func Importance(s Space, values [][]string, costs []float64) []float64 {
	shares := make([]float64, len(s))
	r := ranks(costs)
	for i, d := range s {
		if len(d.Choices) != 1 {
			shares[i] = explained(d.groups(values, i), r)
		}
	}
	return shares
}

// groups returns the group of each trial by its value of the dimension.
func (d Dimension) groups(values [][]string, at int) []int {
	groups := make([]int, len(values))
	if len(d.Choices) > 0 {
		for i, v := range values {
			groups[i] = slices.Index(d.Choices, v[at])
		}
		return groups
	}
	numbers := make([]float64, len(values))
	for i, v := range values {
		numbers[i], _ = strconv.ParseFloat(v[at], 64)
	}
	const ranges = 4
	k := min(ranges, len(values)/fewest)
	for i, r := range ranks(numbers) {
		groups[i] = int(r * float64(k) / float64(len(values)))
	}
	return groups
}

// ranks returns the place of each number, from 0; equal ones share the mean of theirs.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return costs(x[a], x[b]) })
	r := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && costs(x[order[j]], x[order[i]]) == 0 {
			j++
		}
		for _, k := range order[i:j] {
			r[k] = float64(i+j-1) / 2
		}
		i = j
	}
	return r
}

// explained is ε² of ranks in groups.
func explained(groups []int, r []float64) float64 {
	n := float64(len(r))
	mean := (n - 1) / 2
	sums, counts := map[int]float64{}, map[int]float64{}
	for i, g := range groups {
		sums[g] += r[i]
		counts[g]++
	}
	k := float64(len(counts))
	if n < fewest*k || k < 2 {
		return math.NaN()
	}
	var between, total float64
	for _, v := range r {
		total += (v - mean) * (v - mean)
	}
	for _, g := range slices.Sorted(maps.Keys(counts)) {
		m := sums[g] / counts[g]
		between += counts[g] * (m - mean) * (m - mean)
	}
	if total == 0 {
		return 0
	}
	return max(0, 1-(1-between/total)*(n-1)/(n-k))
}
