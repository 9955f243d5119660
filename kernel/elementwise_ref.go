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
		dst[i] = max(v, 0) // Go's max keeps NaN, and takes +0 for the larger zero
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

func leakyReLURef[F Float](dst, x []F, alpha F) {
	for i, v := range x {
		if !(v > 0) {
			v *= alpha
		}
		dst[i] = v
	}
}

func eluRef[F Float](dst, x []F, alpha F) {
	for i, v := range x {
		if !(v > 0) {
			v = alpha * expm1(v)
		}
		dst[i] = v
	}
}

func geluRef[F Float](dst, x []F) {
	for i, v := range x {
		dst[i] = gelu(v)
	}
}

func softplusRef[F Float](dst, x []F) {
	for i, v := range x {
		dst[i] = softplus(v)
	}
}

func leakyReLUGradRef[F Float](dx, dy, y []F, alpha F) {
	for i, v := range y {
		switch g := dy[i]; {
		case v > 0:
			dx[i] = g
		case v != v:
			dx[i] = v
		default:
			dx[i] = alpha * g
		}
	}
}

func eluGradRef[F Float](dx, dy, y []F, alpha F) {
	for i, v := range y {
		g := dy[i]
		if !(v > 0) {
			g *= v + alpha
		}
		dx[i] = g
	}
}

func geluGradRef[F Float](dx, dy, x []F) {
	for i, v := range x {
		dx[i] = dy[i] * geluSlope(v)
	}
}

func softplusGradRef[F Float](dx, dy, x []F) {
	for i, v := range x {
		dx[i] = dy[i] * sigmoid(v)
	}
}
