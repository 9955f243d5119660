package ch04

import (
	"math"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// MismatchedLoss is what a study note trains with, and it is wrong on purpose: its loss and its gradient belong to two
// different functions.
//
//	y = softmax(z)     l = -Σ t·ln y + (1-t)·ln(1-y)     "∂l/∂z" = y - t
//
// The gradient y - t is that of softmax with l = -Σ t·ln y and one-hot targets, and also that of sigmoids with the loss
// above. Softmax with the loss above has another one. Descent along y - t still goes down somewhat, so that nobody notices:
// only a comparison with the numerical gradient tells.
type MismatchedLoss struct{}

// Kind returns "mismatched".
func (MismatchedLoss) Kind() string { return "mismatched" }

// Plan accepts a flat output.
func (MismatchedLoss) Plan(out tensor.Shape) (loss.Plan, error) {
	return loss.Plan{
		Task: loss.MultiLabel,
		F32:  mismatched[float32]{out.Size()},
		F64:  mismatched[float64]{out.Size()},
	}, nil
}

type mismatched[F kernel.Float] struct{ width int }

func (m mismatched[F]) Loss(l []float64, dy, z, t []F, scale F, lo, hi int) {
	y := make([]F, m.width)
	for i := lo; i < hi; i++ {
		row := i * m.width
		kernel.Softmax(y, z[row:row+m.width], m.width)
		l[i] = 0
		for j, p := range y {
			target := t[row+j]
			l[i] -= float64(target)*math.Log(float64(p)) + float64(1-target)*math.Log(1-float64(p))
			if dy != nil {
				dy[row+j] = scale * (p - target)
			}
		}
	}
}

func (m mismatched[F]) Output(p, z []F, lo, hi int) {
	kernel.Softmax(p[lo*m.width:hi*m.width], z[lo*m.width:hi*m.width], m.width)
}
