package npy

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// New returns the array of the given shape whose elements are raw: in the byte order of dtype, first axis fastest where
// fortran is true, and exactly as many as the shape holds. The array may keep raw and does keep shape.
func New(dtype DType, shape []int, fortran bool, raw []byte) (*Array, error) {
	want, err := byteLen(dtype.Type, shape)
	if err != nil {
		return nil, &FormatError{Offset: -1, Reason: err.Error()}
	}
	if dtype.Type.Size() == 0 || want != len(raw) {
		return nil, &FormatError{Offset: -1, Reason: fmt.Sprintf("shape %v of %v needs %d bytes, have %d", shape, dtype.Type, want, len(raw))}
	}
	d := decoder{raw: raw, shape: shape, fortran: fortran && len(shape) > 1, order: binary.LittleEndian}
	if dtype.BigEndian {
		d.order = binary.BigEndian
	}
	return &Array{shape, d.elements(dtype.Type)}, nil
}

// decoder turns bytes into elements in C order.
type decoder struct {
	raw     []byte
	shape   []int
	fortran bool
	order   binary.ByteOrder
}

func (d decoder) elements(t Type) any {
	switch t {
	case Bool:
		return gather(d, 1, func(b []byte) bool { return b[0] != 0 })
	case Int8:
		return gather(d, 1, func(b []byte) int8 { return int8(b[0]) })
	case Int16:
		return gather(d, 2, func(b []byte) int16 { return int16(d.order.Uint16(b)) })
	case Int32:
		return gather(d, 4, func(b []byte) int32 { return int32(d.order.Uint32(b)) })
	case Int64:
		return gather(d, 8, func(b []byte) int64 { return int64(d.order.Uint64(b)) })
	case Uint8:
		if !d.fortran {
			return d.raw
		}
		return gather(d, 1, func(b []byte) uint8 { return b[0] })
	case Uint16:
		return gather(d, 2, func(b []byte) uint16 { return d.order.Uint16(b) })
	case Uint32:
		return gather(d, 4, func(b []byte) uint32 { return d.order.Uint32(b) })
	case Uint64:
		return gather(d, 8, func(b []byte) uint64 { return d.order.Uint64(b) })
	case Float16:
		return gather(d, 2, func(b []byte) Half { return Half(d.order.Uint16(b)) })
	case Float32:
		return gather(d, 4, func(b []byte) float32 { return math.Float32frombits(d.order.Uint32(b)) })
	default:
		return gather(d, 8, func(b []byte) float64 { return math.Float64frombits(d.order.Uint64(b)) })
	}
}

// gather loads every element, in C order, from where it lies.
func gather[E Element](d decoder, size int, load func([]byte) E) []E {
	data := make([]E, len(d.raw)/size)
	if !d.fortran {
		for i := range data {
			data[i] = load(d.raw[i*size:])
		}
		return data
	}
	// In Fortran order a step along an axis is as long as all axes before it together. index counts like an
	// odometer, last axis fastest, and from is where its element lies.
	stride := make([]int, len(d.shape))
	step := 1
	for k, n := range d.shape {
		stride[k] = step
		step *= n
	}
	index, from := make([]int, len(d.shape)), 0
	for i := range data {
		data[i] = load(d.raw[from*size:])
		for k := len(index) - 1; k >= 0; k-- {
			index[k]++
			from += stride[k]
			if index[k] < d.shape[k] {
				break
			}
			from -= index[k] * stride[k]
			index[k] = 0
		}
	}
	return data
}

// Float64s returns a copy of the elements as float64: exact but for integers beyond 2^53; true is 1.
func (a *Array) Float64s() []float64 {
	switch d := a.Data.(type) {
	case []bool:
		return convert(d, func(v bool) float64 {
			if v {
				return 1
			}
			return 0
		})
	case []int8:
		return widen[float64](d)
	case []int16:
		return widen[float64](d)
	case []int32:
		return widen[float64](d)
	case []int64:
		return widen[float64](d)
	case []uint8:
		return widen[float64](d)
	case []uint16:
		return widen[float64](d)
	case []uint32:
		return widen[float64](d)
	case []uint64:
		return widen[float64](d)
	case []Half:
		return convert(d, func(v Half) float64 { return float64(v.Float32()) })
	case []float32:
		return widen[float64](d)
	case []float64:
		return slices.Clone(d)
	}
	return nil
}

// Float32s returns a copy of the elements, each rounded once to the nearest float32.
func (a *Array) Float32s() []float32 {
	switch d := a.Data.(type) {
	case []int32: // by way of float64 a wide integer could be rounded twice
		return widen[float32](d)
	case []int64:
		return widen[float32](d)
	case []uint32:
		return widen[float32](d)
	case []uint64:
		return widen[float32](d)
	case []float32:
		return slices.Clone(d)
	case []uint8:
		return widen[float32](d)
	}
	return widen[float32](a.Float64s())
}

type number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

func widen[T float32 | float64, E number](data []E) []T {
	return convert(data, func(v E) T { return T(v) })
}

func convert[T, E any](data []E, to func(E) T) []T {
	out := make([]T, len(data))
	for i, v := range data {
		out[i] = to(v)
	}
	return out
}
