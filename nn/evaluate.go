package nn

import (
	"context"
	"math"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/loss"
)

// An Evaluation says how well a network does on a set. Which figures make sense depends on the task.
type Evaluation struct {
	Task     loss.Task
	Examples int
	Loss     float64 // mean over the examples, without regularisers
	Correct  int     // examples with the right class; with every label right, where there are several
	MAE      float64 // regression: mean of |y - t| over all outputs, in the set's Unit
	RMSE     float64 // regression: root of the mean of (y - t)², in the set's Unit
	R2       float64 // regression: 1 - Σ(y - t)²/Σ(t - mean)², 0 for a model no better than the mean; of targets that never change 1 or 0
}

// Accuracy returns the share of correct examples.
func (e Evaluation) Accuracy() float64 { return float64(e.Correct) / float64(max(1, e.Examples)) }

// Evaluate runs the network over a whole set in inference mode. It returns early with ctx's error.
func (n *Net[F]) Evaluate(ctx context.Context, set *dataset.Set) (Evaluation, error) {
	t := NewTally[F](n.TaskOn(set), set)
	if err := n.Each(ctx, set, t.Add); err != nil {
		return Evaluation{}, err
	}
	return t.Evaluation(), nil
}

// A Tally collects what an [Evaluation] is made of, for whoever goes through a set with [Net.Each] and wants more of it than that:
//
//	tally := nn.NewTally[float32](net.TaskOn(set), set)
//	err := net.Each(ctx, set, func(i int, p []float32, loss float64) {
//		tally.Add(i, p, loss)
//		...
//	})
type Tally[F kernel.Float] struct {
	set  *dataset.Set
	e    Evaluation // whose Loss is the sum of the losses
	sums regressionSums
}

// NewTally returns a tally of no answers yet about the examples of set, for a network that is used for task.
func NewTally[F kernel.Float](task loss.Task, set *dataset.Set) *Tally[F] {
	return &Tally[F]{set: set, e: Evaluation{Task: task}}
}

// Add takes the prediction p for example i of the set, and its loss.
func (t *Tally[F]) Add(i int, p []F, l float64) {
	t.e.Examples++
	t.e.Loss += l
	switch t.e.Task {
	case loss.Classification:
		if Argmax(p) == t.set.Label(i) {
			t.e.Correct++
		}
	case loss.MultiLabel:
		if sameLabels(p, t.set.Targets[i*t.set.Out:(i+1)*t.set.Out]) {
			t.e.Correct++
		}
	case loss.Regression:
		for j, v := range t.set.Targets[i*t.set.Out : (i+1)*t.set.Out] {
			t.sums.add(float64(p[j]), float64(v))
		}
	}
}

// Evaluation returns what the answers so far amount to.
func (t *Tally[F]) Evaluation() Evaluation {
	e := t.e
	e.Loss /= float64(max(1, e.Examples))
	if e.Task == loss.Regression {
		e.MAE, e.RMSE, e.R2 = t.sums.result()
		if t.set.Unit != 0 {
			e.MAE *= t.set.Unit
			e.RMSE *= t.set.Unit
		}
	}
	return e
}

// TaskOn returns what the network is used for on a set: any loss can learn classes (Nielsen's chapter 1 does it with
// the quadratic cost), and then accuracy is what counts.
func (n *Net[F]) TaskOn(set *dataset.Set) loss.Task {
	if set.Labels != nil {
		return loss.Classification
	}
	return n.Task()
}

// Each calls f for every example of the set in order: with its number, the network's prediction (valid during the
// call only) and its loss.
func (n *Net[F]) Each(ctx context.Context, set *dataset.Set, f func(i int, p []F, loss float64)) error {
	if err := n.Fits(set); err != nil {
		return err
	}
	const most, elements = 4096, 1 << 17 // rows at a time, and numbers of their predictions
	p, out := n.ownPredictor(), n.Out()
	size := max(1, min(most, elements/out, set.Len()))
	b := dataset.Batch{Set: set, Rows: make([]int, size)}
	y, losses := make([]F, size*out), make([]float64, size)
	for lo := 0; lo < set.Len(); lo += size {
		if err := ctx.Err(); err != nil {
			return err
		}
		b.Rows = b.Rows[:min(size, set.Len()-lo)]
		for i := range b.Rows {
			b.Rows[i] = lo + i
		}
		p.judge(b, y[:b.Len()*out], losses[:b.Len()])
		for i := range b.Rows {
			f(lo+i, y[i*out:(i+1)*out], losses[i])
		}
	}
	return nil
}

// Argmax returns the index of the largest element, the first of equals; NaN is never the largest.
func Argmax[F float32 | float64](p []F) int {
	best := 0
	for i, v := range p {
		if v > p[best] || p[best] != p[best] {
			best = i
		}
	}
	return best
}

func sameLabels[F float32 | float64](p []F, t []float32) bool {
	for i, v := range p {
		if (v > 0.5) != (t[i] > 0.5) {
			return false
		}
	}
	return true
}

// regressionSums collects what mean absolute error, root mean squared error and R² are made of.
type regressionSums struct{ n, abs, squares, t, tt float64 }

func (s *regressionSums) add(y, t float64) {
	s.n++
	s.abs += math.Abs(y - t)
	s.squares += float64((y - t) * (y - t))
	s.t += t
	s.tt += float64(t * t)
}

func (s *regressionSums) result() (mae, rmse, r2 float64) {
	if s.n == 0 {
		return 0, 0, 0
	}
	switch total := s.tt - float64(s.t*s.t/s.n); {
	case total > 0:
		r2 = 1 - s.squares/total
	case s.squares == 0:
		r2 = 1
	}
	return s.abs / s.n, math.Sqrt(s.squares / s.n), r2
}
