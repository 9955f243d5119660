// Package bookloss holds losses as study notes write them: on probabilities that a softmax or sigmoid layer has made. They
// serve to check gradients that come from such programs, in float64 alone. For training take package loss, which keeps
// activation and logarithm together and loses no digit.
package bookloss

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// CrossEntropy is Saito's cross_entropy_error of an output of probabilities:
//
//	l = -Σ t·ln(p + ε)     ∂l/∂p = -t/(p + ε)     p, t [n, out]
//
// The book's ε is 1e-7.
type CrossEntropy struct{ Epsilon float64 }

// Kind returns "cross-entropy of probabilities".
func (CrossEntropy) Kind() string { return "cross-entropy of probabilities" }

// Plan accepts any shape.
func (c CrossEntropy) Plan(out tensor.Shape) (loss.Plan, error) {
	return plan(out, loss.Classification, func(p, t float64) (l, d float64) {
		if t == 0 { // 0·ln 0 is 0 here
			return 0, 0
		}
		return -t * math.Log(p+c.Epsilon), -t / (p + c.Epsilon)
	}), nil
}

// BinaryCrossEntropy is the cross-entropy of every probability on its own:
//
//	l = -Σ t·ln(p + ε) + (1-t)·ln(1 - p + ε)     ∂l/∂p = (1-t)/(1 - p + ε) - t/(p + ε)
type BinaryCrossEntropy struct{ Epsilon float64 }

// Kind returns "binary-cross-entropy of probabilities".
func (BinaryCrossEntropy) Kind() string { return "binary-cross-entropy of probabilities" }

// Plan accepts any shape.
func (c BinaryCrossEntropy) Plan(out tensor.Shape) (loss.Plan, error) {
	return plan(out, loss.MultiLabel, func(p, t float64) (l, d float64) {
		if t != 0 {
			l, d = -t*math.Log(p+c.Epsilon), -t/(p+c.Epsilon)
		}
		if t != 1 {
			l, d = l-(1-t)*math.Log(1-p+c.Epsilon), d+(1-t)/(1-p+c.Epsilon)
		}
		return l, d
	}), nil
}

// Mean is a loss divided by the number of outputs: the mean over rows and columns that np.mean takes.
type Mean struct{ loss.Loss }

// Plan is that of the loss.
func (m Mean) Plan(out tensor.Shape) (loss.Plan, error) {
	p, err := m.Loss.Plan(out)
	if err == nil {
		p.F32, p.F64 = nil, mean{p.F64, float64(out.Size())}
	}
	return p, err
}

type mean struct {
	loss.Op[float64]
	out float64
}

func (m mean) Loss(l []float64, dy, y, t []float64, scale float64, lo, hi int) {
	m.Op.Loss(l, dy, y, t, scale/m.out, lo, hi)
	for i := lo; i < hi; i++ {
		l[i] /= m.out
	}
}

// OwnPrediction is a cross-entropy whose targets are the predictions themselves, which is what remains of a loss when the
// targets are overwritten by them: the entropy of p, whatever the labels. Output is the activation of the logits y:
//
//	softmax   l = -Σ p·ln p                          ∂l/∂y = -p·(ln p + l)
//	sigmoid   l = -Σ p·ln p + (1-p)·ln(1-p)          ∂l/∂y = -y·p·(1-p)
type OwnPrediction struct{ Output string }

// Kind returns "own prediction".
func (OwnPrediction) Kind() string { return "own prediction" }

// Plan wants an Output of softmax or sigmoid.
func (o OwnPrediction) Plan(out tensor.Shape) (loss.Plan, error) {
	switch o.Output {
	case "softmax":
		plan, err := loss.SoftmaxCrossEntropy{}.Plan(out)
		plan.F32, plan.F64 = nil, entropy{plan.F64, out.Size()}
		return plan, err
	case "sigmoid":
		return plan(out, loss.MultiLabel, func(y, _ float64) (l, d float64) {
			p := 1 / (1 + math.Exp(-y))
			if p == 0 || p == 1 {
				return 0, 0
			}
			return -p*math.Log(p) - (1-p)*math.Log(1-p), -y * p * (1 - p)
		}), nil
	}
	return loss.Plan{}, fmt.Errorf("want an output of softmax or sigmoid, have %q", o.Output)
}

// entropy is the Op of OwnPrediction for softmax.
type entropy struct {
	loss.Op[float64] // for Output
	width            int
}

func (e entropy) Loss(l []float64, dy, y, _ []float64, scale float64, lo, hi int) {
	p := make([]float64, len(y))
	e.Op.Output(p, y, lo, hi)
	for r := lo; r < hi; r++ {
		row := p[r*e.width:][:e.width]
		l[r] = 0
		for _, p := range row {
			if p > 0 {
				l[r] -= p * math.Log(p)
			}
		}
		for k, p := range row {
			if dy != nil {
				dy[r*e.width+k] = -scale * p * (math.Log(max(p, math.SmallestNonzeroFloat64)) + l[r])
			}
		}
	}
}

// plan returns the plan of a loss that is a sum over the outputs of f, which returns a term and its derivative.
func plan(out tensor.Shape, task loss.Task, f func(y, t float64) (l, d float64)) loss.Plan {
	return loss.Plan{Task: task, F64: terms{f, out.Size()}}
}

type terms struct {
	f     func(y, t float64) (l, d float64)
	width int
}

func (o terms) Loss(l []float64, dy, y, t []float64, scale float64, lo, hi int) {
	for r := lo; r < hi; r++ {
		l[r] = 0
		for i := r * o.width; i < (r+1)*o.width; i++ {
			term, d := o.f(y[i], t[i])
			l[r] += term
			if dy != nil {
				dy[i] = scale * d
			}
		}
	}
}

func (o terms) Output(p, y []float64, lo, hi int) {
	copy(p[lo*o.width:hi*o.width], y[lo*o.width:hi*o.width])
}
