package kernel

// Sum returns Σx in the fixed pattern of sumLanes; of nothing, +0.
func Sum[F Float](x []F) F {
	if s, ok := narrow(x); ok {
		return F(active.sum(s))
	}
	return sumRef(x)
}

// Max returns the largest element, NaN if there is one, -Inf of nothing. A largest element of -0 is returned as +0.
func Max[F Float](x []F) F {
	if s, ok := narrow(x); ok {
		return F(active.max(s))
	}
	return maxRef(x)
}

// SumSquares returns Σx², summed in float64 in the fixed pattern of sumLanes.
func SumSquares[F Float](x []F) float64 {
	if s, ok := narrow(x); ok {
		return active.sumSquares(s)
	}
	return sumSquaresRef(x)
}

// AllFinite reports whether x holds neither NaN nor infinities.
func AllFinite[F Float](x []F) bool {
	if s, ok := narrow(x); ok {
		return active.allFinite(s)
	}
	return allFiniteRef(x)
}

// ColSums adds the rows of x, one after the other, to dst, whose old contents count:
//
//	for i := range rows { for j := range cols { dst[j] += x[i*stride+j] } }
//
// A stride of 0 means cols.
func ColSums[F Float](dst, x []F, rows, cols, stride int) {
	stride = dense(stride, cols)
	if rows <= 0 || cols <= 0 {
		return
	}
	if len(dst) < cols || short(x, rows, cols, stride) {
		panic("kernel: ColSums: a slice is shorter than its sizes say")
	}
	if d, ok := narrow(dst); ok {
		active.colSums(d, single(x), rows, cols, stride)
		return
	}
	colSumsRef(dst, x, rows, cols, stride)
}
