package exporter

import "math"

// Tolerance is how far apart the answers of a model and of what was exported from it may be, by [Difference]: the same
// products may be added in another order, and other programs compute e^x to other last bits.
const Tolerance = 1e-6

// Difference returns the largest |have - want| / max(1, |want|), and infinity if one has a number where the other has none.
func Difference[F float32 | float64](have, want []F) float64 {
	if len(have) != len(want) {
		return math.Inf(1)
	}
	most := 0.0
	for i := range want {
		h, w := float64(have[i]), float64(want[i])
		if h == w || math.IsNaN(h) && math.IsNaN(w) {
			continue
		}
		d := math.Abs(h-w) / math.Max(1, math.Abs(w))
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		most = math.Max(most, d)
	}
	return most
}
