package loss

import (
	"math"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// BinaryCrossEntropy is the cross-entropy of every output on its own, each the answer to a question with yes or no. The
// last layer's output are logits: put no sigmoid layer before it.
//
//	l = -Σ t·ln p + (1-t)·ln(1-p)     p = σ(y)     ∂l/∂y = p - t     y, t, p [n, out]
//
// It is Nielsen's cross-entropy cost (ch. 3): a sum over the outputs, so that an output learns as fast in a wide network as
// in a narrow one. With Mean it is divided by the number of outputs. Targets are 0 or 1, any number of ones a row, or
// probabilities in between.
//
// It is computed as max(y,0) - y·t + ln(1 + e^-|y|), never from a rounded p: a logit of 10⁴ that should be -10⁴ costs 10⁴,
// not +Inf. A NaN in y makes the row's loss NaN; so may ±Inf, where IEEE 754 meets 0·∞.
type BinaryCrossEntropy struct {
	Mean bool // divide by the number of outputs
}

// Kind returns "binary-cross-entropy".
func (BinaryCrossEntropy) Kind() string { return "binary-cross-entropy" }

// Plan accepts any shape.
func (b BinaryCrossEntropy) Plan(out tensor.Shape) (Plan, error) {
	parts := 1
	if b.Mean {
		parts = out.Size()
	}
	return Plan{
		Task: MultiLabel,
		F32:  newRows(binaryCrossEntropy[float32]{parts}, out),
		F64:  newRows(binaryCrossEntropy[float64]{parts}, out),
	}, nil
}

type binaryCrossEntropy[F kernel.Float] struct{ parts int }

func (b binaryCrossEntropy[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	for i, z := range y {
		d[i] = -F(math.Abs(float64(z)))
	}
	kernel.Softplus(d, d) // ln(1 + e^-|y|)
	for i, z := range y {
		// max(y,0) - y·t without the difference of two large numbers.
		if z > 0 {
			d[i] += F(z * (1 - t[i]))
		} else {
			d[i] -= F(z * t[i])
		}
	}
	for i := range l {
		l[i] = float64(kernel.Sum(d[i*width:][:width])) / float64(b.parts)
	}
	kernel.Sigmoid(d, y)
	kernel.Sub(d, d, t)
	kernel.Scale(d, scale/F(b.parts), d)
}

func (binaryCrossEntropy[F]) output(p, y []F, _ int) { kernel.Sigmoid(p, y) }
