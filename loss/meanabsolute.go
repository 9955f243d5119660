package loss

import (
	"math"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// MeanAbsolute is the mean absolute error over the outputs of an example. Outliers pull it no harder than other errors;
// the best constant under it is the median.
//
//	l = 1/out · Σ |y - t|     ∂l/∂y = 1/out · sign(y - t)     y, t [n, out]
//
// The slope at the kink y = t is taken as 0. NaN and infinities follow IEEE 754.
type MeanAbsolute struct{}

// Kind returns "mae".
func (MeanAbsolute) Kind() string { return "mae" }

// Plan accepts any shape.
func (MeanAbsolute) Plan(out tensor.Shape) (Plan, error) {
	return Plan{
		Task: Regression,
		F32:  newRows(meanAbsolute[float32]{}, out),
		F64:  newRows(meanAbsolute[float64]{}, out),
	}, nil
}

type meanAbsolute[F kernel.Float] struct{}

func (meanAbsolute[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	kernel.Sub(d, y, t)
	slope := scale / F(width)
	for i := range l {
		var sum float64
		e := d[i*width:][:width]
		for j, v := range e {
			sum += math.Abs(float64(v))
			e[j] = slope * sign(v)
		}
		l[i] = sum / float64(width)
	}
}

// sign is -1, 0 or 1; that of NaN is NaN.
func sign[F kernel.Float](v F) F {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return v
}

func (meanAbsolute[F]) output(p, y []F, _ int) { copy(p, y) }
