package run

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/gradus-nn/gradus/format/onnx"
)

var constantAttributes = map[string]string{
	"value": "tensor", "value_float": "float", "value_floats": "list of floats", "value_int": "int", "value_ints": "list of ints",
}

func constant(c *call) (*onnx.Tensor, error) {
	if len(c.node.Attributes) != 1 {
		return nil, fmt.Errorf("%d values; want one", len(c.node.Attributes))
	}
	switch v := c.node.Attributes[0].Value.(type) {
	case float32:
		return onnx.Of("", []int{}, []float32{v}), nil
	case []float32:
		return onnx.Of("", []int{len(v)}, v), nil
	case int64:
		return onnx.Of("", []int{}, []int64{v}), nil
	case []int64:
		return onnx.Of("", []int{len(v)}, v), nil
	default:
		return v.(*onnx.Tensor), nil
	}
}

func flatten(c *call) (*onnx.Tensor, error) {
	x := c.in[0]
	axis, err := c.axis(1, len(x.Shape), true)
	if err != nil {
		return nil, err
	}
	return view(x, []int{size(x.Shape[:axis]), size(x.Shape[axis:])}), nil
}

// reshape takes 0 for the input's own axis, unless allowzero says that it is meant, and -1 once for what is left.
func reshape(c *call) (*onnx.Tensor, error) {
	x := c.in[0]
	list, _, err := c.list(1)
	if err != nil {
		return nil, err
	}
	if len(list) > maxRank {
		return nil, fmt.Errorf("a shape of %d axes; want at most %d", len(list), maxRank)
	}
	shape, open := make([]int, len(list)), -1
	for i, n := range list {
		switch {
		case n == 0 && c.integer("allowzero", 0) == 0:
			if i >= len(x.Shape) {
				return nil, fmt.Errorf("shape %v copies axis %d of %v, which has none", list, i, x.Shape)
			}
			shape[i] = x.Shape[i]
		case n == -1 && open >= 0:
			return nil, fmt.Errorf("shape %v leaves two axes open; want at most one -1", list)
		case n == -1:
			open, shape[i] = i, 1
		case n < 0 || int64(int(n)) != n:
			return nil, fmt.Errorf("shape %v has a negative axis", list)
		default:
			shape[i] = int(n)
		}
	}
	have := size(x.Shape)
	want, ok := onnx.Count(shape)
	if open >= 0 {
		if !ok || want == 0 || have%want != 0 {
			return nil, fmt.Errorf("%v elements of shape %v do not fit into %v", have, x.Shape, list)
		}
		shape[open] = have / want
		want = have
	}
	if !ok || want != have {
		return nil, fmt.Errorf("%v elements of shape %v do not fit into %v", have, x.Shape, list)
	}
	return view(x, shape), nil
}

func squeeze(c *call) (*onnx.Tensor, error) {
	x := c.in[0]
	list, given, err := c.axesOf()
	if err != nil {
		return nil, err
	}
	drop := make([]bool, len(x.Shape))
	for _, v := range list {
		axis, err := normal(v, len(x.Shape), false)
		if err != nil {
			return nil, err
		}
		if x.Shape[axis] != 1 {
			return nil, fmt.Errorf("axis %d of %v is not of length 1", axis, x.Shape)
		}
		drop[axis] = true
	}
	shape := []int{}
	for i, n := range x.Shape {
		if !drop[i] && (given || n != 1) {
			shape = append(shape, n)
		}
	}
	return view(x, shape), nil
}

func unsqueeze(c *call) (*onnx.Tensor, error) {
	x := c.in[0]
	list, given, err := c.axesOf()
	if err != nil {
		return nil, err
	}
	if !given {
		return nil, fmt.Errorf("the axes are missing")
	}
	rank := len(x.Shape) + len(list)
	if rank > maxRank {
		return nil, fmt.Errorf("a result of %d axes; want at most %d", rank, maxRank)
	}
	shape := make([]int, rank)
	for _, v := range list {
		axis, err := normal(v, rank, false)
		if err != nil {
			return nil, err
		}
		if shape[axis] != 0 {
			return nil, fmt.Errorf("axis %d is listed twice", axis)
		}
		shape[axis] = -1
	}
	rest := x.Shape
	for i := range shape {
		if shape[i] == -1 {
			shape[i] = 1
		} else {
			shape[i], rest = rest[0], rest[1:]
		}
	}
	return view(x, shape), nil
}

func transpose(c *call) (*onnx.Tensor, error) {
	x := c.in[0]
	rank := len(x.Shape)
	perm, given := c.integers("perm")
	if !given {
		for i := rank - 1; i >= 0; i-- {
			perm = append(perm, int64(i))
		}
	}
	if len(perm) != rank {
		return nil, fmt.Errorf("perm %v does not order %d axes", perm, rank)
	}
	shape, step, seen := make([]int, rank), make([]int, rank), make([]bool, rank)
	own := strides(x.Shape, x.Shape)
	for i, p := range perm {
		if p < 0 || p >= int64(rank) || seen[p] {
			return nil, fmt.Errorf("perm %v does not order %d axes", perm, rank)
		}
		seen[p] = true
		shape[i], step[i] = x.Shape[p], own[p]
	}
	from, to, err := c.like(x, shape)
	if err != nil || to.Len() == 0 {
		return tensorOf(x, shape, to), err
	}
	n, d := 1, 0
	if rank > 0 {
		n, d = shape[rank-1], step[rank-1]
	}
	rows(shape, step, make([]int, rank), func(o, i, _ int) {
		if d == 1 || n == 1 {
			reflect.Copy(to.Slice(o, o+n), from.Slice(i, i+n))
			return
		}
		for k := range n {
			to.Index(o + k).Set(from.Index(i + k*d))
		}
	})
	return tensorOf(x, shape, to), nil
}

// like returns the elements of x, and room for a result of the same type.
func (c *call) like(x *onnx.Tensor, shape []int) (from, to reflect.Value, err error) {
	from = reflect.ValueOf(x.Data)
	n, err := c.room(shape, int(from.Type().Elem().Size()))
	if err != nil {
		return from, to, err
	}
	return from, reflect.MakeSlice(from.Type(), n, n), nil
}

func tensorOf(x *onnx.Tensor, shape []int, data reflect.Value) *onnx.Tensor {
	if !data.IsValid() {
		return nil
	}
	return &onnx.Tensor{DType: x.DType, Shape: shape, Data: data.Interface()}
}

func concat(c *call) (*onnx.Tensor, error) {
	first := c.in[0]
	if _, given := c.attribute("axis"); !given {
		return nil, fmt.Errorf("the axis is missing")
	}
	axis, err := c.axis(0, len(first.Shape), false)
	if err != nil {
		return nil, err
	}
	shape := slices.Clone(first.Shape)
	shape[axis] = 0
	for i, t := range c.in {
		if t == nil || t.DType != first.DType || len(t.Shape) != len(shape) ||
			!slices.Equal(t.Shape[:axis], shape[:axis]) || !slices.Equal(t.Shape[axis+1:], shape[axis+1:]) {
			return nil, fmt.Errorf("input %d does not fit the first, %v %v, along axis %d", i, first.DType, first.Shape, axis)
		}
		if shape[axis] += t.Shape[axis]; shape[axis] < 0 {
			return nil, fmt.Errorf("the inputs together are too long")
		}
	}
	_, to, err := c.like(first, shape)
	if err != nil {
		return nil, err
	}
	width, at := size(shape[axis:]), 0
	for _, t := range c.in {
		w := size(t.Shape[axis:])
		from := reflect.ValueOf(t.Data)
		for o := range size(shape[:axis]) {
			reflect.Copy(to.Slice(o*width+at, o*width+at+w), from.Slice(o*w, o*w+w))
		}
		at += w
	}
	return tensorOf(first, shape, to), nil
}

// gather takes the parts along an axis whose numbers the second input lists.
func gather(c *call) (*onnx.Tensor, error) {
	x, t := c.in[0], c.in[1]
	axis, err := c.axis(0, len(x.Shape), false)
	if err != nil {
		return nil, err
	}
	var list []int64
	switch data := t.Data.(type) {
	case []int64:
		list = data
	case []int32:
		for _, v := range data {
			list = append(list, int64(v))
		}
	default:
		return nil, fmt.Errorf("the numbers are %v; want int32 or int64", t.DType)
	}
	length := int64(x.Shape[axis])
	for _, v := range list {
		if v < -length || v >= length {
			return nil, fmt.Errorf("number %d; axis %d of %v has %d parts", v, axis, x.Shape, length)
		}
	}
	shape := slices.Concat(x.Shape[:axis], t.Shape, x.Shape[axis+1:])
	from, to, err := c.like(x, shape)
	if err != nil || to.Len() == 0 {
		return tensorOf(x, shape, to), err
	}
	width, at := size(x.Shape[axis+1:]), 0
	for o := range size(x.Shape[:axis]) {
		for _, v := range list {
			if v < 0 {
				v += length
			}
			i := (o*int(length) + int(v)) * width
			reflect.Copy(to.Slice(at, at+width), from.Slice(i, i+width))
			at += width
		}
	}
	return tensorOf(x, shape, to), nil
}

// shapeOf is Shape; bounds beyond the axes are moved to them.
func shapeOf(c *call) (*onnx.Tensor, error) {
	rank := int64(len(c.in[0].Shape))
	bound := func(v int64) int64 {
		if v < 0 {
			v += rank
		}
		return min(max(v, 0), rank)
	}
	start, end := bound(c.integer("start", 0)), bound(c.integer("end", rank))
	list := []int64{}
	for i := start; i < end; i++ {
		list = append(list, int64(c.in[0].Shape[i]))
	}
	return onnx.Of("", []int{len(list)}, list), nil
}
