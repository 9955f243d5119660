package layer_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleResidual() {
	l := layer.Residual{Layers: []layer.Layer{layer.ReLU{}}} // y = relu(x) + x
	p, _ := l.Plan(tensor.Shape{2})
	joined, _ := p.Join([]tensor.Shape{{2}, {2}})

	x := []float64{-1, 3}
	y := make([]float64, 2)
	joined.F64.Join(y, [][]float64{forward(layer.ReLU{}, x), x}, 0, 1)
	fmt.Println("y ", y)

	df, dshortcut := make([]float64, 2), make([]float64, 2)
	joined.F64.Split([][]float64{df, dshortcut}, []float64{5, 7}, 0, 1)
	fmt.Println("dy", df, "for the layers and", dshortcut, "for the shortcut")
	// Output:
	// y  [-1 6]
	// dy [5 7] for the layers and [5 7] for the shortcut
}

func TestResidualShapes(t *testing.T) {
	dense := []layer.Layer{layer.Dense{Units: 3}}
	p := plan(layer.Residual{Layers: dense}, tensor.Shape{5})
	_, err := p.Join([]tensor.Shape{{3}, {5}})
	says(t, err, "have 3 and 5")
	_, err = p.Join([]tensor.Shape{{2, 3}, {3, 2}})
	says(t, err, "have 2×3 and 3×2")
	refuses(t, layer.Residual{Shortcut: dense}, tensor.Shape{5}, "at least one layer")
}
