package run

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gradus-nn/gradus/format/onnx"
)

type number interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// The operations on two tensors.
const (
	add = iota
	sub
	mul
	div
	slope // PRelu: x if x ≥ 0, else x·y
)

// broadcast returns the shape to which both are stretched: axes are matched from the last, and one of length 1 fits every
// other.
func broadcast(a, b []int) ([]int, error) {
	out := make([]int, max(len(a), len(b)))
	for i := range out {
		x, y := 1, 1
		if j := i - len(out) + len(a); j >= 0 {
			x = a[j]
		}
		if j := i - len(out) + len(b); j >= 0 {
			y = b[j]
		}
		switch {
		case x == y || y == 1:
			out[i] = x
		case x == 1:
			out[i] = y
		default:
			return nil, fmt.Errorf("shapes %v and %v do not fit; want axes that are equal or 1", a, b)
		}
	}
	return out, nil
}

// strides returns how far apart neighbours along each axis of out lie in a tensor of the given shape: 0 where it is stretched.
func strides(shape, out []int) []int {
	s := make([]int, len(out))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] != 1 {
			s[i+len(out)-len(shape)] = step
		}
		step *= shape[i]
	}
	return s
}

// rows calls what for every row along the last axis of a result that is not empty, with where it begins in the result and in
// both inputs.
func rows(out, sa, sb []int, what func(o, a, b int)) {
	if len(out) == 0 {
		what(0, 0, 0)
		return
	}
	last := len(out) - 1
	index := make([]int, last)
	a, b := 0, 0
	for o := 0; ; o += out[last] {
		what(o, a, b)
		i := last - 1
		for ; i >= 0; i-- {
			index[i]++
			a, b = a+sa[i], b+sb[i]
			if index[i] < out[i] {
				break
			}
			a, b = a-sa[i]*out[i], b-sb[i]*out[i]
			index[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

func arithmetic(op int) func(c *call) (*onnx.Tensor, error) {
	return func(c *call) (*onnx.Tensor, error) {
		a, b := c.in[0], c.in[1]
		if _, given := c.attribute("axis"); given {
			first, err := c.axis(0, len(a.Shape), true)
			if err != nil || first+len(b.Shape) > len(a.Shape) {
				return nil, fmt.Errorf("shape %v does not fit into %v from axis %d on", b.Shape, a.Shape, c.integer("axis", 0))
			}
			shape := slices.Clone(b.Shape)
			for range len(a.Shape) - first - len(b.Shape) {
				shape = append(shape, 1)
			}
			b = view(b, shape)
		}
		return combine(c, op, a, b)
	}
}

func combine(c *call, op int, a, b *onnx.Tensor) (*onnx.Tensor, error) {
	if a.DType != b.DType {
		return nil, fmt.Errorf("inputs of types %v and %v; want the same", a.DType, b.DType)
	}
	switch x := a.Data.(type) {
	case []float32:
		return combineOf(c, op, a, b, x, b.Data.([]float32), 4)
	case []float64:
		return combineOf(c, op, a, b, x, b.Data.([]float64), 8)
	case []int8:
		return combineOf(c, op, a, b, x, b.Data.([]int8), 1)
	case []int16:
		return combineOf(c, op, a, b, x, b.Data.([]int16), 2)
	case []int32:
		return combineOf(c, op, a, b, x, b.Data.([]int32), 4)
	case []int64:
		return combineOf(c, op, a, b, x, b.Data.([]int64), 8)
	case []uint8:
		return combineOf(c, op, a, b, x, b.Data.([]uint8), 1)
	case []uint16:
		return combineOf(c, op, a, b, x, b.Data.([]uint16), 2)
	case []uint32:
		return combineOf(c, op, a, b, x, b.Data.([]uint32), 4)
	case []uint64:
		return combineOf(c, op, a, b, x, b.Data.([]uint64), 8)
	}
	return nil, refuseType(a)
}

func combineOf[E number](c *call, op int, a, b *onnx.Tensor, x, y []E, size int) (*onnx.Tensor, error) {
	shape, err := broadcast(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	t, z, err := result[E](c, shape, size)
	if err != nil || len(z) == 0 {
		return t, err
	}
	if op == div && a.DType != onnx.Float && a.DType != onnx.Double {
		for _, v := range y {
			if v == 0 {
				return nil, errors.New("division of integers by zero")
			}
		}
	}
	sa, sb := strides(a.Shape, shape), strides(b.Shape, shape)
	n, da, db := 1, 0, 0
	if last := len(shape) - 1; last >= 0 {
		n, da, db = shape[last], sa[last], sb[last]
	}
	rows(shape, sa, sb, func(o, i, j int) {
		for k := range n {
			p, q := x[i+k*da], y[j+k*db]
			switch op {
			case add:
				p += q
			case sub:
				p -= q
			case mul:
				p *= q
			case div:
				p /= q
			case slope:
				if p < 0 {
					p *= q
				}
			}
			z[o+k] = p
		}
	})
	return t, nil
}

// prelu has a slope that can be stretched to x, and not the other way round.
func prelu(c *call) (*onnx.Tensor, error) {
	x, s := c.in[0], c.in[1]
	if c.opset < 7 && len(s.Shape) == 1 && len(x.Shape) > 1 && s.Shape[0] != 1 { // one slope a channel, the axis after the batch
		shape := []int{s.Shape[0]}
		for range x.Shape[2:] {
			shape = append(shape, 1)
		}
		s = view(s, shape)
	}
	t, err := combine(c, slope, x, s)
	if err == nil && size(t.Shape) != size(x.Shape) {
		return nil, fmt.Errorf("a slope of shape %v does not fit %v", s.Shape, x.Shape)
	}
	return t, err
}

func sum(c *call) (*onnx.Tensor, error) {
	total := c.in[0]
	for i := range c.in {
		if c.in[i] == nil {
			return nil, fmt.Errorf("input %d is left out", i)
		}
	}
	if total.DType != onnx.Float && total.DType != onnx.Double {
		return nil, refuseType(total)
	}
	var err error
	for _, t := range c.in[1:] {
		if total, err = combine(c, add, total, t); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func mean(c *call) (*onnx.Tensor, error) {
	total, err := sum(c)
	if err != nil {
		return nil, err
	}
	n := &onnx.Tensor{DType: total.DType, Data: []float32{float32(len(c.in))}}
	if total.DType == onnx.Double {
		n.Data = []float64{float64(len(c.in))}
	}
	return combine(c, div, total, n)
}
