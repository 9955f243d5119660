package layer

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// LeakyReLU is a rectifier that lets a little of the negative side through, so that no unit goes silent for good
// (Maas et al. 2013). It acts on every element, whatever the shape.
//
//	y = x if x > 0, else Alpha·x     y′ = 1 if x > 0, else Alpha
//
// The slope at the kink x = 0 is taken as Alpha.
type LeakyReLU struct {
	Alpha float64 // slope of the negative side; 0 means 0.01
}

// Kind returns "leaky-relu".
func (LeakyReLU) Kind() string { return "leaky-relu" }

// Plan accepts any shape. Alpha must not be negative: the derivative is read off the sign of y.
func (l LeakyReLU) Plan(in tensor.Shape) (Plan, error) {
	alpha, err := positive(l.Alpha, 0.01)
	if err != nil {
		return Plan{}, err
	}
	return planElementwise(in, leakyReLU[float32]{float32(alpha)}, leakyReLU[float64]{alpha}), nil
}

// positive returns alpha, or its default if it is not set.
func positive(alpha, standard float64) (float64, error) {
	if alpha == 0 {
		return standard, nil
	}
	if alpha > 0 && alpha <= math.MaxFloat32 && float32(alpha) > 0 {
		return alpha, nil
	}
	return 0, fmt.Errorf("want an alpha above 0 that float32 can hold, have %v; the usual one is %v", alpha, standard)
}

type leakyReLU[F kernel.Float] struct{ alpha F }

func (l leakyReLU[F]) apply(y, x []F)        { kernel.LeakyReLU(y, x, l.alpha) }
func (l leakyReLU[F]) grad(dx, dy, _, y []F) { kernel.LeakyReLUGrad(dx, dy, y, l.alpha) }
