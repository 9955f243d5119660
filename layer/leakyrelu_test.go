package layer_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleLeakyReLU() {
	x := []float64{-2, 0, 3}
	dx, _ := backward(layer.LeakyReLU{Alpha: 0.25}, x, []float64{1, 1, 1})
	fmt.Println("y ", forward(layer.LeakyReLU{Alpha: 0.25}, x))
	fmt.Println("dx", dx)
	// Output:
	// y  [-0.5 0 3]
	// dx [0.25 0.25 1]
}

func TestLeakyReLUSettings(t *testing.T) {
	closeTo(t, "with the standard alpha", forward(layer.LeakyReLU{}, []float64{-1, 1}), []float64{-0.01, 1}, 0)
	for _, alpha := range []float64{-0.1, nan, inf, 1e39, 1e-60} {
		refuses(t, layer.LeakyReLU{Alpha: alpha}, tensor.Shape{1}, "want an alpha above 0", fmt.Sprint(alpha), "0.01")
	}
	closeTo(t, "edges", forward(layer.LeakyReLU{}, []float64{inf, -inf, nan}), []float64{inf, -inf, nan}, 0)
}
