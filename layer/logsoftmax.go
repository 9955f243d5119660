package layer

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// LogSoftmax is the logarithm of Softmax along the last axis, without the detour over probabilities that round to 0.
//
//	y = (x - m) - ln Σ e^(x-m)     m = max(x)     dx = dy - eʸ·Σ dy
type LogSoftmax struct{}

// Kind returns "log-softmax".
func (LogSoftmax) Kind() string { return "log-softmax" }

// Plan accepts any shape of at least one axis.
func (LogSoftmax) Plan(in tensor.Shape) (Plan, error) {
	return planVectors(in, logSoftmax[float32]{}, logSoftmax[float64]{})
}

type logSoftmax[F kernel.Float] struct{}

func (logSoftmax[F]) apply(y, x []F, width int) { kernel.LogSoftmax(y, x, width) }

func (logSoftmax[F]) grad(dx, dy, y []F) {
	kernel.Exp(dx, y)
	kernel.Scale(dx, -kernel.Sum(dy), dx)
	kernel.Add(dx, dx, dy)
}
