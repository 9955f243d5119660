package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleSoftmax() {
	x := []float64{0, 0, math.Ln2}
	dx, _ := backward(layer.Softmax{}, x, []float64{0, 0, 1})
	fmt.Printf("y  %.2f\n", forward(layer.Softmax{}, x))
	fmt.Printf("dx %.3f = y·(dy - Σ dy·y)\n", dx)
	// Output:
	// y  [0.25 0.25 0.50]
	// dx [-0.125 -0.125 0.250] = y·(dy - Σ dy·y)
}

// Saito ch. 3.
func TestSoftmaxKnown(t *testing.T) {
	y := forward(layer.Softmax{}, []float64{0.3, 2.9, 4.0})
	closeTo(t, "softmax", y, []float64{0.01821127, 0.24519181, 0.73659691}, 5e-9)
	y = forward(layer.Softmax{}, []float64{1010, 1000, 990})
	closeTo(t, "softmax", y, []float64{9.9995460e-1, 4.53978686e-5, 2.06106005e-9}, 5e-9)
	y = forward(layer.Softmax{}, []float64{1e4, -1e4, -inf})
	closeTo(t, "softmax", y, []float64{1, 0, 0}, 0)
	y = forward(layer.Softmax{}, []float64{nan, 0, 0})
	closeTo(t, "softmax", y, []float64{nan, nan, nan}, 0)
}

// Rows of a [2 3] example are vectors of their own: each sums to 1.
func TestSoftmaxIsAlongTheLastAxis(t *testing.T) {
	x := []float64{0, 0, 0, 0, 0, math.Ln2}
	for l, want := range map[layer.Layer][]float64{
		layer.Softmax{}:    {1. / 3, 1. / 3, 1. / 3, 0.25, 0.25, 0.5},
		layer.LogSoftmax{}: {-math.Log(3), -math.Log(3), -math.Log(3), -math.Log(4), -math.Log(4), -math.Ln2},
	} {
		p := plan(l, tensor.Shape{2, 3})
		y := make([]float64, 6)
		p.F64.Forward(&layer.View[float64]{N: 1, X: x, Y: y}, layer.Share{Hi: 1})
		closeTo(t, l.Kind(), y, want, 1e-15)
	}
}

func TestSoftmaxShapes(t *testing.T) {
	refuses(t, layer.Softmax{}, tensor.Shape{}, "at least one axis")
	refuses(t, layer.LogSoftmax{}, tensor.Shape{}, "at least one axis")
}
