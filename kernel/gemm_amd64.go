package kernel

import "unsafe"

// gemmUnit is what the blocked product must know of an instruction set.
type gemmUnit struct {
	wide       bool  // AVX-512, else AVX2
	lanes      int   // of a vector
	rows       []int // rows[v] is the most rows of a tile v vectors wide
	width      int   // vectors of the panels of a wide product: the fastest tile's
	widest     int   // vectors of a panel at most
	panelBytes int   // of a panel of b, one short block of k deep, which every tile reads from the second-level cache

	// The same where a lies across: each step of k meets another line of it, of which the next tiles read the rest if
	// the first-level cache has room for both.
	panelBytesTN int
}

var (
	unitAVX512 = gemmUnit{wide: true, lanes: 16, rows: gemmRowsAVX512[:], width: 4, widest: 5, panelBytes: 128 << 10, panelBytesTN: 128 << 10}
	unitAVX2   = gemmUnit{lanes: 8, rows: gemmRowsAVX2[:], width: 2, widest: 2, panelBytes: 64 << 10, panelBytesTN: 8 << 10}
)

func gemmAVX512(w *Worker, p Product[float32]) { unitAVX512.gemm(w, &p) }
func gemmAVX2(w *Worker, p Product[float32])   { unitAVX2.gemm(w, &p) }

// The calls are direct, not through function values, so that their arguments can stay on the stack.

func (u *gemmUnit) tile(rows, vecs int, t *tile) {
	if u.wide {
		gemmTileAVX512(rows, vecs, t)
	} else {
		gemmTileAVX2(rows, vecs, t)
	}
}

// copy copies rows of n elements into rows of whole vectors, the rest of which it fills with zeros.
func (u *gemmUnit) copy(dst, src *float32, dstStride, srcStride uintptr, rows, n int) {
	vecs := (n + u.lanes - 1) / u.lanes
	mask := u.mask(n - (vecs-1)*u.lanes)
	if u.wide {
		gemmCopyAVX512(dst, src, dstStride, srcStride, rows, vecs, mask)
	} else {
		gemmCopyAVX2(dst, src, dstStride, srcStride, rows, vecs, mask)
	}
}

// transpose makes k vectors of the columns of src, which has up to one vector of rows.
func (u *gemmUnit) transpose(dst, src *float32, dstStride, srcStride uintptr, rows, k int) {
	mask := u.mask((k-1)%u.lanes + 1)
	if u.wide {
		gemmTransposeAVX512(dst, src, dstStride, srcStride, rows, k, mask)
	} else {
		gemmTransposeAVX2(dst, src, dstStride, srcStride, rows, k, mask)
	}
}

// mask returns the mask of the first n lanes.
func (u *gemmUnit) mask(n int) unsafe.Pointer {
	if u.wide {
		return unsafe.Pointer(&masksAVX512[n])
	}
	return unsafe.Pointer(&masksAVX2[8-n])
}

var (
	masksAVX512 = func() (m [17]uint16) {
		for n := range m {
			m[n] = uint16(1<<n - 1)
		}
		return m
	}()
	masksAVX2 = [16]int32{-1, -1, -1, -1, -1, -1, -1, -1} // 8-n words in: n times -1, then zeros
)
