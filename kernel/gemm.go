package kernel

// Form says which operand of a product is transposed.
type Form uint8

const (
	NN Form = iota // a [m, k]   b [k, n]
	TN             // a [k, m]   b [k, n]   the gradient of a weight: xᵀ·dy
	NT             // a [m, k]   b [n, k]   the gradient of an input: dy·Wᵀ
)

// Start says what the chain of an element begins with.
type Start uint8

const (
	Zero       Start = iota // +0; the old contents of c are not read
	Bias                    // Bias[j]; the old contents of c are not read
	Accumulate              // the old contents of c
)

// Activation is an element function that a product can apply to what it has just finished.
type Activation uint8

const (
	ActNone Activation = iota
	ActReLU
	ActSigmoid
	ActTanh
)

// A Product is c = act(start + a·b), every matrix row-major with its own stride (elements from one row to the next).
//
//	c [m, n]    c[i,j] = act( fma(a[i,k-1], b[k-1,j], … fma(a[i,0], b[0,j], start) …) )
//
// c must not overlap a or b. With k = 0 the product is act(start).
type Product[F Float] struct {
	Form          Form
	M, N, K       int
	A, B, C       []F
	LDA, LDB, LDC int // strides; 0 means dense: the row length of that operand as stored
	Start         Start
	Bias          []F // [n], read only with Start == Bias
	Act           Activation

	// Sparse says that most of a is zero, as in rows of a table with categories: Gemm may then skip what is multiplied by zero. No
	// bit depends on it.
	Sparse bool
}

// Gemm computes p on the calling worker alone. w lends scratch memory; nil takes some from a pool.
func Gemm[F Float](w *Worker, p Product[F]) {
	p.check()
	if p.M == 0 || p.N == 0 {
		return
	}
	if q, ok := any(&p).(*Product[float32]); ok {
		if !q.Sparse || active.sparse == nil || !active.sparse(w, *q) {
			active.gemm(w, *q)
		}
	} else {
		gemmRef(p)
	}
}

// SkipPays reports whether Product.Sparse is worth saying of a product of b [k, n] by an a of which so large a share is zero: it depends
// on how near b is kept. Measured for 784x100 and 73x128; where this machine has no such kernels it is false.
func SkipPays(zeros float64, k, n int) bool {
	const near = 64 << 10 // bytes of b
	if active.sparse == nil {
		return false
	}
	if 4*k*n <= near {
		return zeros >= 3./4
	}
	return zeros >= 15./16
}

// check fills in dense strides and panics where a slice is too short: a programmer's mistake.
func (p *Product[F]) check() {
	ra, ca, rb, cb := p.M, p.K, p.K, p.N
	if p.Form == TN {
		ra, ca = p.K, p.M
	}
	if p.Form == NT {
		rb, cb = p.N, p.K
	}
	p.LDA, p.LDB, p.LDC = dense(p.LDA, ca), dense(p.LDB, cb), dense(p.LDC, p.N)
	if short(p.A, ra, ca, p.LDA) || short(p.B, rb, cb, p.LDB) || short(p.C, p.M, p.N, p.LDC) ||
		p.Start == Bias && len(p.Bias) < p.N {
		panic("kernel: Gemm: a matrix is shorter than its sizes say")
	}
}

func dense(ld, cols int) int {
	if ld == 0 {
		return cols
	}
	return ld
}

// short reports whether x cannot hold rows by cols elements ld apart.
func short[F Float](x []F, rows, cols, ld int) bool {
	return rows > 0 && cols > 0 && (ld < cols || len(x) < (rows-1)*ld+cols)
}
