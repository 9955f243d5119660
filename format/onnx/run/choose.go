package run

import (
	"fmt"
	"reflect"

	"github.com/gradus-nn/gradus/format/onnx"
)

// where takes the elements of the second input where the first is true, and those of the third elsewhere. All three are
// stretched to each other.
func where(c *call) (*onnx.Tensor, error) {
	when, ok := c.in[0].Data.([]bool)
	a, b := c.in[1], c.in[2]
	switch {
	case !ok:
		return nil, fmt.Errorf("the condition is %v; want bool", c.in[0].DType)
	case a.DType != b.DType:
		return nil, fmt.Errorf("a choice between types %v and %v; want the same", a.DType, b.DType)
	}
	shape, err := broadcast(a.Shape, b.Shape)
	if err == nil {
		shape, err = broadcast(c.in[0].Shape, shape)
	}
	if err != nil {
		return nil, err
	}
	_, to, err := c.like(a, shape)
	if err != nil || to.Len() == 0 {
		return tensorOf(a, shape, to), err
	}
	yes, no := reflect.ValueOf(a.Data), reflect.ValueOf(b.Data)
	sw, sa, sb := strides(c.in[0].Shape, shape), strides(a.Shape, shape), strides(b.Shape, shape)
	n, dw, da, db := 1, 0, 0, 0
	if last := len(shape) - 1; last >= 0 {
		n, dw, da, db = shape[last], sw[last], sa[last], sb[last]
	}
	rows(shape, sw, sa, func(o, w, i int) {
		for k := range n {
			if when[w+k*dw] {
				to.Index(o + k).Set(yes.Index(i + k*da))
			}
		}
	})
	rows(shape, sw, sb, func(o, w, j int) {
		for k := range n {
			if !when[w+k*dw] {
				to.Index(o + k).Set(no.Index(j + k*db))
			}
		}
	})
	return tensorOf(a, shape, to), nil
}

// argMax returns the place of the largest element along an axis: the first of several, unless the last is asked for.
func argMax(c *call) (*onnx.Tensor, error) {
	x := c.in[0]
	axis, err := c.axis(0, len(x.Shape), false)
	if err != nil {
		return nil, err
	}
	if x.Shape[axis] == 0 {
		return nil, fmt.Errorf("axis %d of %v has no element to choose from", axis, x.Shape)
	}
	shape := append(append([]int{}, x.Shape[:axis]...), x.Shape[axis+1:]...)
	if c.integer("keepdims", 1) != 0 {
		shape = append(append(append([]int{}, x.Shape[:axis]...), 1), x.Shape[axis+1:]...)
	}
	t, y, err := result[int64](c, shape, 8)
	if err != nil {
		return nil, err
	}
	last := c.integer("select_last_index", 0) != 0
	inner := size(x.Shape[axis+1:])
	switch data := x.Data.(type) {
	case []float32:
		argMaxOf(y, data, x.Shape[axis], inner, last)
	case []float64:
		argMaxOf(y, data, x.Shape[axis], inner, last)
	case []int32:
		argMaxOf(y, data, x.Shape[axis], inner, last)
	case []int64:
		argMaxOf(y, data, x.Shape[axis], inner, last)
	default:
		return nil, refuseType(x)
	}
	return t, nil
}

func argMaxOf[E number](y []int64, x []E, length, inner int, last bool) {
	for i := range y {
		at := i/inner*length*inner + i%inner
		best := x[at]
		for k := 1; k < length; k++ {
			if v := x[at+k*inner]; v > best || last && v == best {
				best, y[i] = v, int64(k)
			}
		}
	}
}
