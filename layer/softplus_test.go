package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/layer"
)

func ExampleSoftplus() {
	// ln(1 + e^0) = ln 2, ln(1 + e^ln 3) = ln 4
	x := []float64{0, math.Log(3)}
	dx, _ := backward(layer.Softplus{}, x, []float64{1, 1})
	fmt.Printf("y  %.4f\n", forward(layer.Softplus{}, x))
	fmt.Printf("dx %.2f = σ(x)\n", dx)
	// Output:
	// y  [0.6931 1.3863]
	// dx [0.50 0.75] = σ(x)
}

func TestSoftplusEdges(t *testing.T) {
	y := forward(layer.Softplus{}, []float64{1e4, -1e4, inf, -inf, nan})
	closeTo(t, "softplus", y, []float64{1e4, 0, inf, 0, nan}, 0)
}
