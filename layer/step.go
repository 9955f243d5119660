package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Step is the perceptron's threshold, element by element, whatever the shape.
//
//	y = 1 if x > 0, else 0     (0 at zero; NaN stays NaN)
//
// Its slope is 0 wherever it has one, so it cannot learn from a gradient: use it forward only (Saito ch. 2 and 3).
type Step struct{}

// Kind returns "step".
func (Step) Kind() string { return "step" }

// Plan accepts any shape.
func (Step) Plan(in tensor.Shape) (Plan, error) {
	p := planElementwise(in, step[float32]{}, step[float64]{})
	p.NoGradient = "the step function is flat, so its gradient is 0 everywhere; put layer.Sigmoid{} in its place"
	return p, nil
}

type step[F kernel.Float] struct{}

func (step[F]) apply(y, x []F) {
	for i, v := range x {
		switch {
		case v > 0:
			y[i] = 1
		case v <= 0:
			y[i] = 0
		default:
			y[i] = v
		}
	}
}

func (step[F]) grad(dx, _, _, _ []F) { clear(dx) }
