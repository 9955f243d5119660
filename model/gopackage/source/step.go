package source

// step is 1 above 0, and 0 elsewhere.
func step(x []float32) {
	for i, v := range x {
		switch {
		case v > 0:
			x[i] = 1
		case v <= 0:
			x[i] = 0
		}
	}
}
