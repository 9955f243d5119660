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
//
// With Positive w [out] a yes counts w times as much as a no, for answers that are rarely yes (PyTorch's pos_weight):
//
//	l = -Σ w·t·ln p + (1-t)·ln(1-p)     ∂l/∂y = p·(w·t + 1-t) - w·t
type BinaryCrossEntropy struct {
	Mean     bool      // divide by the number of outputs
	Positive []float64 // weight of a yes of each output, above 0; nil: 1 for all
}

// Kind returns "binary-cross-entropy".
func (BinaryCrossEntropy) Kind() string { return "binary-cross-entropy" }

// Plan accepts any shape; Positive must have a weight for each output.
func (b BinaryCrossEntropy) Plan(out tensor.Shape) (Plan, error) {
	parts := 1
	if b.Mean {
		parts = out.Size()
	}
	if err := checkWeights(b.Positive, out.Size(), "output"); err != nil {
		return Plan{}, err
	}
	if len(b.Positive) > 0 {
		return Plan{
			Task: MultiLabel,
			F32:  newRows(weightedBinaryCrossEntropy[float32]{parts, as[float32](b.Positive)}, out),
			F64:  newRows(weightedBinaryCrossEntropy[float64]{parts, as[float64](b.Positive)}, out),
		}, nil
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
	kernel.Exp(d, d)
	for i := range l {
		l[i] = crossEntropy(d[i*width:][:width], y[i*width:], t[i*width:]) / float64(b.parts)
	}
	kernel.Sigmoid(d, y)
	kernel.Sub(d, d, t)
	kernel.Scale(d, scale/F(b.parts), d)
}

// crossEntropy returns Σ max(y,0) - y·t + ln(1 + e) of one row, where e is e^-|y|.
//
// The logarithms are those of one product: with q = (1+e₀)·(1+e₁)… - 1, of which small e do not vanish, their sum is
// ln(1 + q).
func crossEntropy[F kernel.Float](e, y, t []F) float64 {
	var linear, q float64
	for j := range e {
		// max(y,0) - y·t without the difference of two large numbers.
		if z, t := float64(y[j]), float64(t[j]); z > 0 {
			linear += float64(z * (1 - t))
		} else {
			linear -= float64(z * t)
		}
		q += float64(float64(e[j]) * (1 + q))
		if q > 1<<60 {
			linear, q = linear+log1p(q), 0
		}
	}
	return linear + log1p(q)
}

// log1p is ln(1 + q) for q ≥ 0, within 4 ULP. Unlike math.Log1p it has the same bits on every processor.
func log1p(q float64) float64 {
	k := 0
	if q > 1 { // 1 + q = 2ᵏ·(1 + q′) with q′ from 0 to 1
		m, exponent := math.Frexp(1 + q)
		q, k = 2*m-1, exponent-1
	}
	// ln(1 + q) = 2·artanh s = 2s·(1 + s²/3 + s⁴/5 + …). With s ≤ 1/3 the first term left out is below 2⁻⁵⁶.
	s := q / (2 + q)
	z := s * s
	p := 0.0
	for _, c := range artanh {
		p = math.FMA(p, z, c)
	}
	return math.FMA(float64(k), math.Ln2, 2*s*p)
}

// artanh are the coefficients of artanh(s)/s in s², highest power first.
var artanh = [...]float64{
	1. / 33, 1. / 31, 1. / 29, 1. / 27, 1. / 25, 1. / 23, 1. / 21, 1. / 19, 1. / 17,
	1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3, 1,
}

func (binaryCrossEntropy[F]) output(p, y []F, _ int) { kernel.Sigmoid(p, y) }

type weightedBinaryCrossEntropy[F kernel.Float] struct {
	parts    int
	positive []F
}

// loss weighs every logarithm by itself, so that it cannot take those of a row together as crossEntropy does:
//
//	l = Σ w·t·max(-y,0) + (1-t)·max(y,0) + (w·t + 1-t)·ln(1 + e^-|y|)
func (b weightedBinaryCrossEntropy[F]) loss(l []float64, d, y, t []F, scale F, width int) {
	for i, z := range y {
		d[i] = -F(math.Abs(float64(z)))
	}
	kernel.Exp(d, d)
	for i := range l {
		sum := 0.0
		for j, e := range d[i*width:][:width] {
			z, tj := float64(y[i*width+j]), t[i*width+j]
			yes, no := float64(F(b.positive[j]*tj)), float64(1-tj)
			if z > 0 {
				sum += float64(z * no)
			} else {
				sum -= float64(z * yes)
			}
			sum += float64((yes + no) * log1p(float64(e)))
		}
		l[i] = sum / float64(b.parts)
	}
	kernel.Sigmoid(d, y)
	for i := range l {
		p, t := d[i*width:][:width], t[i*width:][:width]
		for j, tj := range t {
			yes := F(b.positive[j] * tj)
			p[j] = F(p[j]*(yes+(1-tj))) - yes
		}
	}
	kernel.Scale(d, scale/F(b.parts), d)
}

func (weightedBinaryCrossEntropy[F]) output(p, y []F, _ int) { kernel.Sigmoid(p, y) }
