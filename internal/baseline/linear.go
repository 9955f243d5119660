package baseline

import (
	"math"

	"github.com/gradus-nn/gradus/dataset"
)

// A Fit is how well the best straight model does: what a network has to beat to be worth its hidden layer.
type Fit struct {
	Name     string  `json:"name"` // "logistic" or "linear"
	Examples int     `json:"examples"`
	Correct  int     `json:"correct"`
	RMSE     float64 `json:"rmse"`
	Balanced float64 `json:"balanced_accuracy,omitempty"` // of classes: the mean of their recalls
	Numbers  bool    `json:"regression"`

	// Each is, of several numbers, the rmse of each, and of labels the share of right answers about each.
	Each []float64 `json:"each,omitempty"`
}

// maxWork bounds a fit: examples × features × outputs, of which it takes some hundred passes.
const maxWork = 20_000_000

// Straight fits the model without a hidden layer to train, over the whole set at once, and judges it on test: softmax regression
// with scikit-learn's usual penalty (C = 1: ½Σw² beside the sum of the losses), a logistic regression for every label with the
// same penalty, or least squares. It is nil where it would take long.
func Straight(train, test *dataset.Set) *Fit { return Weighted(train, test, nil) }

// Weighted is Straight with the weights of classes, or of a yes to each label, that the losses of a network have.
func Weighted(train, test *dataset.Set, weights []float64) *Fit {
	n, d, k := train.Len(), train.X.Width(), train.Out
	if n == 0 || test.Len() == 0 || n > maxWork/d/k {
		return nil
	}
	kind := train.Kind()
	p := &problem{n: n, d: d, k: k, x: features(train), numbers: kind == dataset.Real, labels: kind == dataset.MultiHot, weights: weights}
	p.t = make([]float64, n*k)
	dataset.GatherT(train.All(), p.t, 0, n)
	w := minimize(p.loss, make([]float64, (d+1)*k))

	f := &Fit{Name: "logistic", Examples: test.Len(), Numbers: p.numbers}
	x, z := features(test), make([]float64, k)
	t := make([]float64, test.Len()*k)
	dataset.GatherT(test.All(), t, 0, test.Len())
	sum := 0.0
	hits, of, each := make([]float64, k), make([]float64, k), make([]float64, k)
	for i := range test.Len() {
		p.scores(z, w, x[i*d:(i+1)*d])
		best, all := 0, true
		for c := range z {
			if z[c] > z[best] {
				best = c
			}
			e := z[c] - t[i*k+c]
			sum += e * e
			right := (z[c] > 0) == (t[i*k+c] > 0.5)
			all = all && right
			switch {
			case p.numbers:
				each[c] += e * e
			case right:
				each[c]++
			}
		}
		if p.labels && all || !p.labels && !p.numbers && test.Label(i) == best {
			f.Correct++
			if !p.labels {
				hits[best]++
			}
		}
		if truth := test.Label(i); !p.labels && !p.numbers && truth >= 0 {
			of[truth]++
		}
	}
	if p.labels || p.numbers && k > 1 {
		f.Each = each
		for c := range each {
			each[c] /= float64(test.Len())
		}
	}
	if !p.labels && !p.numbers {
		f.Balanced = meanRecall(hits, of)
	}
	if p.numbers {
		f.Name, f.RMSE = "linear", math.Sqrt(sum/float64(len(t)))
		if test.Unit != 0 {
			f.RMSE *= test.Unit
		}
		for c := range f.Each {
			f.Each[c] = math.Sqrt(f.Each[c])
		}
	}
	return f
}

// meanRecall is the mean over the classes that there are examples of.
func meanRecall(hits, of []float64) float64 {
	sum, classes := 0.0, 0.0
	for c, n := range of {
		if n > 0 {
			sum, classes = sum+hits[c]/n, classes+1
		}
	}
	return sum / max(1, classes)
}

// features returns all features of a set, x [n, width]. They are float32 wherever they come from; wider ones would take twice the
// memory for the same numbers.
func features(s *dataset.Set) []float32 {
	x := make([]float32, s.Len()*s.X.Width())
	dataset.GatherX(s.All(), x, 0, s.Len())
	return x
}

// A problem is to find w [d+1, k], the last row of which is the bias, for x [n, d] and t [n, k].
type problem struct {
	n, d, k int
	x       []float32
	t       []float64
	numbers bool
	labels  bool      // each output a yes or no of its own
	weights []float64 // of classes, or of a yes to each label; nil: 1
}

func (p *problem) weight(c int) float64 {
	if p.weights == nil {
		return 1
	}
	return p.weights[c]
}

// scores is: z = x·w + b
func (p *problem) scores(z, w []float64, x []float32) {
	copy(z, w[p.d*p.k:])
	for j, v := range x {
		v := float64(v)
		if v == 0 {
			continue
		}
		for c, u := range w[j*p.k : (j+1)*p.k] {
			z[c] += v * u
		}
	}
}

// ridge keeps the least squares unique where columns depend on one another, as the places of a category do. It is small enough
// not to be seen in a prediction.
const ridge = 1e-6

// loss writes the gradient of the mean loss with its penalty to g and returns the loss.
func (p *problem) loss(g, w []float64) float64 {
	clear(g)
	n := float64(p.n)
	penalty := 1 / n
	if p.numbers {
		penalty = ridge
	}
	z := make([]float64, p.k)
	total := 0.0
	for i := range p.n {
		x, t := p.x[i*p.d:(i+1)*p.d], p.t[i*p.k:(i+1)*p.k]
		p.scores(z, w, x)
		switch {
		case p.numbers:
			for c := range z {
				z[c] -= t[c]
				total += z[c] * z[c] / 2
			}
		case p.labels:
			for c, v := range z {
				yes := t[c] * p.weight(c)
				both := yes + 1 - t[c]
				total += both*(math.Max(v, 0)+math.Log1p(math.Exp(-math.Abs(v)))) - v*yes
				z[c] = both/(1+math.Exp(-v)) - yes
			}
		default:
			most := z[0]
			for _, v := range z {
				most = math.Max(most, v)
			}
			sum := 0.0
			for c := range z {
				z[c] -= most
				sum += math.Exp(z[c])
			}
			log, all := math.Log(sum), 0.0
			for c := range z {
				all += t[c] * p.weight(c)
			}
			for c := range z {
				yes := t[c] * p.weight(c)
				total -= yes * (z[c] - log)
				z[c] = all*math.Exp(z[c]-log) - yes
			}
		}
		for j, v := range x {
			v := float64(v)
			if v == 0 {
				continue
			}
			for c, e := range z {
				g[j*p.k+c] += v * e
			}
		}
		for c, e := range z {
			g[p.d*p.k+c] += e
		}
	}
	total /= n
	for i := range g {
		g[i] /= n
		if i < p.d*p.k {
			total += penalty * w[i] * w[i] / 2
			g[i] += penalty * w[i]
		}
	}
	return total
}
