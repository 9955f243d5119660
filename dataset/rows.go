package dataset

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Rows is a table of features, one example a row: X [Len, Width]. It may live in memory, in a mapped file, on
// another machine; this narrow interface is all that training asks of it.
//
// The Gather methods may be called by several goroutines at once, and must not allocate if a training step is
// not to. A row outside [0, Len) is a programmer's mistake and panics.
type Rows interface {
	Len() int
	Width() int
	Gather32(dst []float32, rows []int) // dst [len(rows), Width]
	Gather64(dst []float64, rows []int) // dst [len(rows), Width]
}

// A Slicer is a Rows of which a consecutive part can be had without naming every row. A Set that is split uses it.
type Slicer interface {
	Rows
	Slice(lo, hi int) Rows // rows lo to hi-1, sharing memory
}

// An Indexer is a Rows that gathers the rows that an index names: row i of dst is row index[rows[i]]. A Set whose examples are
// in another order than their features uses it; it helps where a row costs a wait for memory, for then the waits can overlap.
type Indexer interface {
	GatherIndexed32(dst []float32, index []uint32, rows []int)
	GatherIndexed64(dst []float64, index []uint32, rows []int)
}

// RowsErr reports what went wrong while x was read. Rows that are not in memory can fail after they were opened, which Gather
// cannot say: they give NaN, and have a method Err() error. Others never fail.
func RowsErr(x Rows) error {
	if e, ok := x.(interface{ Err() error }); ok {
		return e.Err()
	}
	return nil
}

// Floats is a table of float32 in memory.
type Floats struct {
	values []float32
	width  int
}

// NewFloats returns the table whose row i is values[i*width:(i+1)*width]. It keeps the slice and does not copy it.
// It panics if the values do not fill whole rows.
func NewFloats(values []float32, width int) Floats {
	checkTable("NewFloats", len(values), width)
	return Floats{values, width}
}

// Len returns the number of rows.
func (t Floats) Len() int { return len(t.values) / t.width }

// Width returns the number of features in a row.
func (t Floats) Width() int { return t.width }

// Row returns row i, which must not be changed.
func (t Floats) Row(i int) []float32 { return t.values[i*t.width : (i+1)*t.width : (i+1)*t.width] }

// Slice returns rows lo to hi-1, sharing memory.
func (t Floats) Slice(lo, hi int) Rows { return Floats{t.values[lo*t.width : hi*t.width], t.width} }

// Gather32 is: for i, r := range rows { copy(dst[i*Width:], Row(r)) }
func (t Floats) Gather32(dst []float32, rows []int) { kernel.Gather(dst, t.values, t.width, rows) }

// Gather64 is Gather32 in float64; the conversion is exact.
func (t Floats) Gather64(dst []float64, rows []int) {
	for i, r := range rows {
		to := dst[i*t.width : (i+1)*t.width]
		for j, v := range t.Row(r) {
			to[j] = float64(v)
		}
	}
}

// Bytes is a table of pixels in memory, one byte each: MNIST takes 47 MB instead of 188. A feature is table[pixel],
// looked up when a batch is gathered.
type Bytes struct {
	pixels []uint8
	width  int
	table  *pixelTable
}

// pixelTable is the feature of every pixel value. float64 sees the features of float32, widened: both precisions train on the
// same data.
type pixelTable struct {
	single *kernel.ByteTable[float32]
	double *kernel.ByteTable[float64]
}

func newPixelTable(f func(v uint8) float32) *pixelTable {
	return &pixelTable{
		kernel.NewByteTable(f),
		kernel.NewByteTable(func(v uint8) float64 { return float64(f(v)) }),
	}
}

var (
	unit = newPixelTable(func(v uint8) float32 { return float32(v) / 255 })
	raw  = newPixelTable(func(v uint8) float32 { return float32(v) })
)

// NewBytes returns the table of pixels/255, between 0 and 1. It keeps the slice and does not copy it.
// It panics if the pixels do not fill whole rows.
func NewBytes(pixels []uint8, width int) Bytes {
	checkTable("NewBytes", len(pixels), width)
	return Bytes{pixels, width, unit}
}

// Raw returns the same pixels as the numbers 0 to 255, without the division by 255.
func (t Bytes) Raw() Bytes { return Bytes{t.pixels, t.width, raw} }

// WithTable returns the same pixels with features table[pixel].
func (t Bytes) WithTable(table [256]float32) Bytes {
	return Bytes{t.pixels, t.width, newPixelTable(func(v uint8) float32 { return table[v] })}
}

// Len returns the number of rows.
func (t Bytes) Len() int { return len(t.pixels) / t.width }

// Width returns the number of pixels in a row.
func (t Bytes) Width() int { return t.width }

// Pixels returns the bytes of row i, which must not be changed.
func (t Bytes) Pixels(i int) []uint8 { return t.pixels[i*t.width : (i+1)*t.width : (i+1)*t.width] }

// Table returns the feature of every pixel value.
func (t Bytes) Table() (table [256]float32) {
	for v := range table {
		table[v] = t.table.single.At(uint8(v))
	}
	return table
}

// Slice returns rows lo to hi-1, sharing memory.
func (t Bytes) Slice(lo, hi int) Rows {
	return Bytes{t.pixels[lo*t.width : hi*t.width], t.width, t.table}
}

// Gather32 is: for i, r := range rows { for j, v := range Pixels(r) { dst[i*Width+j] = table[v] } }
func (t Bytes) Gather32(dst []float32, rows []int) {
	kernel.GatherBytes(dst, t.pixels, t.width, rows, t.table.single)
}

// Gather64 is Gather32 in float64, with the same features.
func (t Bytes) Gather64(dst []float64, rows []int) {
	kernel.GatherBytes(dst, t.pixels, t.width, rows, t.table.double)
}

// checkTable panics unless n values are whole rows of the given width.
func checkTable(function string, n, width int) {
	if width < 1 || n%width != 0 {
		panic(fmt.Sprintf("dataset.%s: %d values do not fill rows of width %d", function, n, width))
	}
}

// shapeOf returns shape, or the flat shape of the rows if it is nil.
func shapeOf(x Rows, shape tensor.Shape) tensor.Shape {
	if shape == nil {
		return tensor.Shape{x.Width()}
	}
	return shape
}

// finite reports whether every value is a number.
func finite(values []float32) bool {
	for _, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}
