package source

// standardize is: for i := range x { x[i] = (x[i] - mean[i]) / std[i] }
func standardize(x, mean, std []float32) {
	for i := range x {
		x[i] = (x[i] - mean[i]) / std[i]
	}
}

// divide is: for i := range x { x[i] /= by }
func divide(x []float32, by float32) {
	for i := range x {
		x[i] /= by
	}
}
