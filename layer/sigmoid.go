package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Sigmoid is the logistic function of every element, whatever the shape.
//
//	y = σ(x) = 1 / (1 + e⁻ˣ)     σ′ = y·(1-y)
//
// Its slope is at most 1/4 and fades where |x| is large: with the quadratic loss, an output that is badly wrong
// learns slowly (Nielsen ch. 3). For probabilities at the output leave it out and use loss.BinaryCrossEntropy.
type Sigmoid struct{}

// Kind returns "sigmoid".
func (Sigmoid) Kind() string { return "sigmoid" }

// Plan accepts any shape.
func (Sigmoid) Plan(in tensor.Shape) (Plan, error) {
	return planElementwise(in, sigmoid[float32]{}, sigmoid[float64]{}), nil
}

type sigmoid[F kernel.Float] struct{}

func (sigmoid[F]) apply(y, x []F)        { kernel.Sigmoid(y, x) }
func (sigmoid[F]) grad(dx, dy, _, y []F) { kernel.SigmoidGrad(dx, dy, y) }

func (sigmoid[F]) Epilogue() kernel.Activation { return kernel.ActSigmoid }
