package layer

import (
	"errors"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// A vectorFunction maps vectors to vectors of the same length.
type vectorFunction[F kernel.Float] interface {
	// apply maps many vectors, each width elements long and next to each other.
	apply(y, x []F, width int)
	// grad is one vector's dx = Jᵀ·dy.
	grad(dx, dy, y []F)
}

// vectors is the Op of a vectorFunction along the last axis.
type vectors[F kernel.Float] struct {
	f           vectorFunction[F]
	size, width int // elements of one example and of its last axis
}

// planVectors is the plan of a layer that applies a function along the last axis.
func planVectors(in tensor.Shape, f32 vectorFunction[float32], f64 vectorFunction[float64]) (Plan, error) {
	if len(in) == 0 {
		return Plan{}, errors.New("want at least one axis, have a scalar")
	}
	size, width := in.Size(), in[len(in)-1]
	return Plan{Out: in, F32: vectors[float32]{f32, size, width}, F64: vectors[float64]{f64, size, width}}, nil
}

func (o vectors[F]) Forward(v *View[F], s Share) {
	lo, hi := s.Lo*o.size, s.Hi*o.size
	o.f.apply(v.Y[lo:hi], v.X[lo:hi], o.width)
}

func (o vectors[F]) Backward(v *View[F], s Share) {
	if v.DX == nil {
		return
	}
	for lo := s.Lo * o.size; lo < s.Hi*o.size; lo += o.width {
		hi := lo + o.width
		o.f.grad(v.DX[lo:hi], v.DY[lo:hi], v.Y[lo:hi])
	}
}
