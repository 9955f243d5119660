package run

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/format/onnx"
)

var reduceAttributes = map[string]string{"axes": "list of ints", "keepdims": "int", "noop_with_empty_axes": "int"}

// A reduction takes elements one by one from a start to an end.
type reduction struct {
	start float64
	step  func(total, x float64) float64
	end   func(total float64, n int) float64
}

var (
	total  = func(t float64, _ int) float64 { return t }
	sumOf  = reduction{0, func(t, x float64) float64 { return t + x }, total}
	meanOf = reduction{0, sumOf.step, func(t float64, n int) float64 { return t / float64(n) }}
	maxOf  = reduction{math.Inf(-1), math.Max, total}
	minOf  = reduction{math.Inf(1), math.Min, total}
)

// reduce joins the elements along some axes, which are an attribute or, in later versions, an input.
func reduce(r reduction) func(c *call) (*onnx.Tensor, error) {
	return func(c *call) (*onnx.Tensor, error) {
		x := c.in[0]
		list, _, err := c.axesOf()
		if err != nil {
			return nil, err
		}
		if len(list) == 0 && c.integer("noop_with_empty_axes", 0) != 0 {
			return x, nil
		}
		joined := make([]bool, len(x.Shape))
		for _, v := range list {
			axis, err := normal(v, len(x.Shape), false)
			if err != nil {
				return nil, err
			}
			joined[axis] = true
		}
		kept, shape := []int{}, []int{} // with axes of length 1, and without unless they are to be kept
		for i, n := range x.Shape {
			one := joined[i] || len(list) == 0
			if one {
				n = 1
			}
			kept = append(kept, n)
			if !one || c.integer("keepdims", 1) != 0 {
				shape = append(shape, n)
			}
		}
		switch data := x.Data.(type) {
		case []float32:
			return reduceOf(c, r, data, x.Shape, kept, shape, 4)
		case []float64:
			return reduceOf(c, r, data, x.Shape, kept, shape, 8)
		}
		return nil, refuseType(x)
	}
}

// axesOf returns the axes, from the attribute or from input 1.
func (c *call) axesOf() (list []int64, given bool, err error) {
	if list, given = c.integers("axes"); given {
		if c.input(1) != nil {
			return nil, true, fmt.Errorf("the axes are both an attribute and an input")
		}
		return list, true, nil
	}
	return c.list(1)
}

func reduceOf[F float32 | float64](c *call, r reduction, x []F, from, kept, shape []int, bytes int) (*onnx.Tensor, error) {
	n := size(kept)
	if n > 0 && len(x) == 0 && !math.IsInf(r.start, 0) {
		// A sum of nothing is 0, a mean of nothing NaN.
	} else if n > 0 && len(x) == 0 {
		return nil, fmt.Errorf("shape %v has no element to choose from", from)
	}
	if _, err := c.room(kept, 8); err != nil {
		return nil, err
	}
	totals := make([]float64, n)
	for i := range totals {
		totals[i] = r.start
	}
	if len(x) > 0 {
		s, step := strides(from, from), strides(kept, from)
		width, da, db := 1, 0, 0
		if last := len(from) - 1; last >= 0 {
			width, da, db = from[last], s[last], step[last]
		}
		rows(from, s, step, func(_, i, j int) {
			for k := range width {
				totals[j+k*db] = r.step(totals[j+k*db], float64(x[i+k*da]))
			}
		})
	}
	t, y, err := result[F](c, shape, bytes)
	for i := range y {
		y[i] = F(r.end(totals[i], len(x)/max(1, n)))
	}
	return t, err
}
