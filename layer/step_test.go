package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleStep() {
	fmt.Println(forward(layer.Step{}, []float64{-1, 6.5, 0}))

	// A perceptron is a dense layer and a step: AND fires if .5·x₀ + .5·x₁ - .7 > 0 (Saito ch. 2).
	for _, x := range [][]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		z := forward(layer.Dense{Units: 1}, x, []float64{.5, .5}, []float64{-.7})
		fmt.Println(x, forward(layer.Step{}, z))
	}
	// Output:
	// [0 1 0]
	// [0 0] [0]
	// [1 0] [0]
	// [0 1] [0]
	// [1 1] [1]
}

// Saito ch. 2: one perceptron each for AND, NAND and OR; XOR needs two layers.
func TestGates(t *testing.T) {
	gate := func(w0, w1, b float64) func(x0, x1 float64) float64 {
		return func(x0, x1 float64) float64 {
			z := forward(layer.Dense{Units: 1}, []float64{x0, x1}, []float64{w0, w1}, []float64{b})
			return forward(layer.Step{}, z)[0]
		}
	}
	and, nand, or := gate(.5, .5, -.7), gate(-.5, -.5, .7), gate(.5, .5, -.2)
	xor := func(x0, x1 float64) float64 { return and(nand(x0, x1), or(x0, x1)) }
	for name, c := range map[string]struct {
		gate func(x0, x1 float64) float64
		want []float64
	}{
		"AND":  {and, []float64{0, 0, 0, 1}},
		"NAND": {nand, []float64{1, 1, 1, 0}},
		"OR":   {or, []float64{0, 1, 1, 1}},
		"XOR":  {xor, []float64{0, 1, 1, 0}},
	} {
		closeTo(t, name, []float64{c.gate(0, 0), c.gate(1, 0), c.gate(0, 1), c.gate(1, 1)}, c.want, 0)
	}
}

func TestStepEdges(t *testing.T) {
	y := forward(layer.Step{}, []float64{inf, -inf, math.Copysign(0, -1), 5e-324, nan})
	closeTo(t, "step", y, []float64{1, 0, 0, 1, nan}, 0)
}

func TestStepSaysThatItCannotLearn(t *testing.T) {
	if p := plan(layer.Step{}, tensor.Shape{3}); p.NoGradient == "" {
		t.Error("the plan does not say why the step function cannot learn")
	}
	dx, _ := backward(layer.Step{}, []float64{-1, 2}, []float64{3, 4})
	closeTo(t, "dx", dx, []float64{0, 0}, 0)
}
