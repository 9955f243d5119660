package kernel

// The element functions. In each, dst may be the same slice as a source (but not one that overlaps it otherwise),
// the length is dst's, and a source may be longer. Shorter sources panic.

// narrow returns x as the float32 slice that it is, or false if F is float64. It allocates nothing.
func narrow[F Float](x []F) ([]float32, bool) {
	s, ok := any(x).([]float32)
	return s, ok
}

// single is narrow where F is known to be float32.
func single[F Float](x []F) []float32 { return any(x).([]float32) }

// first returns the first n elements of x, which must have as many, whatever its capacity.
func first[F Float](x []F, n int) []F {
	if len(x) < n {
		panic("kernel: a slice is shorter than the destination")
	}
	return x[:n]
}

// Exp is: for i := range dst { dst[i] = eˣ } with x = x[i].
// float32: at most 1 ULP from the exact value, subnormal results included.
func Exp[F Float](dst, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.exp(d, single(x))
		return
	}
	expRef(dst, x)
}

// Log is: for i := range dst { dst[i] = ln x[i] }; ln ±0 is -Inf, that of a negative number NaN.
// float32: at most 1 ULP from the exact value.
func Log[F Float](dst, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.log(d, single(x))
		return
	}
	logRef(dst, x)
}

// Tanh is: for i := range dst { dst[i] = tanh x[i] }.
// float32: at most 1 ULP from the exact value.
func Tanh[F Float](dst, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.tanh(d, single(x))
		return
	}
	tanhRef(dst, x)
}

// Sigmoid is: for i := range dst { dst[i] = 1/(1 + e⁻ˣ) } with x = x[i].
// float32: at most 2 ULP from the exact value (measured: 1.5), down to the subnormal results of large negative x.
func Sigmoid[F Float](dst, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.sigmoid(d, single(x))
		return
	}
	sigmoidRef(dst, x)
}

// ReLU is: for i := range dst { dst[i] = max(x[i], +0) }; ReLU(-0) is +0, NaN stays NaN.
func ReLU[F Float](dst, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.relu(d, single(x))
		return
	}
	reluRef(dst, x)
}

// LeakyReLU is: for i := range dst { dst[i] = x if x > 0, else alpha·x } with x = x[i].
func LeakyReLU[F Float](dst, x []F, alpha F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.leakyReLU(d, single(x), float32(alpha))
		return
	}
	leakyReLURef(dst, x, alpha)
}

// ELU is: for i := range dst { dst[i] = x if x > 0, else alpha·(eˣ - 1) } with x = x[i] (Clevert et al. 2015).
func ELU[F Float](dst, x []F, alpha F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.elu(d, single(x), float32(alpha))
		return
	}
	eluRef(dst, x, alpha)
}

// GELU is: for i := range dst { dst[i] = x·Φ(x) } with x = x[i] and Φ the distribution function of the standard
// normal distribution (Hendrycks & Gimpel 2016, the exact form, not the one with tanh).
func GELU[F Float](dst, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.gelu(d, single(x))
		return
	}
	geluRef(dst, x)
}

// Softplus is: for i := range dst { dst[i] = ln(1 + eˣ) } with x = x[i].
func Softplus[F Float](dst, x []F) {
	x = first(x, len(dst))
	if d, ok := narrow(dst); ok {
		active.softplus(d, single(x))
		return
	}
	softplusRef(dst, x)
}

// The gradients: dx is dy·f′(x), computed from the output y = f(x) where that is possible. dx may be dy or y.

// SigmoidGrad is: for i := range dx { dx[i] = dy[i]·(y[i]·(1 - y[i])) }, each operation rounded.
func SigmoidGrad[F Float](dx, dy, y []F) {
	dy, y = first(dy, len(dx)), first(y, len(dx))
	if d, ok := narrow(dx); ok {
		active.sigmoidGrad(d, single(dy), single(y))
		return
	}
	sigmoidGradRef(dx, dy, y)
}

// TanhGrad is: for i := range dx { dx[i] = dy[i]·(1 - y[i]²) }, with 1 - y² rounded once.
func TanhGrad[F Float](dx, dy, y []F) {
	dy, y = first(dy, len(dx)), first(y, len(dx))
	if d, ok := narrow(dx); ok {
		active.tanhGrad(d, single(dy), single(y))
		return
	}
	tanhGradRef(dx, dy, y)
}

// ReLUGrad is: for i := range dx { dx[i] = dy[i] if y[i] > 0, else +0 }; a NaN in y gives NaN.
func ReLUGrad[F Float](dx, dy, y []F) {
	dy, y = first(dy, len(dx)), first(y, len(dx))
	if d, ok := narrow(dx); ok {
		active.reluGrad(d, single(dy), single(y))
		return
	}
	reluGradRef(dx, dy, y)
}

// LeakyReLUGrad is: for i := range dx { dx[i] = dy[i] if y[i] > 0, else alpha·dy[i] }; a NaN in y gives NaN.
// It takes the output, whose sign is the input's for alpha ≥ 0.
func LeakyReLUGrad[F Float](dx, dy, y []F, alpha F) {
	dy, y = first(dy, len(dx)), first(y, len(dx))
	if d, ok := narrow(dx); ok {
		active.leakyReLUGrad(d, single(dy), single(y), float32(alpha))
		return
	}
	leakyReLUGradRef(dx, dy, y, alpha)
}

// ELUGrad is: for i := range dx { dx[i] = dy[i] if y[i] > 0, else dy[i]·(y[i] + alpha) }, for alpha·eˣ = y + alpha.
func ELUGrad[F Float](dx, dy, y []F, alpha F) {
	dy, y = first(dy, len(dx)), first(y, len(dx))
	if d, ok := narrow(dx); ok {
		active.eluGrad(d, single(dy), single(y), float32(alpha))
		return
	}
	eluGradRef(dx, dy, y, alpha)
}

// GELUGrad is: for i := range dx { dx[i] = dy[i]·(Φ(x) + x·φ(x)) } with x = x[i] and φ = Φ′.
func GELUGrad[F Float](dx, dy, x []F) {
	dy, x = first(dy, len(dx)), first(x, len(dx))
	if d, ok := narrow(dx); ok {
		active.geluGrad(d, single(dy), single(x))
		return
	}
	geluGradRef(dx, dy, x)
}

// SoftplusGrad is: for i := range dx { dx[i] = dy[i]·σ(x[i]) }, σ as in Sigmoid.
func SoftplusGrad[F Float](dx, dy, x []F) {
	dy, x = first(dy, len(dx)), first(x, len(dx))
	if d, ok := narrow(dx); ok {
		active.softplusGrad(d, single(dy), single(x))
		return
	}
	softplusGradRef(dx, dy, x)
}
