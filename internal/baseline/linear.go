package baseline

import (
	"math"
	"slices"

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
	p := &problem{n: n, d: d, k: k, x: features(train), target: targetsOf(train), numbers: kind == dataset.Real, labels: kind == dataset.MultiHot, weights: weights}
	w := minimize(p.loss, make([]float64, (d+1)*k))

	f := &Fit{Name: "logistic", Examples: test.Len(), Numbers: p.numbers}
	x, z, t := features(test), make([]float64, k), make([]float64, k)
	truth := targetsOf(test)
	in := 0 // the block of x that holds the example
	sum := 0.0
	hits, of, each := make([]float64, k), make([]float64, k), make([]float64, k)
	for i := range test.Len() {
		if i == x.blocks[in].first+x.blocks[in].n {
			in++
		}
		p.scores(z, w, &x.blocks[in], i-x.blocks[in].first)
		truth(t, i)
		best, all := 0, true
		for c := range z {
			if z[c] > z[best] {
				best = c
			}
			e := z[c] - t[c]
			sum += e * e
			right := (z[c] > 0) == (t[c] > 0.5)
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
		if class := test.Label(i); !p.labels && !p.numbers && class >= 0 {
			of[class]++
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
		f.Name, f.RMSE = "linear", math.Sqrt(sum/float64(test.Len()*k))
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

// targetsOf returns what writes the targets of example i of a set to t [Out]: those of all examples, as float64, would take more
// memory than the set.
func targetsOf(s *dataset.Set) func(t []float64, i int) {
	if s.Labels != nil {
		return func(t []float64, i int) {
			clear(t)
			t[s.Labels[i]] = 1
		}
	}
	return func(t []float64, i int) {
		for c, v := range s.Targets[i*s.Out : (i+1)*s.Out] {
			t[c] = float64(v)
		}
	}
}

// A problem is to find w [d+1, k], the last row of which is the bias, for x [n, d] and targets [n, k].
type problem struct {
	n, d, k int
	x       *matrix
	target  func(t []float64, i int)
	numbers bool
	labels  bool      // each output a yes or no of its own
	weights []float64 // of classes, or of a yes to each label; nil: 1

	e, terms []float64 // [rows of a block, k]: errors, and what they add to the loss
}

func (p *problem) weight(c int) float64 {
	if p.weights == nil {
		return 1
	}
	return p.weights[c]
}

// scores is: z = x·w + b, for row i of a block.
func (p *problem) scores(z, w []float64, b *block, i int) {
	copy(z, w[p.d*p.k:])
	b.row(z, w, i, p.d)
}

// ridge keeps the least squares unique where columns depend on one another, as the places of a category do. It is small enough
// not to be seen in a prediction.
const ridge = 1e-6

const (
	rowsAtOnce    = 512 // that a processor takes at a time
	columnsShared = 16  // parts that columns are taken in
)

// loss writes the gradient of the mean loss with its penalty to g and returns the loss. Rows are shared among the processors for their
// errors, then columns for their sums over the rows, each of which is one sum in the order of the rows: no bit depends on their number.
func (p *problem) loss(g, w []float64) float64 {
	clear(g)
	total, bias := 0.0, g[p.d*p.k:]
	for i := range p.x.blocks {
		b := &p.x.blocks[i]
		if size := b.n * p.k; len(p.e) < size {
			p.e, p.terms = make([]float64, size), make([]float64, size)
		}
		share(b.n, rowsAtOnce, func(lo, hi int) { p.errors(w, b, lo, hi) })
		share(p.d, max(1, p.d/columnsShared), func(lo, hi int) { b.gradient(g, p.e, p.k, p.d, lo, hi) })
		for _, v := range p.terms[:b.n*p.k] {
			total += v
		}
		for r := range b.n {
			axpy(bias, 1, p.e[r*p.k:(r+1)*p.k])
		}
	}
	n := float64(p.n)
	penalty := 1 / n
	if p.numbers {
		penalty = ridge
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

// errors writes the errors of rows lo to hi-1 of a block, which are the gradients by their scores, and their terms of the loss.
func (p *problem) errors(w []float64, b *block, lo, hi int) {
	t := make([]float64, p.k)
	for i := lo; i < hi; i++ {
		z, terms := p.e[i*p.k:(i+1)*p.k], p.terms[i*p.k:(i+1)*p.k]
		p.target(t, b.first+i)
		p.scores(z, w, b, i)
		switch {
		case p.numbers:
			for c := range z {
				z[c] -= t[c]
				terms[c] = z[c] * z[c] / 2
			}
		case p.labels:
			for c, v := range z {
				yes := t[c] * p.weight(c)
				both := yes + 1 - t[c]
				terms[c] = both*(math.Max(v, 0)+math.Log1p(math.Exp(-math.Abs(v)))) - v*yes
				z[c] = both/(1+math.Exp(-v)) - yes
			}
		default:
			p.classErrors(z, terms, t)
		}
	}
}

// classErrors is errors for one row of scores of classes.
func (p *problem) classErrors(z, terms, t []float64) {
	most := slices.Max(z)
	sum, all := 0.0, 0.0
	for c := range z {
		if z[c] -= most; z[c] == 0 {
			sum++ // the exponential of the largest, which takes a while to be computed
		} else {
			sum += math.Exp(z[c])
		}
		all += t[c] * p.weight(c)
	}
	log := math.Log(sum)
	for c := range z {
		yes := t[c] * p.weight(c)
		terms[c] = -yes * (z[c] - log)
		z[c] = all*math.Exp(z[c]-log) - yes
	}
}
