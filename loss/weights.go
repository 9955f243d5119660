package loss

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/kernel"
)

// checkWeights reports why weights cannot be those of a loss with so many outputs; none at all can.
func checkWeights(weights []float64, outputs int, what string) error {
	if len(weights) == 0 {
		return nil
	}
	if len(weights) != outputs {
		return fmt.Errorf("want a weight for each %s, %d of them, or none at all, have %d", what, outputs, len(weights))
	}
	for i, w := range weights {
		if !(w <= math.MaxFloat32 && float32(w) > 0) {
			return fmt.Errorf("want weights above 0 that float32 can hold, have %v for %s %d; 1 is usual", w, what, i)
		}
	}
	return nil
}

func as[F kernel.Float](weights []float64) []F {
	list := make([]F, len(weights))
	for i, w := range weights {
		list[i] = F(w)
	}
	return list
}
