package kernel

import "math"

// gemmRef is the specification of Gemm: one chain of fused multiply-adds an element, k ascending. It adds
// a[i,k]·b[k,:] to a whole row of c before it goes on to the next k, which is the same chain for each element.
func gemmRef[F Float](p Product[F]) {
	ai, ak := p.LDA, 1 // a[i,k] is A[i*ai+k*ak]
	if p.Form == TN {
		ai, ak = 1, p.LDA
	}
	for i := range p.M {
		row := p.C[i*p.LDC:][:p.N]
		switch p.Start {
		case Zero:
			clear(row)
		case Bias:
			copy(row, p.Bias)
		}
		for k := range p.K {
			a := p.A[i*ai+k*ak]
			if p.Form == NT {
				fmaColumn(row, a, p.B[k:], p.LDB)
			} else {
				fmaRow(row, a, p.B[k*p.LDB:])
			}
		}
		activateRef(p.Act, row)
	}
}

// fmaRow is: for j := range c { c[j] = fma(a, b[j], c[j]) }
func fmaRow[F Float](c []F, a F, b []F) {
	b = b[:len(c)]
	switch c := any(c).(type) {
	case []float32:
		a, b := float32(a), any(b).([]float32)
		for j, s := range c {
			sum, sure := fmaQuickly(a, b[j], s)
			if !sure {
				sum = fmaCarefully(a, b[j], s)
			}
			c[j] = sum
		}
	case []float64:
		a, b := float64(a), any(b).([]float64)
		for j, s := range c {
			c[j] = math.FMA(a, b[j], s)
		}
	}
}

// fmaColumn is: for j := range c { c[j] = fma(a, b[j*stride], c[j]) }
func fmaColumn[F Float](c []F, a F, b []F, stride int) {
	switch c := any(c).(type) {
	case []float32:
		a, b := float32(a), any(b).([]float32)
		for j, s := range c {
			sum, sure := fmaQuickly(a, b[j*stride], s)
			if !sure {
				sum = fmaCarefully(a, b[j*stride], s)
			}
			c[j] = sum
		}
	case []float64:
		a, b := float64(a), any(b).([]float64)
		for j, s := range c {
			c[j] = math.FMA(a, b[j*stride], s)
		}
	}
}
