//go:build amd64 || arm64

package kernel

import (
	"sync"
	"unsafe"
)

// The product, cut into blocks that fit the caches. From outside in:
//
//	columns of c in groups of panels   jc    a group of b is packed once for all rows of c
//	k in long blocks                   po    a packed group, one long block deep, stays in the second-level cache
//	rows of c                          ic    a block of a stays in the second-level cache while the panels pass
//	k in short blocks                  pi    a panel of b, one short block deep, passes through the first-level cache once a tile
//	panels                             j     up to five vectors of columns
//	tiles down the panel               i     the micro-kernel: a few rows by the panel's vectors, all in registers
//
// Between two blocks of k the sums wait in c, as float32, which they are in the registers too: the chain of an
// element just goes on, so that no block size changes a bit.

// Block sizes, measured; no bit depends on them.
const (
	groupVecs  = 64         // most vectors in a group
	groupBytes = 1536 << 10 // most bytes of a packed group
	rowBlock   = 180        // rows of c in a block: a multiple of the tiles' 5, 6, 9 and 12 rows
	packRows   = 32         // from so many rows on b is packed, since every packed vector is read for each tile of rows
	streamed   = 16         // rows of b in a short block where it is not: each is then read from left to right, at memory speed
	copyPanels = 4          // from so many panels on aᵀ may be copied, since every copied element is read for each panel

	// Rows that lie a multiple of this many bytes apart compete for a few sets of the first-level cache.
	badStride = 512
)

// lent holds workers for callers that have none.
var lent = sync.Pool{New: func() any { return NewWorker() }}

func (u *gemmUnit) gemm(w *Worker, p *Product[float32]) {
	if u.turns(p) {
		u.turned(w, p)
		return
	}
	vecs := (p.N + u.lanes - 1) / u.lanes
	ai, ak := p.LDA, 1
	if p.Form == TN {
		ai, ak = 1, p.LDA
	}
	t := tile{ai: uintptr(4 * ai), ak: uintptr(4 * ak), bk: uintptr(4 * p.LDB), ci: uintptr(4 * p.LDC)}
	if p.K == 0 {
		t.ai = 0 // there is no a to step down
	}
	if vecs <= u.widest && p.Form != NT && 4*u.lanes*vecs*p.K <= u.panelLimit(p.Form == TN) {
		u.onePanel(p, &t, ai, vecs)
		return
	}
	if w == nil {
		w = lent.Get().(*Worker)
		defer lent.Put(w)
	}
	g := blocked{
		u: u, p: p, t: &t, buffers: &w.pack, ai: ai, ak: ak, vecs: vecs, tail: p.N - (vecs-1)*u.lanes,
		group: vecs, long: p.K,
	}
	if vecs <= u.widest {
		g.packB = p.Form == NT
	} else {
		g.packB = p.Form == NT || p.M >= packRows
		// Only down the rows of aᵀ does each step of k meet another page, or the same few sets.
		g.copyA = p.Form == TN && vecs >= copyPanels*u.width && p.M >= 16 && (4*p.LDA%badStride == 0 || p.LDA >= 1024)
	}
	if g.packB {
		g.group = min(vecs, groupVecs)
		g.long = balanced(p.K, max(groupBytes/(4*u.lanes*g.group), 64))
	}
	g.run()
}

// panelLimit is the most bytes of a panel of b, where a lies across or not.
func (u *gemmUnit) panelLimit(across bool) int {
	if across {
		return u.panelBytesTN
	}
	return u.panelBytes
}

// onePanel computes a product that needs no blocks: narrow, and not deep.
func (u *gemmUnit) onePanel(p *Product[float32], t *tile, ai, vecs int) {
	columns := p.N - (vecs-1)*u.lanes
	t.mask, t.k, t.start = u.mask(columns), p.K, uint64(p.Start)
	t.b = unsafe.Pointer(unsafe.SliceData(p.B))
	t.next = t.b
	t.bias = unsafe.Pointer(unsafe.SliceData(p.Bias))
	if columns < u.lanes && p.K > 0 {
		t.k = whole(p, vecs*u.lanes, 0, p.K)
		t.kTail = p.K - t.k
	}
	if p.Act == ActReLU {
		t.relu = 1
	}
	for ic := 0; ic < p.M; ic += rowBlock {
		rows := min(rowBlock, p.M-ic)
		if p.K > 0 {
			t.a = unsafe.Pointer(&p.A[ic*ai])
		}
		u.panel(t, vecs, rows, unsafe.Pointer(&p.C[ic*p.LDC]), 0)
		if p.Act >= ActSigmoid {
			activate(p, 0, p.N, ic, rows)
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

// blocked is a product on its way through the loops.
type blocked struct {
	u       *gemmUnit
	p       *Product[float32]
	t       *tile
	buffers *packBuffers
	ai, ak  int // a[i,k] is A[i*ai+k*ak]
	vecs    int // of a row of c
	tail    int // columns in the last of them
	group   int // vectors of a group
	long    int // of a long block of k

	packB, copyA bool
}

// run goes through the three outer loops. Its inner parts run at least once, since with k = 0 there is c to write.
func (g *blocked) run() {
	p := g.p
	for jc := 0; jc < g.vecs; jc += g.group {
		vecs := min(g.group, g.vecs-jc)
		for po, last := 0, false; !last; po += g.long {
			k := min(g.long, p.K-po)
			last = po+k == p.K
			if g.packB && k > 0 {
				g.pack(jc, vecs, po, k)
			}
			for ic := 0; ic < p.M; ic += rowBlock {
				rows := min(rowBlock, p.M-ic)
				g.block(jc, vecs, po, k, ic, rows)
				if last && p.Act >= ActSigmoid {
					activate(p, jc*g.u.lanes, min((jc+vecs)*g.u.lanes, p.N), ic, rows)
				}
			}
		}
	}
}

// columns returns how many lanes of vector v are columns of c.
func (g *blocked) columns(v int) int {
	if v == g.vecs-1 {
		return g.tail
	}
	return g.u.lanes
}

// next returns the width of the next panel, where so many vectors are left.
func (u *gemmUnit) next(vecs int) int {
	if vecs <= u.widest {
		return vecs
	}
	return u.width
}

// pack copies b[po:po+k, jc:jc+vecs] (vectors) panel after panel, [k][vectors of the panel].
func (g *blocked) pack(jc, vecs, po, k int) {
	u, p := g.u, g.p
	dst := aligned(&g.buffers.b, k*vecs*u.lanes)
	g.buffers.group = dst
	from := uintptr(4 * p.LDB)
	for j, n := 0, 0; j < vecs; j += n {
		n = u.next(vecs - j)
		to := uintptr(4 * n * u.lanes)
		if p.Form != NT {
			u.copy(&dst[j*k*u.lanes], &p.B[po*p.LDB+(jc+j)*u.lanes], to, from, k, (n-1)*u.lanes+g.columns(jc+j+n-1))
			continue
		}
		for v := range n {
			u.transpose(&dst[(j*k+v)*u.lanes], &p.B[(jc+j+v)*u.lanes*p.LDB+po], to, from, g.columns(jc+j+v), k)
		}
	}
}

// block computes c[ic:ic+rows, jc:jc+vecs] for k in [po, po+long).
func (g *blocked) block(jc, vecs, po, long, ic, rows int) {
	u, p, t := g.u, g.p, g.t
	short := balanced(long, u.panelLimit(p.Form == TN && !g.copyA)/(4*u.lanes*u.next(vecs)))
	if !g.packB && g.vecs > u.widest {
		short = min(long, streamed)
	}
	for pi, last := 0, false; !last; pi += short {
		k := min(short, long-pi)
		last = pi+k == long
		t.start, t.relu = uint64(p.Start), 0
		if po+pi > 0 {
			t.start = uint64(Accumulate)
		}
		if p.Act == ActReLU && po+pi+k == p.K {
			t.relu = 1
		}
		if k > 0 {
			g.setA(ic, rows, po+pi, k)
		}
		for j, n := 0, 0; j < vecs; j += n {
			n = u.next(vecs - j)
			v := jc + j
			columns := g.columns(v + n - 1)
			t.mask, t.k, t.kTail = u.mask(columns), k, 0
			switch {
			case k == 0:
			case g.packB:
				t.b = unsafe.Pointer(&g.buffers.group[(j*long+pi*n)*u.lanes])
				t.bk = uintptr(4 * n * u.lanes)
			default:
				t.b = unsafe.Pointer(&p.B[(po+pi)*p.LDB+v*u.lanes])
				if columns < u.lanes {
					t.k = whole(p, (v+n)*u.lanes, po+pi, k)
					t.kTail = k - t.k
				}
			}
			if p.Start == Bias {
				t.bias = unsafe.Pointer(&p.Bias[v*u.lanes])
			}
			ahead := uintptr(0)
			if t.next = t.b; g.packB && j+n < vecs {
				m := u.next(vecs - j - n)
				t.next = unsafe.Pointer(&g.buffers.group[((j+n)*long+pi*m)*u.lanes])
				ahead = uintptr(4 * k * m * u.lanes)
			}
			u.panel(t, n, rows, unsafe.Pointer(&p.C[ic*p.LDC+v*u.lanes]), ahead)
		}
	}
}

// whole returns how many of k rows of b, from row on, may be read as far as column end, although the last column
// comes before: what lies there are other elements of B. Only in the last rows would it be other people's memory.
func whole(p *Product[float32], end, row, k int) int {
	free := len(p.B) - end - row*p.LDB
	if free < 0 {
		return 0
	}
	return min(k, free/p.LDB+1)
}

// setA points the tile at a[ic, p], or at a copy of the block, of aᵀ, with a better stride.
func (g *blocked) setA(ic, rows, p, k int) {
	u, t := g.u, g.t
	src := &g.p.A[ic*g.ai+p*g.ak]
	if !g.copyA {
		t.a = unsafe.Pointer(src)
		return
	}
	// The order stays; the stride becomes an odd number of cache lines.
	stride := uintptr(4*rows+63)&^63 | 64
	dst := aligned(&g.buffers.a, k*int(stride)/4)
	u.copy(&dst[0], src, stride, uintptr(4*g.p.LDA), k, rows)
	t.a, t.ak = unsafe.Pointer(&dst[0]), stride
}

// panel computes the tiles of one panel, from its top row down; they differ by one row at most. While it does, it
// asks for the next panel of b, which begins at t.next and has so many bytes.
func (u *gemmUnit) panel(t *tile, vecs, rows int, c unsafe.Pointer, bytes uintptr) {
	t.c = c
	most := u.rows[vecs]
	if rows <= most {
		u.tile(rows, vecs, t)
		return
	}
	a := t.a
	tiles := (rows + most - 1) / most
	asked := uintptr(16 * t.k)           // by a tile
	high, more := rows/tiles, rows%tiles // the first ones have one row more
	for i := 0; ; {
		n := high
		if more > 0 {
			n++
			more--
		}
		u.tile(n, vecs, t)
		i += n
		if i == rows { // do not step past the end: a pointer must point into its slice
			break
		}
		t.a = unsafe.Add(t.a, uintptr(n)*t.ai)
		t.c = unsafe.Add(t.c, uintptr(n)*t.ci)
		if bytes >= 2*asked {
			t.next = unsafe.Add(t.next, asked)
			bytes -= asked
		}
	}
	t.a = a
}

// activate applies the activation to finished rows of the columns [lo, hi) while they are in the cache.
func activate(p *Product[float32], lo, hi, ic, rows int) {
	f := active.sigmoid
	if p.Act == ActTanh {
		f = active.tanh
	}
	for i := ic; i < ic+rows; i++ {
		row := p.C[i*p.LDC+lo : i*p.LDC+hi]
		f(row, row)
	}
}
