package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/internal/quote"
)

// FromFloat32s returns a tensor of type F32 with a copy of data.
func FromFloat32s(name string, shape []int, data []float32) Tensor {
	b := make([]byte, 4*len(data))
	for i, v := range data {
		binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(v))
	}
	return Tensor{Name: name, DType: F32, Shape: shape, Data: b}
}

// FromFloat64s returns a tensor of type F64 with a copy of data.
func FromFloat64s(name string, shape []int, data []float64) Tensor {
	b := make([]byte, 8*len(data))
	for i, v := range data {
		binary.LittleEndian.PutUint64(b[8*i:], math.Float64bits(v))
	}
	return Tensor{Name: name, DType: F64, Shape: shape, Data: b}
}

// Float32s returns the elements of a tensor of type F32, F16, BF16 or F64. The first three are exact, NaN
// payloads included; F64 is rounded to the nearest float32. Another type is an *[UnsupportedError].
func (t Tensor) Float32s() ([]float32, error) {
	dst := make([]float32, t.count())
	if err := t.CopyFloat32s(dst); err != nil {
		return nil, err
	}
	return dst, nil
}

// CopyFloat32s is [Tensor.Float32s] into dst, which must have as many elements as t.
func (t Tensor) CopyFloat32s(dst []float32) error {
	if err := t.checkCopy(len(dst)); err != nil {
		return err
	}
	b := t.Data
	switch t.DType {
	case F32:
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
	case F16:
		for i := range dst {
			dst[i] = fromF16(binary.LittleEndian.Uint16(b[2*i:]))
		}
	case BF16:
		for i := range dst {
			dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16)
		}
	case F64:
		for i := range dst {
			dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])))
		}
	}
	return nil
}

// Float64s returns the elements of a tensor of type F64, F32, F16 or BF16, exactly. Another type is an
// *[UnsupportedError].
func (t Tensor) Float64s() ([]float64, error) {
	dst := make([]float64, t.count())
	if err := t.CopyFloat64s(dst); err != nil {
		return nil, err
	}
	return dst, nil
}

// CopyFloat64s is [Tensor.Float64s] into dst, which must have as many elements as t.
func (t Tensor) CopyFloat64s(dst []float64) error {
	if err := t.checkCopy(len(dst)); err != nil {
		return err
	}
	b := t.Data
	switch t.DType {
	case F64:
		for i := range dst {
			dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	case F32:
		for i := range dst {
			dst[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
	case F16:
		for i := range dst {
			dst[i] = float64(fromF16(binary.LittleEndian.Uint16(b[2*i:])))
		}
	case BF16:
		for i := range dst {
			dst[i] = float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16))
		}
	}
	return nil
}

// count returns the number of elements that the data hold.
func (t Tensor) count() int {
	if size := t.DType.Size(); size > 0 {
		return len(t.Data) / size
	}
	return 0
}

// checkCopy says why a tensor cannot be read as n numbers.
func (t Tensor) checkCopy(n int) error {
	switch t.DType {
	case F16, BF16, F32, F64:
	default:
		return &UnsupportedError{Tensor: t.Name, Offset: -1, Reason: fmt.Sprintf("dtype %s is not read as floating point; "+
			"want F32, F16, BF16 or F64", t.DType)}
	}
	if have := t.count(); have != n {
		return fmt.Errorf("safetensors: tensor %s %v has %d elements, want %d", quote.Short(t.Name), t.Shape, have, n)
	}
	return nil
}

// fromF16 widens a binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction.
func fromF16(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exp, frac := uint32(h>>10&31), uint32(h&1023)
	switch exp {
	case 31: // infinity and NaN; the payload moves along
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	case 0: // zero and subnormals: frac units of 2^-24, exact in float32
		v := float32(frac) * (1.0 / (1 << 24))
		return math.Float32frombits(sign | math.Float32bits(v))
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}
