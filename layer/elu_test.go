package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleELU() {
	// e^-ln 4 - 1 = -3/4, and the slope there is 1/4.
	x := []float64{-math.Log(4), 3}
	dx, _ := backward(layer.ELU{}, x, []float64{1, 1})
	fmt.Printf("y  %.2f\n", forward(layer.ELU{}, x))
	fmt.Printf("dx %.2f\n", dx)
	// Output:
	// y  [-0.75 3.00]
	// dx [0.25 1.00]
}

func TestELUEdges(t *testing.T) {
	y := forward(layer.ELU{Alpha: 2}, []float64{0, -1e-10, -1e4, -inf, inf, nan})
	closeTo(t, "elu", y, []float64{0, -2e-10, -2, -2, inf, nan}, 1e-19)
	for _, alpha := range []float64{-1, nan, inf} {
		refuses(t, layer.ELU{Alpha: alpha}, tensor.Shape{1}, "want an alpha above 0", fmt.Sprint(alpha))
	}
}
