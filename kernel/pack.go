package kernel

import "unsafe"

// packBuffers is the scratch memory of one worker's products: copies of operands in the order in which the
// micro-kernels read them. It grows to what the largest product so far needed, and is then kept.
// The first worker's also holds the product that its team is at work on.
type packBuffers struct {
	a, b  []float32
	side  []float32 // a narrow product on its side
	list  sparseList
	group []float32 // what b holds now: a group of columns (it is not in the state of the product, which would
	// then escape to the heap with everything in it)

	task32 gemmTask[float32]
	task64 gemmTask[float64]
}

// aligned returns n elements of *buf, which it lets grow, beginning at a multiple of 64 bytes: a vector then
// never lies across two cache lines. The contents are arbitrary.
func aligned(buf *[]float32, n int) []float32 {
	const line = 64 / 4
	if len(*buf) < n+line {
		*buf = make([]float32, n+line)
	}
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(*buf)))/4) & (line - 1)
	return (*buf)[skip:][:n]
}

// A sparseList is the elements of a row that are not zero.
type sparseList struct {
	offsets []uint32 // in bytes, of the rows that they meet
	values  []float32
}
