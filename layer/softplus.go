package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Softplus is a rectifier without a kink, on every element, whatever the shape (Dugas et al. 2001).
//
//	y = ln(1 + eˣ) = max(x, 0) + ln(1 + e^-|x|)     y′ = σ(x)
type Softplus struct{}

// Kind returns "softplus".
func (Softplus) Kind() string { return "softplus" }

// Plan accepts any shape.
func (Softplus) Plan(in tensor.Shape) (Plan, error) {
	return planElementwise(in, softplus[float32]{}, softplus[float64]{}), nil
}

type softplus[F kernel.Float] struct{}

func (softplus[F]) apply(y, x []F)        { kernel.Softplus(y, x) }
func (softplus[F]) grad(dx, dy, x, _ []F) { kernel.SoftplusGrad(dx, dy, x) }
