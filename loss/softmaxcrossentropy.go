package loss

import (
	"fmt"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// SoftmaxCrossEntropy is the cross-entropy of the softmax of the last layer's output, which are logits: put no softmax
// layer before it.
//
//	l = -Σ t·log p     p = softmax(y)     ∂l/∂y = p·Σt - t     y, t, p [n, out]
//
// Targets are one-hot rows or probabilities, Σt = 1, and the gradient is the books' p - t. A row with Σt = k, a
// multi-hot label, is k examples in one, each with one of its classes; if the classes are meant to be independent of
// each other, that is a task for BinaryCrossEntropy.
//
// The logarithm is that of log-softmax, never of a rounded p: logits of ±10⁴ give a loss of about 10⁴, not +Inf. A row
// with NaN or +Inf in y, or with nothing but -Inf, has the loss and the gradient NaN. A single -Inf is a class that is
// ruled out: p = 0, and a loss of +Inf if it is the target.
//
// With Weights w [out] an example counts as much as its class does, for data with few examples of some classes:
//
//	l = -Σ w·t·log p     ∂l/∂y = p·Σ(w·t) - w·t
//
// The loss of a batch stays the mean over its n examples, as in Keras; PyTorch divides by the sum of their weights.
type SoftmaxCrossEntropy struct {
	Weights []float64 // of each class, above 0; nil: 1 for all
}

// Kind returns "cross-entropy".
func (SoftmaxCrossEntropy) Kind() string { return "cross-entropy" }

// Plan wants a flat output of two classes or more.
func (s SoftmaxCrossEntropy) Plan(out tensor.Shape) (Plan, error) {
	if !out.Flat() {
		return Plan{}, fmt.Errorf("want a flat output, one logit a class, have %v; put layer.Flatten{} and layer.Dense{} before it", out)
	}
	if out[0] < 2 {
		return Plan{}, fmt.Errorf("want an output of at least 2 classes, have %v: the softmax of one logit is always 1; try loss.BinaryCrossEntropy{}", out)
	}
	if err := checkWeights(s.Weights, out[0], "class"); err != nil {
		return Plan{}, err
	}
	if len(s.Weights) > 0 {
		return Plan{
			Task: Classification,
			F32:  newRows(weightedCrossEntropy[float32]{as[float32](s.Weights)}, out),
			F64:  newRows(weightedCrossEntropy[float64]{as[float64](s.Weights)}, out),
		}, nil
	}
	return Plan{
		Task: Classification,
		F32:  newRows(softmaxCrossEntropy[float32]{}, out),
		F64:  newRows(softmaxCrossEntropy[float64]{}, out),
	}, nil
}

type softmaxCrossEntropy[F kernel.Float] struct{}

func (softmaxCrossEntropy[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	kernel.LogSoftmax(d, y, width)
	ones := true // Σt = 1 in every row
	for i := range l {
		logp, t := d[i*width:][:width], t[i*width:][:width]
		var entropy float64
		var sum F
		for j, tj := range t {
			if tj != 0 { // 0·log 0 is 0 here
				entropy -= float64(float64(tj) * float64(logp[j]))
				sum += tj
			}
		}
		l[i] = entropy
		ones = ones && sum == 1
	}
	kernel.Exp(d, d)
	for i := 0; i < len(l) && !ones; i++ {
		p, t := d[i*width:][:width], t[i*width:][:width]
		var sum F
		for _, tj := range t {
			sum += tj
		}
		kernel.Scale(p, sum, p)
	}
	kernel.Sub(d, d, t)
	kernel.Scale(d, scale, d)
}

func (softmaxCrossEntropy[F]) output(p, y []F, width int) { kernel.Softmax(p, y, width) }

// weightedCrossEntropy is softmaxCrossEntropy of the targets w·t.
type weightedCrossEntropy[F kernel.Float] struct{ weights []F }

func (c weightedCrossEntropy[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	kernel.LogSoftmax(d, y, width)
	for i := range l {
		logp, t := d[i*width:][:width], t[i*width:][:width]
		var entropy float64
		for j, tj := range t {
			if tj != 0 { // 0·log 0 is 0 here
				entropy -= float64(float64(F(c.weights[j]*tj)) * float64(logp[j]))
			}
		}
		l[i] = entropy
	}
	kernel.Exp(d, d)
	for i := range l {
		p, t := d[i*width:][:width], t[i*width:][:width]
		var sum F
		for j, tj := range t {
			sum += F(c.weights[j] * tj)
		}
		for j, tj := range t {
			p[j] = F(sum*p[j]) - F(c.weights[j]*tj)
		}
	}
	kernel.Scale(d, scale, d)
}

func (weightedCrossEntropy[F]) output(p, y []F, width int) { kernel.Softmax(p, y, width) }
