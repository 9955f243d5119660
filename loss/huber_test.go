package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleHuber() {
	y := []float64{0.5, 3}
	t := []float64{0, 0}

	plan, _ := loss.Huber{Delta: 1}.Plan(tensor.Shape{2})
	l, dy := make([]float64, 1), make([]float64, 2)
	plan.F64.Loss(l, dy, y, t, 1, 0, 1)

	fmt.Println("l ", l[0], "= (0.5²/2 + 1·(3 - 1/2))/2")
	fmt.Println("dy", dy, "= (0.5, 1)/2")
	// Output:
	// l  1.3125 = (0.5²/2 + 1·(3 - 1/2))/2
	// dy [0.25 0.5] = (0.5, 1)/2
}

func TestHuberEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	testEdges(t, loss.Huber{Delta: 2}, []edge{
		{"at delta both forms agree", []float64{2, -2}, []float64{0, 0}, 2, []float64{1, -1}, 0},
		{"outlier", []float64{-1e4}, []float64{0}, 2 * (1e4 - 1), []float64{-2}, 0},
		{"infinite", []float64{-inf, 0}, []float64{0, 0}, inf, []float64{-1, 0}, 0},
		{"NaN", []float64{nan, 1}, []float64{0, 0}, nan, []float64{nan, 0.5}, 0},
	})
}

func TestHuberSettings(t *testing.T) {
	for _, delta := range []float64{-1, math.NaN(), math.Inf(1), 1e39, 1e-60} {
		testRefuses(t, loss.Huber{Delta: delta}, tensor.Shape{1}, "want a delta above 0", fmt.Sprint(delta))
	}
	zero, _, _ := example(loss.Huber{}, []float64{3, 0.1}, []float64{0, 0})
	one, _, _ := example(loss.Huber{Delta: 1}, []float64{3, 0.1}, []float64{0, 0})
	if zero != one {
		t.Errorf("a delta of 0 gives %v, want that of 1, %v", zero, one)
	}
}
