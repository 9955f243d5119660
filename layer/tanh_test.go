package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/layer"
)

func ExampleTanh() {
	// tanh(½·ln 3) = (3-1)/(3+1)
	x := []float64{0, math.Log(3) / 2}
	dx, _ := backward(layer.Tanh{}, x, []float64{1, 1})
	fmt.Printf("y  %.2f\n", forward(layer.Tanh{}, x))
	fmt.Printf("dx %.2f = 1 - y²\n", dx)
	// Output:
	// y  [0.00 0.50]
	// dx [1.00 0.75] = 1 - y²
}

func TestTanhKnown(t *testing.T) {
	y := forward(layer.Tanh{}, []float64{1, -1, inf, -inf, 1e4, nan})
	closeTo(t, "tanh", y, []float64{0.7615941560, -0.7615941560, 1, -1, 1, nan}, 1e-10)
	// tanh(x) = 2σ(2x) - 1
	s := forward(layer.Sigmoid{}, []float64{0.6})
	closeTo(t, "tanh", forward(layer.Tanh{}, []float64{0.3}), []float64{2*s[0] - 1}, 1e-15)
}
