package kernel

// Arithmetic on whole vectors. dst may be the same slice as a source; the length is dst's.

// Add is: for i := range dst { dst[i] = a[i] + b[i] }
func Add[F Float](dst, a, b []F) {
	a, b = first(a, len(dst)), first(b, len(dst))
	if d, ok := narrow(dst); ok {
		active.add(d, single(a), single(b))
		return
	}
	addRef(dst, a, b)
}

// Sub is: for i := range dst { dst[i] = a[i] - b[i] }
func Sub[F Float](dst, a, b []F) {
	a, b = first(a, len(dst)), first(b, len(dst))
	if d, ok := narrow(dst); ok {
		active.sub(d, single(a), single(b))
		return
	}
	subRef(dst, a, b)
}

// Mul is: for i := range dst { dst[i] = a[i] * b[i] }
func Mul[F Float](dst, a, b []F) {
	a, b = first(a, len(dst)), first(b, len(dst))
	if d, ok := narrow(dst); ok {
		active.mul(d, single(a), single(b))
		return
	}
	mulRef(dst, a, b)
}

// Scale is: for i := range dst { dst[i] = a * x[i] }
func Scale[F Float](dst []F, a F, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.scale(d, float32(a), single(x))
		return
	}
	scaleRef(dst, a, x)
}

// Axpy is: for i := range y { y[i] += a * x[i] }, each rounded once.
func Axpy[F Float](y []F, a F, x []F) {
	x = first(x, len(y))
	if d, ok := narrow(y); ok {
		active.axpy(d, float32(a), single(x))
		return
	}
	axpyRef(y, a, x)
}

// Fill is: for i := range dst { dst[i] = v }. For +0, the built-in clear is faster.
func Fill[F Float](dst []F, v F) {
	for i := range dst {
		dst[i] = v
	}
}

// AddL2 adds the gradient of λ/2·Σp²: for i := range g { g[i] += lambda * p[i] }, each rounded once.
func AddL2[F Float](g, p []F, lambda F) { Axpy(g, lambda, p) }

// AddL1 adds the gradient of λ·Σ|p|: for i := range g { g[i] += lambda * sign(p[i]) }; the sign of 0 and NaN is 0.
func AddL1[F Float](g, p []F, lambda F) {
	p = first(p, len(g))
	if d, ok := narrow(g); ok {
		active.addL1(d, single(p), float32(lambda))
		return
	}
	addL1Ref(g, p, lambda)
}
