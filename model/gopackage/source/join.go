package source

// add is: for i := range y { y[i] = a[i] + b[i] }
func add(y, a, b []float32) {
	for i := range y {
		y[i] = a[i] + b[i]
	}
}

// concat puts parts side by side along an axis: of each of outer blocks first the first part's, then the second's and so on.
func concat(y []float32, outer int, parts ...[]float32) {
	for r := 0; r < outer; r++ {
		for _, p := range parts {
			w := len(p) / outer
			copy(y[:w], p[r*w:])
			y = y[w:]
		}
	}
}
