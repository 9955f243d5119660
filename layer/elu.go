package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// ELU is the exponential linear unit of every element, whatever the shape (Clevert et al. 2015).
//
//	y = x if x > 0, else Alpha·(eˣ - 1)     y′ = 1 if x > 0, else y + Alpha
//
// With an Alpha of 1 the slope has no jump; other values have one at x = 0.
type ELU struct {
	Alpha float64 // -Alpha is the limit of y for large negative x; 0 means 1
}

// Kind returns "elu".
func (ELU) Kind() string { return "elu" }

// Plan accepts any shape. Alpha must not be negative: the derivative is read off the sign of y.
func (e ELU) Plan(in tensor.Shape) (Plan, error) {
	alpha, err := positive(e.Alpha, 1)
	if err != nil {
		return Plan{}, err
	}
	return planElementwise(in, elu[float32]{float32(alpha)}, elu[float64]{alpha}), nil
}

type elu[F kernel.Float] struct{ alpha F }

func (e elu[F]) apply(y, x []F)        { kernel.ELU(y, x, e.alpha) }
func (e elu[F]) grad(dx, dy, _, y []F) { kernel.ELUGrad(dx, dy, y, e.alpha) }
