package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleDense() {
	// Two inputs, three units: y = x·W + b.
	x := []float64{1, 2}
	w := []float64{
		1, 2, 3, // from x[0]
		4, 5, 6, // from x[1]
	}
	b := []float64{10, 20, 30}
	fmt.Println("y ", forward(layer.Dense{Units: 3}, x, w, b))

	// If the loss rises with the first unit alone:
	dx, dp := backward(layer.Dense{Units: 3}, x, []float64{1, 0, 0}, w, b)
	fmt.Println("dx", dx, "= dy·Wᵀ")
	fmt.Println("dW", dp[0], "= xᵀ·dy")
	fmt.Println("db", dp[1], "= dy")
	// Output:
	// y  [19 32 45]
	// dx [1 4] = dy·Wᵀ
	// dW [1 0 0 2 0 0] = xᵀ·dy
	// db [1 0 0] = dy
}

// Saito ch. 3: three layers, sigmoid between them, the identity at the end.
func TestDenseAndSigmoidForward(t *testing.T) {
	x := []float64{1, 0.5}
	x = forward(layer.Dense{Units: 3}, x, []float64{.1, .3, .5, .2, .4, .6}, []float64{.1, .2, .3})
	x = forward(layer.Sigmoid{}, x)
	x = forward(layer.Dense{Units: 2}, x, []float64{.1, .4, .2, .5, .3, .6}, []float64{.1, .2})
	x = forward(layer.Sigmoid{}, x)
	x = forward(layer.Dense{Units: 2}, x, []float64{.1, .3, .2, .4}, []float64{.1, .2})
	closeTo(t, "y", x, []float64{0.31682708, 0.69627909}, 5e-9)
}

// CS231n's sigmoid neuron: w = (2, -3), bias -3, x = (-1, -2).
func TestDenseAndSigmoidBackward(t *testing.T) {
	x, w, b := []float64{-1, -2}, []float64{2, -3}, []float64{-3}
	z := forward(layer.Dense{Units: 1}, x, w, b)
	closeTo(t, "out", forward(layer.Sigmoid{}, z), []float64{0.7310585786}, 1e-10)
	dz, _ := backward(layer.Sigmoid{}, z, []float64{1})
	dx, dp := backward(layer.Dense{Units: 1}, x, dz, w, b)
	closeTo(t, "dw", dp[0], []float64{-.19661193, -.39322387}, 5e-9)
	closeTo(t, "db", dp[1], []float64{.19661193}, 5e-9)
	closeTo(t, "dx", dx, []float64{.39322387, -.5898358}, 5e-9)
}

func TestDensePlan(t *testing.T) {
	p := plan(layer.Dense{Units: 3, BiasInit: initializer.Constant{Value: 1}}, tensor.Shape{5})
	w, b := p.Params[0], p.Params[1]
	if !p.Out.Equal(tensor.Shape{3}) || !w.Shape.Equal(tensor.Shape{5, 3}) || !b.Shape.Equal(tensor.Shape{3}) {
		t.Errorf("out %v, W %v, b %v; want 3, 5×3, 3", p.Out, w.Shape, b.Shape)
	}
	if w.Name != "W" || b.Name != "b" || !w.Decay || b.Decay {
		t.Errorf("want W, which decays, and b, which does not; have %+v and %+v", w, b)
	}
	if w.FanIn != 5 || w.FanOut != 3 || b.FanIn != 5 || b.FanOut != 3 {
		t.Errorf("want fans of 5 and 3, have %+v and %+v", w, b)
	}
	if w.Init != (initializer.Xavier{}) || b.Init != (initializer.Constant{Value: 1}) {
		t.Errorf("initialisers are %v and %v", w.Init, b.Init)
	}
	p = plan(layer.Dense{Units: 3, NoBias: true, Init: initializer.He{}}, tensor.Shape{5})
	if len(p.Params) != 1 || p.Params[0].Init != (initializer.He{}) {
		t.Errorf("without bias: parameters %+v", p.Params)
	}
}

func TestDenseShapes(t *testing.T) {
	refuses(t, layer.Dense{Units: 3}, tensor.Shape{28, 28}, "want a flat input", "28×28", "layer.Flatten{}")
	refuses(t, layer.Dense{Units: 3}, nil, "want a flat input", "scalar")
	refuses(t, layer.Dense{}, tensor.Shape{5}, "at least 1 unit", "have 0")
	refuses(t, layer.Dense{Units: -1}, tensor.Shape{5}, "at least 1 unit", "have -1")
	refuses(t, layer.Dense{Units: math.MaxInt / 2}, tensor.Shape{5}, "W", "more elements")
}
