package source

import "math"

// number writes the features of a number: how many deviations it is from the mean, and, where there is room for it, whether it
// is missing. The median stands for a missing one.
func number(dst []float32, v, median, mean, std float64) {
	const farthest = 1e6 // deviations; what is farther is taken for this
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = median
		if len(dst) > 1 {
			dst[1] = 1
		}
	}
	dst[0] = float32(max(-farthest, min(farthest, (v-mean)/std)))
}
