package source

import "math"

// softplus is ln(1 + eˣ).
func softplus(x []float32) {
	for i, f := range x {
		v := float64(f)
		x[i] = float32(max(v, 0) + log1pFixed(expFixed(-math.Abs(v))))
	}
}

// log1pFixed is ln(1 + u) for 0 ≤ u ≤ 1, as 2·artanh s = 2·(s + s³/3 + s⁵/5 + …) with s = u/(2 + u) ≤ 1/3.
func log1pFixed(u float64) float64 {
	s := u / (2 + u)
	z := s * s
	p := 0.0
	for k := 21; k > 0; k -= 2 {
		p = math.FMA(p, z, 1/float64(k))
	}
	return float64(2 * s * p)
}
