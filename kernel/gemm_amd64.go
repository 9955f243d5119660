package kernel

import "unsafe"

// gemmUnit is what the blocked product must know of an instruction set.
type gemmUnit struct {
	lanes  int   // of a vector
	rows   []int // rows[v] is the most rows of a tile v vectors wide
	width  int   // vectors of the panels of a wide product: the fastest tile's
	widest int   // vectors of a panel at most
	l1     int   // bytes of the first-level cache that a panel of b may fill

	tile      func(rows, vecs int, t *tile)
	copy      func(dst, src *float32, dstStride, srcStride uintptr, rows, vecs int, mask unsafe.Pointer)
	transpose func(dst, src *float32, dstStride, srcStride uintptr, rows, k int, mask unsafe.Pointer)
	masks     [17]unsafe.Pointer // masks[n] lets n lanes through
}

var (
	unitAVX512 = gemmUnit{
		lanes: 16, rows: gemmRowsAVX512[:], width: 4, widest: 5, l1: 36 << 10,
		tile: gemmTileAVX512, copy: gemmCopyAVX512, transpose: gemmTransposeAVX512,
	}
	unitAVX2 = gemmUnit{
		lanes: 8, rows: gemmRowsAVX2[:], width: 2, widest: 2, l1: 20 << 10,
		tile: gemmTileAVX2, copy: gemmCopyAVX2, transpose: gemmTransposeAVX2,
	}

	masksAVX512 [17]uint16
	masksAVX2   = [16]int32{-1, -1, -1, -1, -1, -1, -1, -1}
)

func init() {
	for n := range masksAVX512 {
		masksAVX512[n] = uint16(1<<n - 1)
		unitAVX512.masks[n] = unsafe.Pointer(&masksAVX512[n])
	}
	for n := range 9 {
		unitAVX2.masks[n] = unsafe.Pointer(&masksAVX2[8-n])
	}
}

func gemmAVX2(w *Worker, p Product[float32])   { unitAVX2.gemm(w, &p) }
func gemmAVX512(w *Worker, p Product[float32]) { unitAVX512.gemm(w, &p) }
