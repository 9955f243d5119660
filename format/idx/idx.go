// Package idx reads and writes IDX files, the format of MNIST, Fashion-MNIST and EMNIST: an array of numbers behind a short
// header.
//
//	offset  bytes
//	0       2      zero
//	2       1      type of the elements: 08 uint8, 09 int8, 0B int16, 0C int32, 0D float32, 0E float64
//	3       1      number of dimensions d
//	4       4·d    dimensions, uint32, big-endian
//	4+4·d          elements, big-endian, last dimension fastest; nothing after them
//
// A file may be compressed with gzip, whatever it is called: the reader looks at the first bytes and not at the name.
//
// Nothing in a file is believed before it is checked, and memory grows with what the file delivers, not with what its
// header promises.
//
// Source: http://yann.lecun.com/exdb/mnist, "the IDX file format".
package idx

import (
	"fmt"
	"math"
)

// A Type is the third byte of a file: what its elements are.
type Type byte

// The six types of the format.
const (
	Uint8   Type = 0x08
	Int8    Type = 0x09
	Int16   Type = 0x0B
	Int32   Type = 0x0C
	Float32 Type = 0x0D
	Float64 Type = 0x0E
)

// Size returns the bytes of an element, or 0 for a type that the format does not have.
func (t Type) Size() int {
	switch t {
	case Uint8, Int8:
		return 1
	case Int16:
		return 2
	case Int32, Float32:
		return 4
	case Float64:
		return 8
	}
	return 0
}

// String returns the name of the type in Go.
func (t Type) String() string {
	switch t {
	case Uint8:
		return "uint8"
	case Int8:
		return "int8"
	case Int16:
		return "int16"
	case Int32:
		return "int32"
	case Float32:
		return "float32"
	case Float64:
		return "float64"
	}
	return fmt.Sprintf("type 0x%02x", byte(t))
}

// An Element is one of the types of Go that an array can hold.
type Element interface {
	uint8 | int8 | int16 | int32 | float32 | float64
}

// An Array is the content of a file. Data is a []uint8, []int8, []int16, []int32, []float32 or []float64, whose length is the
// product of Dims.
type Array struct {
	Dims []int
	Data any
}

// Of returns the array of the given dimensions over data. It panics if they do not fit together.
func Of[E Element](data []E, dims ...int) *Array {
	a := &Array{dims, data}
	if _, err := a.check(); err != nil {
		panic(err)
	}
	return a
}

// Type returns the type of the elements, or 0 if Data is none of the six slices.
func (a *Array) Type() Type {
	switch a.Data.(type) {
	case []uint8:
		return Uint8
	case []int8:
		return Int8
	case []int16:
		return Int16
	case []int32:
		return Int32
	case []float32:
		return Float32
	case []float64:
		return Float64
	}
	return 0
}

// Len returns the number of elements.
func (a *Array) Len() int {
	switch d := a.Data.(type) {
	case []uint8:
		return len(d)
	case []int8:
		return len(d)
	case []int16:
		return len(d)
	case []int32:
		return len(d)
	case []float32:
		return len(d)
	case []float64:
		return len(d)
	}
	return 0
}

// check reports why the array cannot be written, or returns the header of its file.
func (a *Array) check() ([]byte, error) {
	t := a.Type()
	if t == 0 {
		return nil, fmt.Errorf("idx: an array of %T; want a slice of uint8, int8, int16, int32, float32 or float64", a.Data)
	}
	if len(a.Dims) < 1 || len(a.Dims) > maxDims {
		return nil, fmt.Errorf("idx: %d dimensions; want 1 to %d", len(a.Dims), maxDims)
	}
	header := []byte{0, 0, byte(t), byte(len(a.Dims))}
	for _, d := range a.Dims {
		if d < 0 || uint64(d) > math.MaxUint32 {
			return nil, fmt.Errorf("idx: dimensions %v: each must be between 0 and 2^32-1", a.Dims)
		}
		header = append(header, byte(d>>24), byte(d>>16), byte(d>>8), byte(d))
	}
	if n, ok := product(a.Dims, t.Size()); !ok || n != a.Len()*t.Size() {
		return nil, fmt.Errorf("idx: dimensions %v do not hold %d elements", a.Dims, a.Len())
	}
	return header, nil
}

// product returns the bytes of dims elements of the given size, and whether an int can count them.
func product(dims []int, size int) (int, bool) {
	n := size
	for _, d := range dims {
		if d == 0 {
			return 0, true
		}
	}
	for _, d := range dims {
		if n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}
