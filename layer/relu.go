package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// ReLU is the rectifier of every element, whatever the shape.
//
//	y = max(0, x)     relu′ = 1 if x > 0, else 0
//
// The slope at the kink x = 0 is taken as 0. NaN stays NaN. Start the dense layer before it with initializer.He.
type ReLU struct{}

// Kind returns "relu".
func (ReLU) Kind() string { return "relu" }

// Plan accepts any shape.
func (ReLU) Plan(in tensor.Shape) (Plan, error) {
	return planElementwise(in, relu[float32]{}, relu[float64]{}), nil
}

type relu[F kernel.Float] struct{}

func (relu[F]) apply(y, x []F)        { kernel.ReLU(y, x) }
func (relu[F]) grad(dx, dy, _, y []F) { kernel.ReLUGrad(dx, dy, y) }

func (relu[F]) Epilogue() kernel.Activation { return kernel.ActReLU }
