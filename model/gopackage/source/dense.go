package source

// dense is y = x·W + b, each element one chain of fused multiply-adds in ascending k; without b it begins with 0.
//
//	x [in]   w [in, out]   b [out] or nil   y [out]
func dense(y, x, w, b []float32) {
	clear(y)
	copy(y, b)
	for k, a := range x {
		row := w[k*len(y):][:len(y)]
		for j, s := range y {
			sum, sure := fmaQuickly(a, row[j], s)
			if !sure {
				sum = fmaCarefully(a, row[j], s)
			}
			y[j] = sum
		}
	}
}
