package loss

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Quadratic is half the sum of squares over the outputs of an example: Nielsen's quadratic cost (ch. 1) and Saito's
// sum-of-squares error (ch. 4).
//
//	l = ½ Σ (y - t)²     ∂l/∂y = y - t     y, t [n, out]
//
// It is a sum over the outputs; MeanSquared is their mean, without the half. NaN and infinities follow IEEE 754.
type Quadratic struct{}

// Kind returns "quadratic".
func (Quadratic) Kind() string { return "quadratic" }

// Plan accepts any shape.
func (Quadratic) Plan(out tensor.Shape) (Plan, error) {
	return Plan{
		Task: Regression,
		F32:  newRows(quadratic[float32]{}, out),
		F64:  newRows(quadratic[float64]{}, out),
	}, nil
}

type quadratic[F kernel.Float] struct{}

func (quadratic[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	kernel.Sub(d, y, t)
	for i := range l {
		l[i] = 0.5 * kernel.SumSquares(d[i*width:][:width])
	}
	kernel.Scale(d, scale, d)
}

func (quadratic[F]) output(p, y []F, _ int) { copy(p, y) }
