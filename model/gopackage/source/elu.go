package source

// elu is x, and alpha·(eˣ - 1) below 0.
func elu(x []float32, alpha float32) {
	for i, v := range x {
		if !(v > 0) {
			v = alpha * float32(expm1Fixed(float64(v)))
		}
		x[i] = v
	}
}

// expm1Fixed is eˣ - 1 for x ≤ 0; near 0 nothing cancels.
func expm1Fixed(x float64) float64 {
	if x > -0.35 {
		return x * series(x)
	}
	return expFixed(x) - 1
}
