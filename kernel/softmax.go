package kernel

// Softmax turns every row of x [rows, cols] into probabilities; rows is len(dst)/cols, and dst may be x:
//
//	m = max(x);  e[j] = exp(x[j] - m);  dst[j] = e[j] / Sum(e)
func Softmax[F Float](dst, x []F, cols int) {
	x = checkRows("Softmax", dst, x, cols)
	if len(dst) == 0 {
		return
	}
	if d, ok := narrow(dst); ok {
		active.softmax(d, single(x), cols)
		return
	}
	softmaxRef(dst, x, cols)
}

// LogSoftmax is the logarithm of Softmax; rows is len(dst)/cols, and dst may be x:
//
//	m = max(x);  dst[j] = (x[j] - m) - ln Sum(exp(x - m))
func LogSoftmax[F Float](dst, x []F, cols int) {
	x = checkRows("LogSoftmax", dst, x, cols)
	if len(dst) == 0 {
		return
	}
	if d, ok := narrow(dst); ok {
		active.logSoftmax(d, single(x), cols)
		return
	}
	logSoftmaxRef(dst, x, cols)
}

// checkRows returns as much of x as dst is long, which must be whole rows.
func checkRows[F Float](name string, dst, x []F, cols int) []F {
	if len(dst) > 0 && (cols <= 0 || len(dst)%cols != 0) {
		panic("kernel: " + name + ": the length is not a multiple of the number of columns")
	}
	return first(x, len(dst))
}
