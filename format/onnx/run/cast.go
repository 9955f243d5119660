package run

import (
	"fmt"
	"math"
	"strconv"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/internal/quote"
)

// cast converts elements to the type that the attribute to names. Numbers lose their fraction on the way to integers, and
// what a type does not hold goes to the nearest number that it does; NaN becomes 0 there.
func cast(c *call) (*onnx.Tensor, error) {
	if _, given := c.attribute("to"); !given {
		return nil, fmt.Errorf("the type to convert to is missing")
	}
	x := c.in[0]
	switch to := onnx.DType(c.integer("to", 0)); to {
	case x.DType:
		return x, nil
	case onnx.String:
		return castTo(c, 16, nil, format)
	case onnx.Float:
		return castTo(c, 4, parseNumber[float32](32), func(v any) (float32, error) { return float32(real(v)), nil })
	case onnx.Double:
		return castTo(c, 8, parseNumber[float64](64), func(v any) (float64, error) { return real(v), nil })
	case onnx.Float16:
		return castTo(c, 2, nil, func(v any) (onnx.Half, error) { return halfOf(real(v)), nil })
	case onnx.BFloat16:
		return castTo(c, 2, nil, func(v any) (onnx.Brain, error) { return brainOf(float32(real(v)), c.opset >= 19), nil })
	case onnx.Bool:
		return castTo(c, 1, nil, func(v any) (bool, error) { return real(v) != 0, nil })
	case onnx.Int8:
		return castTo(c, 1, parseWhole[int8](8), whole[int8](math.MinInt8, math.MaxInt8))
	case onnx.Int16:
		return castTo(c, 2, parseWhole[int16](16), whole[int16](math.MinInt16, math.MaxInt16))
	case onnx.Int32:
		return castTo(c, 4, parseWhole[int32](32), whole[int32](math.MinInt32, math.MaxInt32))
	case onnx.Int64:
		return castTo(c, 8, parseWhole[int64](64), whole[int64](math.MinInt64, math.MaxInt64))
	case onnx.Uint8:
		return castTo(c, 1, parseWhole[uint8](9), whole[uint8](0, math.MaxUint8))
	case onnx.Uint16:
		return castTo(c, 2, parseWhole[uint16](17), whole[uint16](0, math.MaxUint16))
	case onnx.Uint32:
		return castTo(c, 4, parseWhole[uint32](33), whole[uint32](0, math.MaxUint32))
	default:
		return nil, fmt.Errorf("a conversion of %v to %v is not supported", x.DType, to)
	}
}

// castTo converts texts with parse, where there is one, and everything else with of.
func castTo[E onnx.Element](c *call, size int, parse func(string) (E, error), of func(any) (E, error)) (*onnx.Tensor, error) {
	switch x := c.in[0].Data.(type) {
	case []string:
		if parse == nil {
			return nil, refuseType(c.in[0])
		}
		return castEach(c, size, x, parse)
	case []float32:
		return castEach(c, size, x, func(v float32) (E, error) { return of(v) })
	case []float64:
		return castEach(c, size, x, func(v float64) (E, error) { return of(v) })
	case []onnx.Half:
		return castEach(c, size, x, func(v onnx.Half) (E, error) { return of(fromHalf(v)) })
	case []onnx.Brain:
		return castEach(c, size, x, func(v onnx.Brain) (E, error) { return of(math.Float32frombits(uint32(v) << 16)) })
	case []int8:
		return castEach(c, size, x, func(v int8) (E, error) { return of(int64(v)) })
	case []int16:
		return castEach(c, size, x, func(v int16) (E, error) { return of(int64(v)) })
	case []int32:
		return castEach(c, size, x, func(v int32) (E, error) { return of(int64(v)) })
	case []int64:
		return castEach(c, size, x, func(v int64) (E, error) { return of(v) })
	case []uint8:
		return castEach(c, size, x, func(v uint8) (E, error) { return of(int64(v)) })
	case []uint16:
		return castEach(c, size, x, func(v uint16) (E, error) { return of(int64(v)) })
	case []uint32:
		return castEach(c, size, x, func(v uint32) (E, error) { return of(int64(v)) })
	case []bool:
		return castEach(c, size, x, func(v bool) (E, error) {
			if v {
				return of(int64(1))
			}
			return of(int64(0))
		})
	}
	return nil, refuseType(c.in[0])
}

func castEach[D any, E onnx.Element](c *call, size int, x []D, of func(D) (E, error)) (*onnx.Tensor, error) {
	t, y, err := result[E](c, c.in[0].Shape, size)
	if err != nil {
		return nil, err
	}
	for i, v := range x {
		if y[i], err = of(v); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// real is a float32, float64 or int64 as float64.
func real(v any) float64 {
	switch v := v.(type) {
	case float32:
		return float64(v)
	case int64:
		return float64(v)
	default:
		return v.(float64)
	}
}

func whole[E int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](least, most int64) func(any) (E, error) {
	return func(v any) (E, error) {
		if n, ok := v.(int64); ok {
			return E(min(max(n, least), most)), nil
		}
		switch x := real(v); {
		case math.IsNaN(x):
			return 0, nil
		case x <= float64(least):
			return E(least), nil
		case x >= float64(most):
			return E(most), nil
		default:
			return E(int64(x)), nil
		}
	}
}

// format writes a number with as many digits as bring it back.
func format(v any) (string, error) {
	switch v := v.(type) {
	case float32:
		return numberText(float64(v), 32), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	default:
		return numberText(v.(float64), 64), nil
	}
}

// numberText writes NaN and infinities as ONNX does.
func numberText(v float64, bits int) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "INF"
	case math.IsInf(v, -1):
		return "-INF"
	}
	return strconv.FormatFloat(v, 'g', -1, bits)
}

func parseNumber[E float32 | float64](bits int) func(string) (E, error) {
	return func(s string) (E, error) {
		v, err := strconv.ParseFloat(s, bits)
		if err != nil && !math.IsInf(v, 0) {
			return 0, fmt.Errorf("%s is no number", quote.Short(s))
		}
		return E(v), nil
	}
}

func parseWhole[E int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](bits int) func(string) (E, error) {
	return func(s string) (E, error) {
		v, err := strconv.ParseInt(s, 10, bits)
		if err != nil || int64(E(v)) != v {
			return 0, fmt.Errorf("%s is no whole number of this type", quote.Short(s))
		}
		return E(v), nil
	}
}

// halfOf rounds to IEEE 754 binary16, to even where two are equally near.
func halfOf(x float64) onnx.Half {
	sign := onnx.Half(math.Float64bits(x) >> 63 << 15)
	a := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return sign | 0x7e00
	case a >= 65520: // half-way from the largest number, 65504, to 65536
		return sign | 0x7c00
	}
	_, e := math.Frexp(a) // a = f·2^e with ½ ≤ f < 1
	unit := max(e-11, -24)
	n := onnx.Half(math.RoundToEven(math.Ldexp(a, -unit))) // up to 2^11; a carry goes into the exponent as it should
	if unit == -24 {
		return sign | n
	}
	return sign | (onnx.Half(unit+24)<<10 + n)
}

func fromHalf(h onnx.Half) float32 {
	n, e := int(h&0x3ff), int(h>>10&0x1f)
	var v float64
	switch e {
	case 0:
		v = math.Ldexp(float64(n), -24)
	case 31:
		v = math.Inf(1)
		if n != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(float64(n+1024), e-25)
	}
	if h>>15 == 1 {
		v = -v
	}
	return float32(v)
}

// brainOf returns the bfloat16 next to x, to even where two are equally near. Before version 19 of the operators, which says
// so, ONNX's own tests cut the lower half off instead.
func brainOf(x float32, round bool) onnx.Brain {
	bits := math.Float32bits(x)
	if x != x {
		return onnx.Brain(bits>>16 | 0x40)
	}
	if round {
		bits += 0x7fff + bits>>16&1
	}
	return onnx.Brain(bits >> 16)
}
