//go:build amd64 || arm64

package kernel

const (
	turnedShare = 4  // of a vector's lanes that columns fill at most, where lying on its side is worth it,
	turnedDepth = 32 // and the steps of k at least: the way back costs a little for every element
)

// turns reports whether cᵀ = bᵀ·a costs less than c = aᵀ·b: a c much narrower than a vector leaves most lanes idle, while the
// rows of a, which are as long as c is tall, fill them. Such is the gradient of a last layer of one to four units.
func (u *gemmUnit) turns(p *Product[float32]) bool {
	return p.Form == TN && p.N*turnedShare <= u.lanes && p.M >= u.lanes && p.K >= turnedDepth && p.Start == Zero && p.Act == ActNone
}

// turned computes p by its transpose. The chain of an element stays what it is, for a·b is b·a to the last bit.
func (u *gemmUnit) turned(w *Worker, p *Product[float32]) {
	if w == nil {
		w = lent.Get().(*Worker)
		defer lent.Put(w)
	}
	m, n := p.M, p.N
	side := aligned(&w.pack.side, n*m)
	u.gemm(w, &Product[float32]{
		Form: TN, M: n, N: m, K: p.K,
		A: p.B, LDA: p.LDB, B: p.A, LDB: p.LDA, C: side, LDC: m,
	})
	for j := range n {
		column := p.C[j:]
		for i, v := range side[j*m : (j+1)*m] {
			column[i*p.LDC] = v
		}
	}
}
