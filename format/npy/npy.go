// Package npy reads and writes the arrays of NumPy: .npy files with one array, and .npz archives of named ones.
//
//	offset  bytes
//	0       6      \x93NUMPY
//	6       2      version: 1.0, 2.0 or 3.0
//	8       2      length h of the header, little-endian; 4 bytes from version 2.0 on
//	10      h      the header, a dictionary of Python, filled with spaces to a newline:
//	               {'descr': '<f4', 'fortran_order': False, 'shape': (784, 50), }
//	10+h           elements; nothing after them
//
// An array in Fortran order (first axis fastest) is turned into C order (last axis fastest) while it is read: every
// [Array] is in C order. A reader that overlooks the flag would return a matrix of the right shape with its numbers in
// the wrong places.
//
// Read are all kinds of numbers, in both byte orders, and by a [Reader] that is asked for them, texts. Objects, records, dates and
// complex numbers are an [UnsupportedError]: above all an array of objects is a pickle, a program, and nothing here runs one.
//
// Nothing in a file is believed before it is checked, and memory grows with what the file delivers, not with what its
// header promises.
//
// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package npy

import (
	"fmt"
	"math"
	"reflect"
)

// maxRank is the most axes that an array of NumPy has.
const maxRank = 64

// An Element is one of the types of Go that an array can hold.
type Element interface {
	bool | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | Half | float32 | float64
}

// An Array is numbers in C order: the last axis is the fastest. Data is a slice of an [Element], and its length is the
// product of Shape; an empty shape is that of a single number.
type Array struct {
	Shape []int
	Data  any
}

// Of returns the array of the given shape over data. It panics if they do not fit together.
func Of[E Element](data []E, shape ...int) *Array {
	a := &Array{shape, data}
	if err := a.Check(); err != nil {
		panic(err)
	}
	return a
}

// A Named is an array with its name in an archive.
type Named struct {
	Name string
	*Array
}

// Type returns the type of the elements, or 0 if Data is no slice of an [Element].
func (a *Array) Type() Type {
	switch a.Data.(type) {
	case []bool:
		return Bool
	case []int8:
		return Int8
	case []int16:
		return Int16
	case []int32:
		return Int32
	case []int64:
		return Int64
	case []uint8:
		return Uint8
	case []uint16:
		return Uint16
	case []uint32:
		return Uint32
	case []uint64:
		return Uint64
	case []Half:
		return Float16
	case []float32:
		return Float32
	case []float64:
		return Float64
	}
	return 0
}

// Len returns the number of elements.
func (a *Array) Len() int {
	if a.Type() == 0 {
		return 0
	}
	return reflect.ValueOf(a.Data).Len()
}

// Check reports why the array is none: elements of another type, or a shape that does not hold them.
func (a *Array) Check() error {
	t := a.Type()
	if t == 0 {
		return fmt.Errorf("npy: an array of %T; want a slice of booleans, integers or floating point numbers", a.Data)
	}
	n, err := byteLen(t, a.Shape)
	if err == nil && n != a.Len()*t.Size() {
		err = fmt.Errorf("shape %v does not hold %d elements", a.Shape, a.Len())
	}
	if err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	return nil
}

// byteLen returns the bytes of the elements of an array, or says why there is no such array.
func byteLen(t Type, shape []int) (int, error) { return byteSize(t.Size(), shape) }

// byteSize is byteLen for elements of size bytes.
func byteSize(size int, shape []int) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("%d axes; want at most %d", len(shape), maxRank)
	}
	n, empty := size, false
	for i, d := range shape {
		switch {
		case d < 0:
			return 0, fmt.Errorf("shape %v: axis %d is negative", shape, i)
		case d == 0:
			empty = true
		case n > math.MaxInt/d:
			// Also beside an axis of 0, as in NumPy: whoever multiplies from the left must not overflow.
			return 0, fmt.Errorf("shape %v: more bytes than this machine can count", shape)
		default:
			n *= d
		}
	}
	if empty {
		return 0, nil
	}
	return n, nil
}
