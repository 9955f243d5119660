package source

import "math"

// sigmoid is 1/(1 + e^-x).
func sigmoid(x []float32) {
	for i, v := range x {
		x[i] = logistic(v)
	}
}

// logistic is 1/(1+e) or e/(1+e) with e = exp(-|x|): nothing cancels or overflows. To first order, cut is what rounding took
// from q = 1/(1+e), both in the sum and in the quotient: 1/(1+e) ≈ q + q·cut.
func logistic(x float32) float32 {
	bits := math.Float32bits(x)
	e := exp(math.Float32frombits(bits | 1<<31))
	q := 1 / (1 + e)
	cut := fma(-q, e, 1-q)
	n := float32(1)
	if bits>>31 == 1 {
		n = e
	}
	return fma(n, q, float32(float32(n*q)*cut))
}
