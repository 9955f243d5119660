package train

import (
	"context"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// An observer compares a training with what it was at its beginning, on a sample of the training examples.
type observer struct {
	probe  *dataset.Set
	first  look // at the beginning
	judged bool // the learning rate has been judged
}

// A look is what a network does on the probe at one time.
type look struct {
	Loss     number `json:"loss"`
	Accuracy number `json:"accuracy"`
	R2       number `json:"r2"`
	Spread   number `json:"spread"` // how much predictions differ between examples: the root mean square of their deviations
	Doubt    number `json:"doubt"`  // mean of p(1-p): 0 where every output is at one end
}

// probeSize is how many examples are looked at: enough that chance, 1/√n, is 3 %, few enough to cost nothing.
const probeSize = 1000

// judgeAfter is how many steps a learning rate is given before it is judged, at the end of the epoch: fewer than an epoch
// of any data set for which it matters.
const judgeAfter = 100

// surelyAfter is how many steps a falling loss is given before slowness counts as a mistake.
const surelyAfter = 500

// fewest is how many examples a judgement about accuracy needs: the four of XOR say nothing.
const fewest = 50

// spreadOver returns up to n examples of a set that are spread evenly over it.
func spreadOver(set *dataset.Set, n int) *dataset.Set {
	n = min(n, set.Len())
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i * (set.Len() - 1) / max(1, n-1)
	}
	return set.Subset(rows)
}

// observeStart looks at what a training begins with; when it is resumed, the snapshot tells.
func (r *runner[F]) observeStart(ctx context.Context) (err error) {
	r.observer.probe = spreadOver(r.set, probeSize)
	if r.history.Steps > 0 {
		return nil
	}
	if doubt := r.net.Spec().Doubt(); doubt != "" {
		r.warn(Warning{SquashedTwice, doubt})
	}
	r.warnBefore()
	r.observer.first, err = r.look(ctx)
	return err
}

func (r *runner[F]) look(ctx context.Context) (look, error) {
	v, err := r.net.Evaluate(ctx, r.observer.probe)
	if err != nil {
		return look{}, err
	}
	l := look{Loss: number(v.Loss), Accuracy: number(v.Accuracy()), R2: number(v.R2)}
	out := r.net.Out()
	sum, squares := make([]float64, out), make([]float64, out)
	var doubt float64
	err = r.net.Each(ctx, r.observer.probe, func(_ int, p []F, _ float64) {
		for j, p := range p {
			p := float64(p)
			sum[j] += p
			squares[j] += float64(p * p)
			doubt += math.Abs(float64(p * (1 - p)))
		}
	})
	n := float64(v.Examples)
	var variance float64
	for j := range out {
		variance += max(0, squares[j]/n-float64(sum[j]/n*(sum[j]/n)))
	}
	l.Spread = number(math.Sqrt(variance / float64(out)))
	l.Doubt = number(doubt / n / float64(out))
	return l, err
}

// observeEpoch looks at the end of an epoch.
func (r *runner[F]) observeEpoch(ctx context.Context, e *Epoch) error {
	o := &r.observer
	if !o.judged && r.history.Steps >= judgeAfter {
		now, err := r.look(ctx)
		if err != nil {
			return err
		}
		// Where the cause has been named, the rate is not to blame.
		o.judged = r.warned(EqualUnits) || r.warned(SortedData) || r.warned(Unscaled) || r.judgeRate(e, now)
	}
	return r.compareHeldOut(ctx, e)
}

// judgeRate says what is wrong with the learning rate if nothing has been learnt. It reports whether that is settled:
// a loss that falls is given more time.
func (r *runner[F]) judgeRate(e *Epoch, now look) (settled bool) {
	first, rate := r.observer.first, r.cfg.Optimizer.LearningRate()
	rose := now.Loss > 1.05*first.Loss
	falling := e.Step < surelyAfter && now.Loss < 0.97*first.Loss
	text := fmt.Sprintf("after %d steps the loss is %.4g, and it began at %.4g", e.Step, float64(now.Loss), float64(first.Loss))
	tooHigh := func() {
		r.warn(Warning{RateTooHigh, fmt.Sprintf("%s: the learning rate of %v is too high; try %.2g", text, rate, rate/10)})
	}
	n := r.observer.probe.Len()
	switch task := r.net.TaskOn(r.set); task {
	case loss.Classification:
		chance := chanceOf(r.observer.probe)
		if n < fewest || float64(now.Accuracy) > chance+0.1*(1-chance) {
			return true // it learns
		}
		text = fmt.Sprintf("%s; %.1f %% of the examples are right where one answer to all gives %.1f %%", text, 100*float64(now.Accuracy), 100*chance)
		offset, tells := r.alignment()
		switch {
		case offset != 0:
			r.warn(Warning{ShiftedLabels, fmt.Sprintf("%s, but the labels fit the examples if each is given to the example %s: the labels have slipped by one row", text, neighbour(offset))})
		case rose || collapsed(first, now):
			tooHigh()
		case falling:
			return false
		default:
			text = fmt.Sprintf("%s: the learning rate of %v is too low; try %.2g", text, rate, 10*rate)
			if !tells {
				text += ". The features alone do not tell the classes apart either: check that every label stands beside its example"
			}
			r.warn(Warning{RateTooLow, text})
		}
	case loss.Regression:
		switch {
		case n < fewest || now.R2 > 0.05:
		case rose:
			tooHigh()
		case falling:
			return false
		case now.Loss > 0.98*first.Loss:
			r.warn(Warning{RateTooLow, fmt.Sprintf("%s: the learning rate of %v is too low, or the targets are far from 0; try %.2g, or standardise the targets", text, rate, 10*rate)})
		}
	default:
		if rose {
			tooHigh()
		}
	}
	return true
}

// collapsed reports whether a network that did not learn has lost what it could: it says the same to all examples, or
// all outputs are at one end, where the gradient is gone.
func collapsed(first, now look) bool {
	return now.Spread < 0.01*first.Spread || now.Doubt < 1e-3 && now.Doubt < first.Doubt
}

// chanceOf returns the accuracy of the best answer that is the same for all.
func chanceOf(set *dataset.Set) float64 {
	_, n := set.Majority()
	return float64(n) / float64(max(1, set.Len()))
}

func neighbour(offset int) string {
	if offset > 0 {
		return "before it"
	}
	return "after it"
}

// alignment asks which example a label belongs to: classify each example by the nearest class mean, with the labels as they
// are (offset 0) and with those of the next and the last example. It returns the offset at which the features tell the
// classes apart, and whether any does. It looks at consecutive examples.
func (r *runner[F]) alignment() (offset int, tells bool) {
	set := r.set.Head(2 * probeSize)
	x, width := features(set), set.X.Width()
	chance := chanceOf(set)
	for _, offset := range []int{0, 1, -1} {
		if nearestMean(x, width, set, offset) > chance+0.2*(1-chance) {
			return offset, true
		}
	}
	return 0, false
}

// nearestMean returns the accuracy of the classifier whose class means are those of the even examples, on the odd ones, if
// the label of example i is that of i+offset.
func nearestMean(x []float32, width int, set *dataset.Set, offset int) float64 {
	means, counts := make([]float64, set.Out*width), make([]float64, set.Out)
	label := func(i int) int {
		if i += offset; i < 0 || i >= set.Len() {
			return -1
		}
		return set.Label(i)
	}
	for i := 0; i < set.Len(); i += 2 {
		if c := label(i); c >= 0 {
			counts[c]++
			for j, v := range x[i*width : (i+1)*width] {
				means[c*width+j] += float64(v)
			}
		}
	}
	for i := range means {
		means[i] /= max(1, counts[i/width])
	}
	right, all := 0, 0
	for i := 1; i < set.Len(); i += 2 {
		c := label(i)
		if c < 0 {
			continue
		}
		nearest, least := -1, math.Inf(1)
		for k := range set.Out {
			var d float64
			for j, v := range x[i*width : (i+1)*width] {
				d += float64((float64(v) - means[k*width+j]) * (float64(v) - means[k*width+j]))
			}
			if counts[k] > 0 && d < least {
				nearest, least = k, d
			}
		}
		all++
		if nearest == c {
			right++
		}
	}
	return float64(right) / float64(max(1, all))
}

// compareHeldOut warns if what is held out is much worse than what is learnt from.
func (r *runner[F]) compareHeldOut(ctx context.Context, e *Epoch) error {
	if e.HeldOut == nil || e.HeldOut.Examples < fewest || r.history.Steps < judgeAfter || r.warned(HeldOutWorse) || r.warned(ShiftedLabels) {
		return nil
	}
	held := *e.HeldOut
	train := e.Train
	if train == nil {
		v, err := r.net.Evaluate(ctx, r.observer.probe)
		if err != nil {
			return err
		}
		train = &v
	}
	if held.Task != loss.Classification {
		if held.Loss > 3*train.Loss && (held.Task != loss.Regression || train.R2 > 0.5) {
			r.warn(Warning{HeldOutWorse, fmt.Sprintf("the loss on the held-out examples is %.4g, on those learnt from %.4g; they may be prepared in another way, or the network learns them by heart: compare their scaling, or try regularisation, a smaller network or more data", held.Loss, train.Loss)})
		}
		return nil
	}
	p := held.Accuracy()
	chance := 3 * math.Sqrt(p*(1-p)/float64(held.Examples)) // three deviations
	if train.Accuracy()-p < 0.1+chance {
		return nil
	}
	how, err := r.heldOutShift(ctx)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%.1f %% of the held-out examples are right, and %.1f %% of those learnt from", 100*p, 100*train.Accuracy())
	if how != "" {
		r.warn(Warning{ShiftedLabels, text + "; " + how})
		return nil
	}
	r.warn(Warning{HeldOutWorse, text + "; the held-out ones may be prepared in another way, or the network learns by heart: compare their scaling, or try regularisation, a smaller network or more data"})
	return nil
}

// heldOutShift asks whether the labels of the held-out examples are off by one.
func (r *runner[F]) heldOutShift(ctx context.Context) (string, error) {
	set := r.cfg.HeldOut.Head(probeSize)
	answers := make([]int, 0, set.Len())
	if err := r.net.Each(ctx, set, func(_ int, p []F, _ float64) { answers = append(answers, nn.Argmax(p)) }); err != nil {
		return "", err
	}
	var up, down, next, last int
	for i, a := range answers {
		switch l := set.Label(i); l {
		case (a + 1) % set.Out:
			up++
		case (a + set.Out - 1) % set.Out:
			down++
		}
		if i+1 < set.Len() && set.Label(i+1) == a {
			next++
		}
		if i > 0 && set.Label(i-1) == a {
			last++
		}
	}
	switch half := set.Len() / 2; {
	case set.Out > 2 && up > half:
		return "the labels of the held-out ones are off by one: most are one higher than the network's answer", nil
	case set.Out > 2 && down > half:
		return "the labels of the held-out ones are off by one: most are one lower than the network's answer", nil
	case next > half:
		return "the labels of the held-out ones have slipped by one row: most answers fit the label of the next example", nil
	case last > half:
		return "the labels of the held-out ones have slipped by one row: most answers fit the label of the last example", nil
	}
	return "", nil
}
