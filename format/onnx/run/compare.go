package run

import (
	"cmp"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/format/onnx"
)

// The comparisons of two tensors. With NaN all of them are false.
const (
	equal = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

func compare(op int) func(c *call) (*onnx.Tensor, error) {
	return func(c *call) (*onnx.Tensor, error) {
		a, b := c.in[0], c.in[1]
		if a.DType != b.DType {
			return nil, fmt.Errorf("inputs of types %v and %v; want the same", a.DType, b.DType)
		}
		switch x := a.Data.(type) {
		case []float32:
			return compareOf(c, op, x, b.Data.([]float32))
		case []float64:
			return compareOf(c, op, x, b.Data.([]float64))
		case []int8:
			return compareOf(c, op, x, b.Data.([]int8))
		case []int16:
			return compareOf(c, op, x, b.Data.([]int16))
		case []int32:
			return compareOf(c, op, x, b.Data.([]int32))
		case []int64:
			return compareOf(c, op, x, b.Data.([]int64))
		case []uint8:
			return compareOf(c, op, x, b.Data.([]uint8))
		case []uint16:
			return compareOf(c, op, x, b.Data.([]uint16))
		case []uint32:
			return compareOf(c, op, x, b.Data.([]uint32))
		case []uint64:
			return compareOf(c, op, x, b.Data.([]uint64))
		case []bool:
			if op == equal {
				return pairs(c, x, b.Data.([]bool), func(p, q bool) bool { return p == q })
			}
		case []string:
			if op == equal { // from version 19 of the operators on
				return pairs(c, x, b.Data.([]string), func(p, q string) bool { return p == q })
			}
		}
		return nil, refuseType(a)
	}
}

func compareOf[E cmp.Ordered](c *call, op int, x, y []E) (*onnx.Tensor, error) {
	switch op {
	case equal:
		return pairs(c, x, y, func(p, q E) bool { return p == q })
	case less:
		return pairs(c, x, y, func(p, q E) bool { return p < q })
	case lessOrEqual:
		return pairs(c, x, y, func(p, q E) bool { return p <= q })
	case greater:
		return pairs(c, x, y, func(p, q E) bool { return p > q })
	default:
		return pairs(c, x, y, func(p, q E) bool { return p >= q })
	}
}

// logic applies a function of two truths.
func logic(of func(p, q bool) bool) func(c *call) (*onnx.Tensor, error) {
	return func(c *call) (*onnx.Tensor, error) {
		x, okX := c.in[0].Data.([]bool)
		y, okY := c.in[1].Data.([]bool)
		if !okX || !okY {
			return nil, fmt.Errorf("inputs of types %v and %v; want bool", c.in[0].DType, c.in[1].DType)
		}
		return pairs(c, x, y, of)
	}
}

// pairs applies a function to the elements of the first two inputs, x and y, which are stretched to each other.
func pairs[E any](c *call, x, y []E, of func(p, q E) bool) (*onnx.Tensor, error) {
	a, b := c.in[0], c.in[1]
	shape, err := broadcast(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	t, z, err := result[bool](c, shape, 1)
	if err != nil || len(z) == 0 {
		return t, err
	}
	sa, sb := strides(a.Shape, shape), strides(b.Shape, shape)
	n, da, db := 1, 0, 0
	if last := len(shape) - 1; last >= 0 {
		n, da, db = shape[last], sa[last], sb[last]
	}
	rows(shape, sa, sb, func(o, i, j int) {
		for k := range n {
			z[o+k] = of(x[i+k*da], y[j+k*db])
		}
	})
	return t, nil
}

// test applies a yes-or-no question, which may depend on attributes, to every number.
func test(of func(c *call) func(x float64) bool) func(c *call) (*onnx.Tensor, error) {
	return func(c *call) (*onnx.Tensor, error) {
		f := of(c)
		t, y, err := result[bool](c, c.in[0].Shape, 1)
		if err != nil {
			return nil, err
		}
		switch x := c.in[0].Data.(type) {
		case []float32:
			for i, v := range x {
				y[i] = f(float64(v))
			}
		case []float64:
			for i, v := range x {
				y[i] = f(v)
			}
		default:
			return nil, refuseType(c.in[0])
		}
		return t, nil
	}
}

func isNaN(*call) func(x float64) bool { return math.IsNaN }

func isInf(c *call) func(x float64) bool {
	below, above := c.integer("detect_negative", 1) != 0, c.integer("detect_positive", 1) != 0
	return func(x float64) bool { return below && math.IsInf(x, -1) || above && math.IsInf(x, 1) }
}

func not(c *call) (*onnx.Tensor, error) {
	x, ok := c.in[0].Data.([]bool)
	if !ok {
		return nil, refuseType(c.in[0])
	}
	t, y, err := result[bool](c, c.in[0].Shape, 1)
	for i := range y {
		y[i] = !x[i]
	}
	return t, err
}
