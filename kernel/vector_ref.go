package kernel

func addRef[F Float](dst, a, b []F) {
	for i, v := range a {
		dst[i] = v + b[i]
	}
}

func subRef[F Float](dst, a, b []F) {
	for i, v := range a {
		dst[i] = v - b[i]
	}
}

func mulRef[F Float](dst, a, b []F) {
	for i, v := range a {
		dst[i] = v * b[i]
	}
}

func scaleRef[F Float](dst []F, a F, x []F) {
	for i, v := range x {
		dst[i] = a * v
	}
}

func axpyRef[F Float](y []F, a F, x []F) {
	for i, v := range x {
		y[i] = fma(a, v, y[i])
	}
}

func addL1Ref[F Float](g, p []F, lambda F) {
	for i, v := range p {
		switch {
		case v > 0:
			g[i] += lambda
		case v < 0:
			g[i] -= lambda
		}
	}
}
