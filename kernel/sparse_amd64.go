package kernel

import (
	"math"
	"unsafe"
)

// The products whose a is mostly zero, as the first product of a table with categories is. A row of a becomes a list of the
// elements that are not zero, and the chains skip the others:
//
//	NN    c[i,:] = start + Σ a[i,k]·b[k,:]    over the list of row i
//	TN    c[i,:] += a[k,i]·b[k,:]             for row k of a, over its list
//
// A step that is skipped would have left its sum as it was: fma(0, b, s) is s, unless b is infinite or not a number, or s is -0. So
// such a b is left to the dense product, and where a sum ends as -0 it is computed again with all its steps. (Within a chain
// the sign of a zero decides nothing: the next step that is not skipped forgets it.)

const sparseRows = 8 // of c, NN: the least that are worth a look at all of b

// iota16 numbers the lanes.
var iota16 = [16]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// sparseAVX512 computes p and reports true, or leaves it to the dense product.
func sparseAVX512(w *Worker, p Product[float32]) bool {
	stride := p.LDB // of the rows that an element of a meets
	if p.Form == TN {
		stride = p.N + 32
	}
	switch {
	case p.Form == NN && (p.M < sparseRows || p.Start == Accumulate), p.Form == TN && (p.Start != Zero || p.Act != ActNone), p.Form == NT,
		p.K == 0, int64(max(p.M, p.K))*int64(stride) > math.MaxUint32/4:
		return false
	case !active.allFinite(p.B[:(p.K-1)*p.LDB+p.N]):
		return false
	}
	if w == nil {
		w = lent.Get().(*Worker)
		defer lent.Put(w)
	}
	s := sparse{p: &p, vecs: (p.N + 15) / 16, list: &w.pack.list}
	if p.Form == TN {
		s.gradient(w)
	} else {
		s.forward(w)
	}
	return true
}

// of lists x; it returns the length of the list.
func (l *sparseList) of(x []float32, stride int) int {
	if n := len(x) + len(iota16); len(l.values) < n {
		l.offsets, l.values = make([]uint32, n), make([]float32, n)
	}
	return sparseListAVX512(&l.offsets[0], &l.values[0], &x[0], len(x), uint32(4*stride), &iota16)
}

type sparse struct {
	p    *Product[float32]
	vecs int // of a row of c
	list *sparseList
}

// panel returns how many vectors of columns there are from vector v on, at most sparseVecs, and the mask of the last of them.
func (s *sparse) panel(v int) (vecs int, mask unsafe.Pointer) {
	vecs = min(sparseVecs, s.vecs-v)
	return vecs, unsafe.Pointer(&masksAVX512[min(16, s.p.N-16*(v+vecs-1))])
}

func (s *sparse) forward(w *Worker) {
	p := s.p
	relu := uint64(0)
	if p.Act == ActReLU {
		relu = 1
	}
	for i := range p.M {
		n := s.list.of(p.A[i*p.LDA:][:p.K], p.LDB)
		minus := uint32(0)
		for v := 0; v < s.vecs; v += sparseVecs {
			vecs, mask := s.panel(v)
			var start *float32
			if p.Start == Bias {
				start = &p.Bias[16*v]
			}
			minus |= sparseRowAVX512(vecs, &p.C[i*p.LDC+16*v], start, &p.B[16*v], &s.list.offsets[0], &s.list.values[0], n, mask, relu)
		}
		if minus != 0 {
			q := *p
			q.M, q.A, q.C = 1, p.A[i*p.LDA:], p.C[i*p.LDC:]
			if relu == 0 {
				q.Act = ActNone // follows
			}
			gemmAVX512(w, q)
		}
	}
	if p.Act >= ActSigmoid {
		activate(p, 0, p.N, 0, p.M)
	}
}

// gradient gathers c in rows of its own: those of c may lie a multiple of 4096 bytes apart, and the processor then takes a load from
// one for a load from the other, which has just been stored to.
func (s *sparse) gradient(w *Worker) {
	p := s.p
	stride := 16 * (s.vecs | 1)
	side := aligned(&w.pack.side, p.M*stride)
	clear(side)
	for k := range p.K {
		n := s.list.of(p.A[k*p.LDA:][:p.M], stride)
		for v := 0; v < s.vecs; v += sparseVecs {
			vecs, mask := s.panel(v)
			sparseScatterAVX512(vecs, &side[16*v], &p.B[k*p.LDB+16*v], &s.list.offsets[0], &s.list.values[0], n, mask)
		}
	}
	if negativeZeroAVX512(&side[0], len(side)) {
		gemmAVX512(w, *p)
		return
	}
	for i := range p.M {
		copy(p.C[i*p.LDC:][:p.N], side[i*stride:])
	}
}
