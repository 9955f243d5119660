package kernel

// gemmRef is the specification of Gemm: one chain of fused multiply-adds an element, k ascending.
func gemmRef[F Float](p Product[F]) {
	ai, ak := p.LDA, 1 // a[i,k] is A[i*ai+k*ak]
	if p.Form == TN {
		ai, ak = 1, p.LDA
	}
	bk, bj := p.LDB, 1 // b[k,j] is B[k*bk+j*bj]
	if p.Form == NT {
		bk, bj = 1, p.LDB
	}
	for i := range p.M {
		row := p.C[i*p.LDC:][:p.N]
		for j := range row {
			var s F
			switch p.Start {
			case Bias:
				s = p.Bias[j]
			case Accumulate:
				s = row[j]
			}
			for k := range p.K {
				s = fma(p.A[i*ai+k*ak], p.B[k*bk+j*bj], s)
			}
			row[j] = s
		}
		activateRef(p.Act, row)
	}
}
