package kernel

import (
	"sync"
	"unsafe"
)

// The product, cut into blocks that fit the caches. From outside in:
//
//	columns of c in groups of panels   jc    a group of b is packed once for all rows of c
//	k in long blocks                   po    a packed group, long block of k by group, stays in the second-level cache
//	rows of c                          ic    a block of a stays in the second-level cache while the panels pass
//	k in short blocks                  pi    a panel of b, short block by one to five vectors, stays in the first-level cache
//	panels                             j
//	tiles down the panel               i     the micro-kernel: a few rows by the panel's vectors, all in registers
//
// Between two blocks of k the sums wait in c, as float32, which they are in the registers too: the chain of an
// element just goes on, so that no block size changes a bit.

// Block sizes, measured; the bits do not depend on them.
const (
	groupBytes = 1 << 20 // of a packed group of b
	groupVecs  = 30      // vectors in a group
	rowBlock   = 240     // rows of c in a block: a multiple of 1, 2, 3, 4, 5, 6, 8 and 12
	packRows   = 48      // from so many rows on b is packed: each packed vector is read that often

	// Strides of a multiple of this many bytes make the rows of a block compete for a few sets of the
	// first-level cache, whatever its size.
	badStride = 512
)

// gemmScratch is a worker's state of a blocked product.
type gemmScratch struct{ tile tile }

// lent holds workers for callers that have none.
var lent = sync.Pool{New: func() any { return NewWorker() }}

// blocked is one product on its way.
type blocked struct {
	*gemmUnit
	*Product[float32]
	t       *tile
	ai, ak  int // a[i,k] is A[i*ai+k*ak]
	vecs    int // of a row of c
	tail    int // lanes of the last vector, 1 to lanes
	a, b, c *float32
	buffers *packBuffers
	packB   bool
	copyA   bool
	maxVecs int
	firstK  bool
	lastK   bool
}

func (u *gemmUnit) gemm(w *Worker, p *Product[float32]) {
	if w == nil {
		w = lent.Get().(*Worker)
		defer lent.Put(w)
	}
	maxVecs := len(u.rows) - 1
	g := blocked{
		gemmUnit: u, Product: p, t: &w.pack.gemm.tile, buffers: &w.pack,
		ai: p.LDA, ak: 1,
		vecs:    (p.N + u.lanes - 1) / u.lanes,
		a:       unsafe.SliceData(p.A),
		b:       unsafe.SliceData(p.B),
		c:       unsafe.SliceData(p.C),
		maxVecs: maxVecs,
	}
	g.tail = p.N - (g.vecs-1)*u.lanes
	if p.Form == TN {
		g.ai, g.ak = 1, p.LDA
	}
	*g.t = tile{ai: uintptr(4 * g.ai), ak: uintptr(4 * g.ak), bk: uintptr(4 * p.LDB), ci: uintptr(4 * p.LDC)}
	if p.Act == ActReLU {
		// applied by the micro-kernel after the last block of k
	}
	panels := (g.vecs + maxVecs - 1) / maxVecs
	g.packB = p.Form == NT || panels > 1 && (p.M >= packRows || p.M >= 8 && 4*p.LDB%badStride == 0)
	g.copyA = panels >= 4 && p.M >= 16 && (4*p.LDA%badStride == 0 || p.LDA >= 1024)
	g.run()
}

// run goes through the three outer loops.
func (g *blocked) run() {
	group := g.vecs
	longK := g.K
	if g.packB {
		group = balanced(g.vecs, groupVecs)
		longK = balanced(g.K, max(groupBytes/(4*g.lanes*group), 64))
	}
	for jc := 0; jc < g.vecs; jc += group {
		vecs := min(group, g.vecs-jc)
		for po := 0; ; po += longK {
			kLen := min(longK, g.K-po)
			if g.packB {
				g.pack(jc, vecs, po, kLen)
			}
			for ic := 0; ic < g.M; ic += rowBlock {
				rows := min(rowBlock, g.M-ic)
				g.rowsBlock(jc, vecs, po, kLen, ic, rows)
				if po+kLen == g.K {
					g.activate(jc, vecs, ic, rows)
				}
			}
			if po+kLen == g.K {
				break
			}
		}
	}
}

// balanced returns the size of the equal blocks, at most limit each, that n is cut into.
func balanced(n, limit int) int {
	if n <= limit {
		return n
	}
	blocks := (n + limit - 1) / limit
	return (n + blocks - 1) / blocks
}

// pack copies b[po:po+k, jc:jc+vecs] (vectors) panel after panel, [k][vectors of the panel].
func (g *blocked) pack(jc, vecs, po, k int) {
	dst := aligned(&g.buffers.b, max(k*vecs*g.lanes, 1))
	if k == 0 {
		return
	}
	width := balanced(vecs, g.maxVecs)
	for j := 0; j < vecs; j += width {
		n := min(width, vecs-j)
		panel := &dst[j*k*g.lanes]
		stride := uintptr(4 * n * g.lanes)
		if g.Form != NT {
			src := &g.B[po*g.LDB+(jc+j)*g.lanes]
			g.copy(panel, src, stride, uintptr(4*g.LDB), k, n, g.masks[g.lanesOf(jc+j+n-1)])
			continue
		}
		for v := range n {
			first := (jc + j + v) * g.lanes
			src := &g.B[first*g.LDB+po]
			d := &dst[j*k*g.lanes+v*g.lanes]
			g.transpose(d, src, stride, uintptr(4*g.LDB), g.lanesOf(jc+j+v), k, g.masks[(k-1)%g.lanes+1])
		}
	}
}

// lanesOf returns how many lanes of vector v of a row of c are columns.
func (g *blocked) lanesOf(v int) int {
	if v == g.vecs-1 {
		return g.tail
	}
	return g.lanes
}

// rowsBlock computes c[ic:ic+rows, jc:jc+vecs] for k in [po, po+kLen).
func (g *blocked) rowsBlock(jc, vecs, po, kLen, ic, rows int) {
	width := balanced(vecs, g.maxVecs)
	short := balanced(kLen, max(g.l1/(4*g.lanes*width), 16))
	for pi := 0; ; pi += short {
		k := min(short, kLen-pi)
		g.setK(po+pi, k)
		g.setA(ic, rows, po+pi, k)
		for j := 0; j < vecs; j += width {
			n := min(width, vecs-j)
			v := jc + j
			t := g.t
			lanes := g.lanesOf(v + n - 1)
			t.mask, t.tail = g.masks[lanes], 0
			if k > 0 {
				if g.packB {
					t.bk = uintptr(4 * n * g.lanes)
					t.b = unsafe.Pointer(&g.buffers.b[0])
					t.b = unsafe.Pointer(&aligned(&g.buffers.b, kLen*vecs*g.lanes)[j*kLen*g.lanes+pi*n*g.lanes])
				} else {
					t.b = unsafe.Pointer(&g.B[(po+pi)*g.LDB+v*g.lanes])
					if lanes < g.lanes {
						t.tail = 1
					}
				}
			}
			if g.Start == Bias {
				t.bias = unsafe.Pointer(&g.Bias[v*g.lanes])
			}
			g.panel(n, rows, unsafe.Pointer(&g.C[ic*g.LDC+v*g.lanes]))
		}
		if pi+k == kLen {
			return
		}
	}
}

// setK says how the chains of this block of k begin and end.
func (g *blocked) setK(p, k int) {
	t := g.t
	t.k = k
	t.start = uint64(g.Start)
	if p > 0 {
		t.start = uint64(Accumulate)
	}
	t.relu = 0
	if g.Act == ActReLU && p+k == g.K {
		t.relu = 1
	}
}

// setA points the tile at a[ic, p], or at a copy of the block with a better stride.
func (g *blocked) setA(ic, rows, p, k int) {
	t := g.t
	if k == 0 {
		return
	}
	src := &g.A[ic*g.ai+p*g.ak]
	t.a = unsafe.Pointer(src)
	if !g.copyA {
		return
	}
	// The copy keeps the order of a; only its stride changes, to an odd number of cache lines.
	lines, length := rows, k
	if g.Form == TN {
		lines, length = k, rows
	}
	vecs := (length + g.lanes - 1) / g.lanes
	stride := (vecs*g.lanes*4/64 | 1) * 64
	if stride < vecs*g.lanes*4 {
		stride += 128
	}
	dst := aligned(&g.buffers.a, lines*stride/4)
	g.copy(&dst[0], src, uintptr(stride), uintptr(4*g.LDA), lines, vecs, g.masks[(length-1)%g.lanes+1])
	t.a = unsafe.Pointer(&dst[0])
	if g.Form == TN {
		t.ak = uintptr(stride)
	} else {
		t.ai = uintptr(stride)
	}
}

// panel computes the tiles of one panel, from its top row down.
func (g *blocked) panel(vecs, rows int, c unsafe.Pointer) {
	t, a := g.t, g.t.a
	most := g.rows[vecs]
	if rows <= most {
		t.c = c
		g.tile(rows, vecs, t)
		return
	}
	tiles := (rows + most - 1) / most
	for n := range tiles {
		i := rows * n / tiles
		t.a = unsafe.Add(a, uintptr(i)*t.ai)
		t.c = unsafe.Add(c, uintptr(i)*t.ci)
		g.tile(rows*(n+1)/tiles-i, vecs, t)
	}
	t.a = a
}

// activate applies the activation to finished rows while they are in the cache.
func (g *blocked) activate(jc, vecs, ic, rows int) {
	var f func(dst, x []float32)
	switch g.Act {
	case ActSigmoid:
		f = active.sigmoid
	case ActTanh:
		f = active.tanh
	default:
		return
	}
	lo, hi := jc*g.lanes, min((jc+vecs)*g.lanes, g.N)
	for i := ic; i < ic+rows; i++ {
		row := g.C[i*g.LDC+lo : i*g.LDC+hi]
		f(row, row)
	}
}
