package kernel

func softmaxRef[F Float](dst, x []F, cols int) {
	for ; len(dst) > 0; dst, x = dst[cols:], x[cols:] {
		y := dst[:cols]
		m := maxRef(x[:cols])
		for j, v := range x[:cols] {
			y[j] = exp(v - m)
		}
		s := sumRef(y)
		for j, e := range y {
			y[j] = e / s
		}
	}
}

func logSoftmaxRef[F Float](dst, x []F, cols int) {
	for ; len(dst) > 0; dst, x = dst[cols:], x[cols:] {
		y := dst[:cols]
		m := maxRef(x[:cols])
		var s [lanes]F
		for j, v := range x[:cols] {
			y[j] = v - m
			s[j%lanes] += exp(y[j])
		}
		l := log(join(&s))
		for j, v := range y {
			y[j] = v - l
		}
	}
}
