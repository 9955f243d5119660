package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Softmax turns the last axis into probabilities: positive, and of sum 1.
//
//	y = e^(x-m) / Σ e^(x-m)     m = max(x)     dx = y·(dy - Σ dy·y)
//
// The largest element is taken off first, so that e does not overflow: it cancels (Saito ch. 3). To learn
// classes leave Softmax out and use loss.SoftmaxCrossEntropy, which has it inside and never rounds a small
// probability to 0.
type Softmax struct{}

// Kind returns "softmax".
func (Softmax) Kind() string { return "softmax" }

// Plan accepts any shape of at least one axis.
func (Softmax) Plan(in tensor.Shape) (Plan, error) {
	return planVectors(in, softmax[float32]{}, softmax[float64]{})
}

type softmax[F kernel.Float] struct{}

func (softmax[F]) apply(y, x []F, width int) { kernel.Softmax(y, x, width) }

// grad is the Jacobian, diag(y) - y·yᵀ, times dy.
func (softmax[F]) grad(dx, dy, y []F) {
	kernel.Mul(dx, dy, y)
	kernel.Axpy(dx, -kernel.Sum(dx), y)
}
