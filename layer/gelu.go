package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// GELU is the Gaussian error linear unit of every element, whatever the shape (Hendrycks & Gimpel 2016): the input
// times the probability that a standard normal variable lies below it.
//
//	y = x·Φ(x)     y′ = Φ(x) + x·φ(x)     Φ(x) = (1 + erf(x/√2))/2     φ(x) = e^(-x²/2)/√(2π)
//
// This is the exact form, not the approximation by tanh.
type GELU struct{}

// Kind returns "gelu".
func (GELU) Kind() string { return "gelu" }

// Plan accepts any shape.
func (GELU) Plan(in tensor.Shape) (Plan, error) {
	return planElementwise(in, gelu[float32]{}, gelu[float64]{}), nil
}

type gelu[F kernel.Float] struct{}

func (gelu[F]) apply(y, x []F)        { kernel.GELU(y, x) }
func (gelu[F]) grad(dx, dy, x, _ []F) { kernel.GELUGrad(dx, dy, x) }
