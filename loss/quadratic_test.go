package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleQuadratic() {
	y := []float64{3, 1}
	t := []float64{1, 0}

	plan, _ := loss.Quadratic{}.Plan(tensor.Shape{2})
	l, dy := make([]float64, 1), make([]float64, 2)
	plan.F64.Loss(l, dy, y, t, 1, 0, 1)

	fmt.Println("l ", l[0], "= (2² + 1²)/2")
	fmt.Println("dy", dy, "= y - t")
	// Output:
	// l  2.5 = (2² + 1²)/2
	// dy [2 1] = y - t
}

// Saito ch. 4.
func TestQuadraticKnown(t *testing.T) {
	target := []float64{0, 0, 1, 0, 0, 0, 0, 0, 0, 0}
	a, _, _ := example(loss.Quadratic{}, []float64{.1, .05, .6, 0, .05, .1, 0, .1, 0, 0}, target)
	b, _, _ := example(loss.Quadratic{}, []float64{.1, .05, .1, 0, .05, .1, 0, .6, 0, 0}, target)
	closeTo(t, "loss", []float64{a, b}, []float64{0.0975, 0.5975}, 1e-15)
}

func TestQuadraticEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	testEdges(t, loss.Quadratic{}, []edge{
		{"met", []float64{1e4, -3}, []float64{1e4, -3}, 0, []float64{0, 0}, 0},
		{"the square is more than float32 holds", []float64{0x1p100}, []float64{0}, 0x1p199, []float64{0x1p100}, 0},
		{"infinite", []float64{-inf, 0}, []float64{0, 0}, inf, []float64{-inf, 0}, 0},
		{"∞ - ∞", []float64{inf}, []float64{inf}, nan, []float64{nan}, 0},
		{"NaN", []float64{nan, 1}, []float64{0, 0}, nan, []float64{nan, 1}, 0},
	})
}
