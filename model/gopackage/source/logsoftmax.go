package source

// logSoftmax is the logarithm of softmax.
func logSoftmax(x []float32) {
	m := largest(x)
	var s [lanes]float32
	for j, v := range x {
		x[j] = v - m
		s[j%lanes] += exp(x[j])
	}
	l := log(join(&s))
	for j, v := range x {
		x[j] = v - l
	}
}
