package run

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/format/onnx"
)

// elementwise applies a function, which may depend on attributes, to every element. It is computed in float64.
func elementwise(of func(c *call) func(x float64) float64) func(c *call) (*onnx.Tensor, error) {
	return func(c *call) (*onnx.Tensor, error) {
		f := of(c)
		switch x := c.in[0].Data.(type) {
		case []float32:
			t, y, err := result[float32](c, c.in[0].Shape, 4)
			for i := range y {
				y[i] = float32(f(float64(x[i])))
			}
			return t, err
		case []float64:
			t, y, err := result[float64](c, c.in[0].Shape, 8)
			for i := range y {
				y[i] = f(x[i])
			}
			return t, err
		}
		return nil, refuseType(c.in[0])
	}
}

// plain is elementwise for a function without attributes.
func plain(f func(x float64) float64) func(c *call) (*onnx.Tensor, error) {
	return elementwise(func(*call) func(float64) float64 { return f })
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0 and NaN
}

func sigmoid(x float64) float64 {
	if x < 0 { // e^-x would overflow
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

func relu(x float64) float64 {
	if x < 0 {
		return 0
	}
	return x
}

func softplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// clip bounds x; where low is above high, high wins.
func clip(x, low, high float64) float64 {
	if x < low {
		x = low
	}
	if x > high {
		x = high
	}
	return x
}

func leakyRelu(c *call) func(x float64) float64 {
	a := c.float("alpha", 0.01)
	return func(x float64) float64 {
		if x < 0 {
			return a * x
		}
		return x
	}
}

func elu(c *call) func(x float64) float64 {
	a := c.float("alpha", 1)
	return func(x float64) float64 {
		if x < 0 {
			return a * math.Expm1(x)
		}
		return x
	}
}

func celu(c *call) func(x float64) float64 {
	a := c.float("alpha", 1)
	return func(x float64) float64 { return math.Max(0, x) + math.Min(0, a*math.Expm1(x/a)) }
}

func thresholdedRelu(c *call) func(x float64) float64 {
	a := c.float("alpha", 1)
	return func(x float64) float64 {
		if x <= a {
			return 0
		}
		return x
	}
}

func selu(c *call) func(x float64) float64 {
	// Klambauer et al. 2017, rounded to float32 as the specification has them.
	a, g := c.float("alpha", 1.67326319217681884765625), c.float("gamma", 1.05070102214813232421875)
	return func(x float64) float64 {
		if x <= 0 {
			return g * a * math.Expm1(x)
		}
		return g * x
	}
}

func hardSigmoid(c *call) func(x float64) float64 {
	a, b := c.float("alpha", 0.2), c.float("beta", 0.5)
	return func(x float64) float64 { return clip(float64(a*x)+b, 0, 1) }
}

// softmax normalises along an axis. Before version 13 of the operators the axes from it on counted as one.
func softmax(logarithm bool) func(c *call) (*onnx.Tensor, error) {
	return func(c *call) (*onnx.Tensor, error) {
		shape := c.in[0].Shape
		standard := int64(-1)
		if c.opset < 13 {
			standard = 1
		}
		axis, err := c.axis(standard, len(shape), c.opset < 13)
		if err != nil {
			return nil, err
		}
		outer, n, inner := size(shape[:axis]), 0, 1
		if c.opset < 13 {
			n = size(shape[axis:])
		} else {
			n, inner = shape[axis], size(shape[axis+1:])
		}
		switch x := c.in[0].Data.(type) {
		case []float32:
			t, y, err := result[float32](c, shape, 4)
			if err == nil {
				normalise(y, x, outer, n, inner, logarithm)
			}
			return t, err
		case []float64:
			t, y, err := result[float64](c, shape, 8)
			if err == nil {
				normalise(y, x, outer, n, inner, logarithm)
			}
			return t, err
		}
		return nil, refuseType(c.in[0])
	}
}

// normalise is softmax, or its logarithm, of x [outer, n, inner] along n. The largest element is taken off first.
func normalise[F float32 | float64](y, x []F, outer, n, inner int, logarithm bool) {
	if len(y) == 0 {
		return
	}
	for o := range outer {
		for i := range inner {
			at := func(k int) int { return (o*n+k)*inner + i }
			top := math.Inf(-1)
			for k := range n {
				top = math.Max(top, float64(x[at(k)]))
			}
			total := 0.0
			for k := range n {
				total += math.Exp(float64(x[at(k)]) - top)
			}
			for k := range n {
				d := float64(x[at(k)]) - top
				if logarithm {
					y[at(k)] = F(d - math.Log(total))
				} else {
					y[at(k)] = F(math.Exp(d) / total)
				}
			}
		}
	}
}

// clipTo is Clip: bounds are attributes before version 11 of the operators, and inputs from there on.
func clipTo(c *call) (*onnx.Tensor, error) {
	if c.opset < 11 {
		low, high := c.float("min", -math.MaxFloat32), c.float("max", math.MaxFloat32)
		return plain(func(x float64) float64 { return clip(x, low, high) })(c)
	}
	if len(c.node.Attributes) > 0 {
		return nil, fmt.Errorf("from version 11 of the operators on the bounds are inputs, not attributes")
	}
	switch x := c.in[0].Data.(type) {
	case []float32:
		return clipOf(c, x, 4)
	case []float64:
		return clipOf(c, x, 8)
	case []int8:
		return clipOf(c, x, 1)
	case []int16:
		return clipOf(c, x, 2)
	case []int32:
		return clipOf(c, x, 4)
	case []int64:
		return clipOf(c, x, 8)
	case []uint8:
		return clipOf(c, x, 1)
	case []uint16:
		return clipOf(c, x, 2)
	case []uint32:
		return clipOf(c, x, 4)
	case []uint64:
		return clipOf(c, x, 8)
	}
	return nil, refuseType(c.in[0])
}

func clipOf[E number](c *call, x []E, size int) (*onnx.Tensor, error) {
	var bounds [2]*E
	for i := range bounds {
		b := c.input(i + 1)
		if b == nil {
			continue
		}
		data, ok := b.Data.([]E)
		if !ok || len(data) != 1 {
			return nil, fmt.Errorf("a bound is %v %v; want one number of type %v", b.DType, b.Shape, c.in[0].DType)
		}
		bounds[i] = &data[0]
	}
	t, y, err := result[E](c, c.in[0].Shape, size)
	for i := range y {
		v := x[i]
		if bounds[0] != nil && v < *bounds[0] {
			v = *bounds[0]
		}
		if bounds[1] != nil && v > *bounds[1] {
			v = *bounds[1]
		}
		y[i] = v
	}
	return t, err
}
