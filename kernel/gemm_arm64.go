package kernel

import "unsafe"

// gemmUnit is what the blocked product must know of an instruction set; here there is one, NEON.
type gemmUnit struct {
	lanes      int   // of a vector
	rows       []int // rows[v] is the most rows of a tile v vectors wide
	width      int   // vectors of the panels of a wide product: the fastest tile's
	widest     int   // vectors of a panel at most
	panelBytes int   // of a panel of b, one short block of k deep, which every tile reads from the cache

	panelBytesTN int // the same where a lies across; see gemm_amd64.go
}

var unitNEON = gemmUnit{lanes: 4, rows: gemmRowsNEON[:], width: 4, widest: 4, panelBytes: 32 << 10, panelBytesTN: 32 << 10}

func gemmNEON(w *Worker, p Product[float32]) { unitNEON.gemm(w, &p) }

func (u *gemmUnit) tile(rows, vecs int, t *tile) { gemmTileNEON(rows, vecs, t) }

// copy copies rows of n elements into rows of whole vectors, the rest of which it fills with zeros.
func (u *gemmUnit) copy(dst, src *float32, dstStride, srcStride uintptr, rows, n int) {
	vecs := (n + u.lanes - 1) / u.lanes
	gemmCopyNEON(dst, src, dstStride, srcStride, rows, vecs, u.mask(n-(vecs-1)*u.lanes))
}

// transpose makes k vectors of the columns of src, which has up to one vector of rows.
func (u *gemmUnit) transpose(dst, src *float32, dstStride, srcStride uintptr, rows, k int) {
	gemmTransposeNEON(dst, src, dstStride, srcStride, rows, k, u.mask((k-1)%u.lanes+1))
}

// mask returns what stands for the first n lanes: the number itself, for NEON has no masks.
func (u *gemmUnit) mask(n int) unsafe.Pointer { return unsafe.Pointer(&laneCounts[n]) }

var laneCounts = [...]int{0, 1, 2, 3, 4}
