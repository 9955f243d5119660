package loss

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Huber is quadratic for errors up to Delta and linear beyond (Huber 1964), so that outliers do not rule: its slope is
// that of ½e² cut off at ±Delta. It is the mean over the outputs of an example.
//
//	l = 1/out · Σ h(y - t)     h(e) = ½e² if |e| ≤ Delta, else Delta·(|e| - ½Delta)     y, t [n, out]
//	∂l/∂y = 1/out · min(max(y - t, -Delta), Delta)
//
// NaN and infinities follow IEEE 754.
type Huber struct {
	Delta float64 // in the unit of the targets; 0 means 1
}

// Kind returns "huber".
func (Huber) Kind() string { return "huber" }

// Plan accepts any shape. Delta must not be negative.
func (h Huber) Plan(out tensor.Shape) (Plan, error) {
	delta := h.Delta
	if delta == 0 {
		delta = 1
	}
	if !(delta > 0 && delta <= math.MaxFloat32 && float32(delta) > 0) {
		return Plan{}, fmt.Errorf("want a delta above 0 that float32 can hold, have %v; the usual one is 1", delta)
	}
	return Plan{
		Task: Regression,
		F32:  newRows(huber[float32]{float32(delta)}, out),
		F64:  newRows(huber[float64]{delta}, out),
	}, nil
}

type huber[F kernel.Float] struct{ delta F }

func (h huber[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	kernel.Sub(d, y, t)
	delta := float64(h.delta)
	for i := range l {
		var sum float64
		e := d[i*width:][:width]
		for j, v := range e {
			if a := math.Abs(float64(v)); a > delta {
				sum += float64(delta * (a - 0.5*delta))
			} else {
				sum += float64(0.5 * a * a)
			}
			e[j] = min(max(v, -h.delta), h.delta) // NaN stays NaN
		}
		l[i] = sum / float64(width)
	}
	kernel.Scale(d, scale/F(width), d)
}

func (huber[F]) output(p, y []F, _ int) { copy(p, y) }
