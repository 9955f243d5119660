package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleMeanSquared() {
	y := []float64{3, 1}
	t := []float64{1, 0}

	plan, _ := loss.MeanSquared{}.Plan(tensor.Shape{2})
	l, dy := make([]float64, 1), make([]float64, 2)
	plan.F64.Loss(l, dy, y, t, 1, 0, 1)

	fmt.Println("l ", l[0], "= (2² + 1²)/2")
	fmt.Println("dy", dy, "= 2/2·(y - t)")
	// Output:
	// l  2.5 = (2² + 1²)/2
	// dy [2 1] = 2/2·(y - t)
}

// It is Quadratic times 2/out.
func TestMeanSquaredAndQuadratic(t *testing.T) {
	y, target := []float64{0.3, -2, 1, 5, 0.25}, []float64{0, 1, 1, -1, 0.5}
	half, dhalf, _ := example(loss.Quadratic{}, y, target)
	mean, dmean, _ := example(loss.MeanSquared{}, y, target)
	closeTo(t, "loss", []float64{mean}, []float64{half * 2 / 5}, 1e-14)
	for i := range dmean {
		closeTo(t, "gradient", dmean[i:i+1], []float64{dhalf[i] * 2 / 5}, 1e-15)
	}
}

func TestMeanSquaredEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	testEdges(t, loss.MeanSquared{}, []edge{
		{"infinite", []float64{inf, 0}, []float64{0, 0}, inf, []float64{inf, 0}, 0},
		{"NaN", []float64{nan, 1}, []float64{0, 0}, nan, []float64{nan, 1}, 0},
	})
}
