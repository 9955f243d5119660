package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Tanh is the hyperbolic tangent of every element, whatever the shape: a sigmoid stretched to (-1, 1),
// tanh(x) = 2σ(2x) - 1, whose outputs are centred on zero.
//
//	y = tanh(x)     tanh′ = 1 - y²
type Tanh struct{}

// Kind returns "tanh".
func (Tanh) Kind() string { return "tanh" }

// Plan accepts any shape.
func (Tanh) Plan(in tensor.Shape) (Plan, error) {
	return planElementwise(in, tanh[float32]{}, tanh[float64]{}), nil
}

type tanh[F kernel.Float] struct{}

func (tanh[F]) apply(y, x []F)        { kernel.Tanh(y, x) }
func (tanh[F]) grad(dx, dy, _, y []F) { kernel.TanhGrad(dx, dy, y) }

func (tanh[F]) Epilogue() kernel.Activation { return kernel.ActTanh }
