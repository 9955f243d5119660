package layer_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/layer"
)

func ExampleGELU() {
	// A standard normal variable lies below 1 with probability .8413, below -1 with .1587.
	x := []float64{-1, 0, 1}
	dx, _ := backward(layer.GELU{}, x, []float64{1, 1, 1})
	fmt.Printf("y  %.4f\n", forward(layer.GELU{}, x))
	fmt.Printf("dx %.4f\n", dx)
	// Output:
	// y  [-0.1587 0.0000 0.8413]
	// dx [-0.0833 0.5000 1.0833]
}

func TestGELUKnown(t *testing.T) {
	y := forward(layer.GELU{}, []float64{2, -2, 10, nan, inf})
	closeTo(t, "gelu", y, []float64{1.9544997361, -0.0455002639, 10, nan, inf}, 1e-10) // 2·Φ(2), Φ(2) = 0.97724986805
}
