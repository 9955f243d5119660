package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/layer"
)

func ExampleReLU() {
	x := []float64{-2, 0, 3}
	dx, _ := backward(layer.ReLU{}, x, []float64{10, 10, 10})
	fmt.Println("y ", forward(layer.ReLU{}, x))
	fmt.Println("dx", dx)
	// Output:
	// y  [0 0 3]
	// dx [0 0 10]
}

func TestReLUEdges(t *testing.T) {
	y := forward(layer.ReLU{}, []float64{inf, -inf, nan, math.Copysign(0, -1)})
	closeTo(t, "relu", y, []float64{inf, 0, nan, 0}, 0)
	if math.Signbit(y[3]) {
		t.Error("relu(-0) is -0, want +0")
	}
	dx, _ := backward(layer.ReLU{}, []float64{inf, -inf, nan}, []float64{1, 1, 1})
	closeTo(t, "dx", dx, []float64{1, 0, nan}, 0)
}
