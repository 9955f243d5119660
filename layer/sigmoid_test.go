package layer_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/layer"
)

func ExampleSigmoid() {
	x := []float64{-2, 0, 2}
	dx, _ := backward(layer.Sigmoid{}, x, []float64{1, 1, 1})
	fmt.Printf("y  %.4f\n", forward(layer.Sigmoid{}, x))
	fmt.Printf("dx %.4f = y·(1-y)\n", dx)
	// Output:
	// y  [0.1192 0.5000 0.8808]
	// dx [0.1050 0.2500 0.1050] = y·(1-y)
}

// A study note prints 0.731 for the sigmoid of 2; that is the sigmoid of 1.
func TestSigmoidKnown(t *testing.T) {
	y := forward(layer.Sigmoid{}, []float64{1, 2, 0, inf, -inf, 1e4, -1e4, nan})
	closeTo(t, "sigmoid", y, []float64{0.7310585786, 0.8807970780, 0.5, 1, 0, 1, 0, nan}, 1e-10)
	dx, _ := backward(layer.Sigmoid{}, []float64{inf, -inf, 1e4, nan}, []float64{1, 1, 1, 1})
	closeTo(t, "dx", dx, []float64{0, 0, 0, nan}, 0)
}
