package source

// leakyReLU is x, and alpha·x below 0.
func leakyReLU(x []float32, alpha float32) {
	for i, v := range x {
		if !(v > 0) {
			v *= alpha
		}
		x[i] = v
	}
}
