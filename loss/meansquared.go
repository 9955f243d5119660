package loss

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// MeanSquared is the mean squared error over the outputs of an example.
//
//	l = 1/out · Σ (y - t)²     ∂l/∂y = 2/out · (y - t)     y, t [n, out]
//
// It is Quadratic times 2/out. NaN and infinities follow IEEE 754.
type MeanSquared struct{}

// Kind returns "mse".
func (MeanSquared) Kind() string { return "mse" }

// Plan accepts any shape.
func (MeanSquared) Plan(out tensor.Shape) (Plan, error) {
	return Plan{
		Task: Regression,
		F32:  newRows(meanSquared[float32]{}, out),
		F64:  newRows(meanSquared[float64]{}, out),
	}, nil
}

type meanSquared[F kernel.Float] struct{}

func (meanSquared[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	kernel.Sub(d, y, t)
	for i := range l {
		l[i] = kernel.SumSquares(d[i*width:][:width]) / float64(width)
	}
	kernel.Scale(d, 2*scale/F(width), d)
}

func (meanSquared[F]) output(p, y []F, _ int) { copy(p, y) }
