package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleMeanAbsolute() {
	y := []float64{3, -1}
	t := []float64{1, 0}

	plan, _ := loss.MeanAbsolute{}.Plan(tensor.Shape{2})
	l, dy := make([]float64, 1), make([]float64, 2)
	plan.F64.Loss(l, dy, y, t, 1, 0, 1)

	fmt.Println("l ", l[0], "= (2 + 1)/2")
	fmt.Println("dy", dy, "= sign(y - t)/2")
	// Output:
	// l  1.5 = (2 + 1)/2
	// dy [0.5 -0.5] = sign(y - t)/2
}

func TestMeanAbsoluteEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	testEdges(t, loss.MeanAbsolute{}, []edge{
		{"at the kink", []float64{2, 3}, []float64{2, 1}, 1, []float64{0, 0.5}, 0},
		{"infinite", []float64{-inf, 0}, []float64{0, 0}, inf, []float64{-0.5, 0}, 0},
		{"NaN", []float64{nan, 1}, []float64{0, 0}, nan, []float64{nan, 0.5}, 0},
	})
}
