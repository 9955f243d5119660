package run

import (
	"fmt"
	"slices"

	"github.com/gradus-nn/gradus/format/onnx"
)

// A call is one node at work.
type call struct {
	node  *onnx.Node
	in    []*onnx.Tensor // nil for an optional one that is left out
	opset int64
	left  *int64 // bytes that results may still take
}

// maxRank is the largest number of axes of a result.
const maxRank = 16

func (c *call) attribute(name string) (any, bool) {
	for _, a := range c.node.Attributes {
		if a.Name == name {
			return a.Value, true
		}
	}
	return nil, false
}

// integer, float and integers return an attribute, whose type [New] has checked, or its default.
func (c *call) integer(name string, standard int64) int64 {
	if v, ok := c.attribute(name); ok {
		return v.(int64)
	}
	return standard
}

func (c *call) float(name string, standard float32) float64 {
	if v, ok := c.attribute(name); ok {
		return float64(v.(float32))
	}
	return float64(standard)
}

func (c *call) integers(name string) ([]int64, bool) {
	v, ok := c.attribute(name)
	if !ok {
		return nil, false
	}
	return v.([]int64), true
}

// input returns input i, or nil if it is left out.
func (c *call) input(i int) *onnx.Tensor {
	if i < len(c.in) {
		return c.in[i]
	}
	return nil
}

// list returns input i as a list of integers, such as axes. ok is false if it is left out.
func (c *call) list(i int) (values []int64, ok bool, err error) {
	t := c.input(i)
	if t == nil {
		return nil, false, nil
	}
	values, isInt := t.Data.([]int64)
	if !isInt || len(t.Shape) > 1 {
		return nil, true, fmt.Errorf("input %d is %v %v; want a list of int64", i, t.DType, t.Shape)
	}
	return values, true, nil
}

// axis returns the attribute, counted from the end if it is negative. An axis of rank itself is allowed if past says so.
func (c *call) axis(standard int64, rank int, past bool) (int, error) {
	return normal(c.integer("axis", standard), rank, past)
}

func normal(axis int64, rank int, past bool) (int, error) {
	last := int64(rank) - 1
	if past {
		last++
	}
	if axis < -int64(rank) || axis > last {
		return 0, fmt.Errorf("axis %d; want one of %d axes", axis, rank)
	}
	if axis < 0 {
		axis += int64(rank)
	}
	return int(axis), nil
}

// room takes the memory of a result off what is left, before it is allocated.
func (c *call) room(shape []int, size int) (count int, err error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("a result of %d axes; want at most %d", len(shape), maxRank)
	}
	count, ok := onnx.Count(shape)
	if !ok || int64(count) > *c.left/int64(size) {
		return 0, fmt.Errorf("a result of shape %v would take more memory than the limit leaves (%d bytes)", shape, *c.left)
	}
	*c.left -= int64(count) * int64(size)
	return count, nil
}

// result returns a new tensor of the shape, with its elements.
func result[E onnx.Element](c *call, shape []int, size int) (*onnx.Tensor, []E, error) {
	n, err := c.room(shape, size)
	if err != nil {
		return nil, nil, err
	}
	data := make([]E, n)
	return onnx.Of("", slices.Clone(shape), data), data, nil
}

// view returns the same elements in another shape.
func view(t *onnx.Tensor, shape []int) *onnx.Tensor {
	return &onnx.Tensor{DType: t.DType, Shape: shape, Data: t.Data}
}

// refuseType says that an operator does not take elements of a type.
func refuseType(t *onnx.Tensor) error {
	return fmt.Errorf("elements of type %v are not supported here", t.DType)
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
