package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// A function is an element function y[i] = f(x[i]) and its derivative. It is stateless and works on any slice, so
// that it does not matter how a batch is cut.
type function[F kernel.Float] interface {
	// apply is: for i := range y { y[i] = f(x[i]) }
	apply(y, x []F)
	// grad is: for i := range dx { dx[i] = dy[i] * f′(x[i]) }, where y = f(x) is at hand as well. dx may be dy.
	grad(dx, dy, x, y []F)
}

// An epilogue is a function that a matrix product can apply to what it has just finished. Its grad reads y, not x:
// once it is fused, x is never stored.
type epilogue interface{ Epilogue() kernel.Activation }

// elementwise is the Op of a function.
type elementwise[F kernel.Float] struct {
	f    function[F]
	size int // elements of one example
}

// planElementwise is the plan of a layer that applies a function to every element, whatever the shape.
func planElementwise(in tensor.Shape, f32 function[float32], f64 function[float64]) Plan {
	size := in.Size()
	return Plan{Out: in, F32: elementwise[float32]{f32, size}, F64: elementwise[float64]{f64, size}}
}

func (e elementwise[F]) Forward(v *View[F], s Share) {
	lo, hi := s.Lo*e.size, s.Hi*e.size
	e.f.apply(v.Y[lo:hi], v.X[lo:hi])
}

func (e elementwise[F]) Backward(v *View[F], s Share) {
	if v.DX == nil {
		return
	}
	lo, hi := s.Lo*e.size, s.Hi*e.size
	e.f.grad(v.DX[lo:hi], v.DY[lo:hi], v.X[lo:hi], v.Y[lo:hi])
}
