package optim

import (
	"math"

	"github.com/gradus-nn/gradus/kernel"
)

// Norm returns √Σg², the Euclidean norm of all gradients taken as one vector, summed in float64 in a fixed order.
func Norm[F kernel.Float](grads []F) float64 { return math.Sqrt(kernel.SumSquares(grads)) }

// ClipNorm shortens grads to Euclidean length limit if they are longer, keeping their direction (Pascanu et al. 2013), and
// returns the length they had:
//
//	norm = √Σg²        if norm > limit { g *= limit/norm }
//
// Gradients whose norm is not finite stay as they are: no factor could mend them.
func ClipNorm[F kernel.Float](grads []F, limit float64) (norm float64) {
	norm = Norm(grads)
	if norm > limit && !math.IsInf(norm, 1) {
		kernel.Scale(grads, F(limit/norm), grads)
	}
	return norm
}

// ClipValue limits every gradient by itself, which changes their direction. NaN stays NaN.
//
//	g = min(max(g, -limit), limit)
func ClipValue[F kernel.Float](grads []F, limit float64) {
	bound := F(limit)
	for i, g := range grads {
		if g > bound {
			grads[i] = bound
		} else if g < -bound {
			grads[i] = -bound
		}
	}
}
