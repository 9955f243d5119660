package kernel

// The element functions' specification.

func expRef[F Float](dst, x []F) {
	for i, v := range x {
		dst[i] = exp(v)
	}
}

func logRef[F Float](dst, x []F) {
	for i, v := range x {
		dst[i] = log(v)
	}
}

func tanhRef[F Float](dst, x []F) {
	for i, v := range x {
		dst[i] = tanh(v)
	}
}

func sigmoidRef[F Float](dst, x []F) {
	for i, v := range x {
		dst[i] = sigmoid(v)
	}
}

func reluRef[F Float](dst, x []F) {
	for i, v := range x {
		if v <= 0 { // not NaN
			v = 0
		}
		dst[i] = v
	}
}

func sigmoidGradRef[F Float](dx, dy, y []F) {
	for i, v := range y {
		dx[i] = dy[i] * F(v*F(1-v))
	}
}

func tanhGradRef[F Float](dx, dy, y []F) {
	for i, v := range y {
		dx[i] = dy[i] * fma(-v, v, 1)
	}
}

func reluGradRef[F Float](dx, dy, y []F) {
	for i, v := range y {
		switch {
		case v > 0:
			dx[i] = dy[i]
		case v != v:
			dx[i] = v
		default:
			dx[i] = 0
		}
	}
}
