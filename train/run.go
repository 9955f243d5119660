// Package train runs the loop: batches, gradients, updates, epochs; and around it evaluation, early stopping,
// checkpoints, and warnings in words about what cannot work.
//
// The same network, data and Config give the same weights, bit for bit, whatever the number of threads, and
// interrupted and resumed or not.
package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// Run trains net on set. It is, but for what happens at the end of an epoch:
//
//	for range cfg.Epochs {
//		for b := range set.Batches(cfg.Batch, rng) {
//			net.Gradient(b)
//			net.Update(stepper, rate)
//		}
//	}
//
// It returns what has happened even when it fails. A cancelled context is looked at once a batch: the batch is
// finished, monitors save what they save, and the context's error is returned with the history so far.
// If the loss or the weights cease to be finite numbers, the error is a [*NonFiniteError].
//
// A step allocates no memory.
func Run[F kernel.Float](ctx context.Context, net *nn.Net[F], set *dataset.Set, cfg Config) (*History, error) {
	r, err := newRunner(net, set, cfg)
	if err != nil {
		return &History{Stopped: Failed, Why: err.Error()}, err
	}
	err = r.start(ctx)
	for err == nil && !r.done() {
		err = r.epoch(ctx)
	}
	return r.history, r.finish(ctx, err)
}

// A runner is a training under way.
type runner[F kernel.Float] struct {
	net     *nn.Net[F]
	set     *dataset.Set
	cfg     Config
	stepper optim.Stepper[F]
	sampler sampler
	setup   setup

	total    int // steps planned
	perEpoch int

	// What a snapshot holds beside the network, the stepper and the sampler.
	history  *History
	position int     // steps done of the current epoch
	lossSum  float64 // of the examples of the current epoch
	seen     int     // examples of the current epoch
	rate     float64 // of the last step
	waited   int     // evaluations since the best
	observer observer

	bestParams, bestState []F

	clock struct {
		before float64   // seconds of this training before it was resumed
		began  time.Time // of this run
		epoch  time.Time // of this epoch, as if it had never been interrupted
	}
	started  int // monitors whose Start has been called
	steppers []StepMonitor
	event    Step // lent to them, one for all, so that a step allocates nothing
	rows     int  // of the last batch
}

func newRunner[F kernel.Float](net *nn.Net[F], set *dataset.Set, cfg Config) (*runner[F], error) {
	if err := checkSets(net, set, cfg.HeldOut); err != nil {
		return nil, err
	}
	cfg = cfg.defaults(set, net.Config().Batch)
	if err := cfg.check(net.TaskOn(set), net.Config().Batch); err != nil {
		return nil, err
	}
	r := &runner[F]{
		net: net, set: set, cfg: cfg,
		stepper:  net.NewStepper(cfg.Optimizer),
		sampler:  newSampler(set, cfg.Sampling, cfg.Batch, cfg.Seed),
		perEpoch: (set.Len() + cfg.Batch - 1) / cfg.Batch,
		history:  &History{Best: Best{Metric: cfg.Watch}},
		rate:     cfg.Optimizer.LearningRate(),
	}
	r.total = math.MaxInt
	if cfg.Epochs > 0 && cfg.Epochs < math.MaxInt/r.perEpoch {
		r.total = cfg.Epochs * r.perEpoch
	}
	if cfg.Iterations > 0 {
		r.total = min(r.total, cfg.Iterations)
	}
	var err error
	if r.setup, err = r.describe(); err != nil {
		return nil, err
	}
	for _, m := range cfg.Monitors {
		if s, ok := m.(StepMonitor); ok {
			r.steppers = append(r.steppers, s)
		}
	}
	if cfg.Resume != nil {
		return r, r.restore(cfg.Resume)
	}
	return r, nil
}

// checkSets refuses data and networks that cannot be trained together.
func checkSets[F kernel.Float](net *nn.Net[F], set, heldOut *dataset.Set) error {
	if err := net.Trainable(); err != nil {
		return err
	}
	if err := set.Check(); err != nil {
		return err
	}
	if set.Len() == 0 {
		return fmt.Errorf("train: %s has no examples to learn from", set.Name)
	}
	if err := net.Fits(set); err != nil {
		return err
	}
	if heldOut == nil {
		return nil
	}
	if err := heldOut.Check(); err != nil {
		return err
	}
	if heldOut.Len() == 0 {
		return fmt.Errorf("train: %s, which is held out, has no examples", heldOut.Name)
	}
	return net.Fits(heldOut)
}

func (r *runner[F]) live() Live { return Live{r} }

// start tells monitors what is going to happen.
func (r *runner[F]) start(ctx context.Context) error {
	r.clock.began = time.Now()
	r.event = Step{Live: r.live(), Epochs: r.epochs(), Steps: r.total, PerEpoch: r.perEpoch}
	var stop error
	for _, m := range r.cfg.Monitors {
		r.started++
		s, ok := m.(Starter)
		if !ok {
			continue
		}
		err := s.Start(ctx, &Start{
			Live: r.live(), Epochs: r.epochs(), Steps: r.total, PerEpoch: r.perEpoch, Batch: r.cfg.Batch, Examples: r.set.Len(),
			History: slices.Clone(r.history.Epochs), AtStep: r.history.Steps,
		})
		switch {
		case errors.Is(err, Stop):
			stop = err // once all have begun
		case err != nil:
			return err
		}
	}
	if stop != nil {
		return stop
	}
	return r.observeStart(ctx)
}

// epochs returns how many epochs are planned.
func (r *runner[F]) epochs() int {
	if r.total == math.MaxInt {
		return math.MaxInt
	}
	return (r.total + r.perEpoch - 1) / r.perEpoch
}

// done reports whether nothing is left to do.
func (r *runner[F]) done() bool {
	return r.position == 0 && (r.history.Steps >= r.total || r.outOfPatience())
}

func (r *runner[F]) outOfPatience() bool { return r.cfg.Patience > 0 && r.waited >= r.cfg.Patience }

// epoch does the steps that are left of the current epoch, and what belongs to its end.
func (r *runner[F]) epoch(ctx context.Context) error {
	if r.position == 0 {
		r.clock.epoch = time.Now()
	}
	r.sampler.begin(r.position)
	for left := r.history.Steps - r.position; r.position < min(r.perEpoch, r.total-left); {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.step(r.sampler.batch(r.position)); err != nil {
			return err
		}
		if err := r.tellStep(ctx); err != nil {
			return err
		}
	}
	return r.endEpoch(ctx)
}

// finiteEvery is after how many steps the weights are looked at. NaN shows in the next loss at once; infinite weights
// need not, but a look at every step would cost a twentieth of small ones.
const finiteEvery = 16

// step learns from one batch. It allocates nothing.
func (r *runner[F]) step(b dataset.Batch) error {
	r.rows = b.Len()
	loss := r.net.Gradient(b)
	if !finite(loss) {
		return r.nonFinite(loss)
	}
	if err := r.reduce(); err != nil {
		return err
	}
	if c := r.cfg.Clip; c.Value > 0 {
		optim.ClipValue(r.net.Grads(), c.Value)
	}
	if c := r.cfg.Clip; c.Norm > 0 {
		optim.ClipNorm(r.net.Grads(), c.Norm)
	}
	if s := r.cfg.Schedule; s != nil {
		r.rate = s.Rate(r.cfg.Optimizer.LearningRate(), r.history.Steps, r.total)
	}
	r.net.Update(r.stepper, r.rate)
	r.history.Steps++
	r.position++
	r.seen += b.Len()
	r.lossSum += float64(loss * float64(b.Len()))
	r.event.Loss = loss
	if r.history.Steps%finiteEvery == 0 {
		return r.checkFinite(loss)
	}
	return nil
}

// reduce lets other processes join.
func (r *runner[F]) reduce() error {
	if r.cfg.Reducer == nil {
		return nil
	}
	switch g := any(r.net.Grads()).(type) {
	case []float32:
		return r.cfg.Reducer.Reduce32(g)
	case []float64:
		return r.cfg.Reducer.Reduce64(g)
	}
	return nil
}

// tellStep tells every StepMonitor about the last step.
func (r *runner[F]) tellStep(ctx context.Context) error {
	if len(r.steppers) == 0 {
		return nil
	}
	e := &r.event
	e.Epoch, e.Step, e.InEpoch, e.Examples, e.Rate = len(r.history.Epochs)+1, r.history.Steps, r.position, r.rows, r.rate
	for _, m := range r.steppers {
		if err := m.Step(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// endEpoch evaluates, remembers the best, and tells monitors.
func (r *runner[F]) endEpoch(ctx context.Context) error {
	if err := r.checkFinite(r.event.Loss); err != nil {
		return err
	}
	e := Epoch{
		Number: len(r.history.Epochs) + 1, Step: r.history.Steps, Rate: r.rate, Loss: r.lossSum / float64(r.seen),
		Penalty: r.net.Penalty(), Examples: r.seen, Measured: r.cfg.Measure,
	}
	if err := r.evaluate(ctx, &e); err != nil {
		return err
	}
	if err := r.observeEpoch(ctx, &e); err != nil {
		return err
	}
	r.judge(&e)
	e.Seconds = time.Since(r.clock.epoch).Seconds()
	r.history.Epochs = append(r.history.Epochs, e)
	r.position, r.lossSum, r.seen = 0, 0, 0
	r.sampler.end()

	e.Live = r.live()
	for _, m := range r.cfg.Monitors {
		if err := m.Epoch(ctx, &e); err != nil {
			return err
		}
	}
	return nil
}

// evaluate measures what is asked for.
func (r *runner[F]) evaluate(ctx context.Context, e *Epoch) error {
	if e.Number%r.cfg.EvaluateEvery != 0 && r.history.Steps < r.total {
		return nil
	}
	if r.cfg.evaluatesTraining() {
		v, err := r.net.Evaluate(ctx, r.set)
		if err != nil {
			return err
		}
		e.Train = &v
	}
	if r.cfg.evaluates() {
		v, err := r.net.Evaluate(ctx, r.cfg.HeldOut)
		if err != nil {
			return err
		}
		e.HeldOut = &v
	}
	return nil
}

// judge compares an epoch with the best so far.
func (r *runner[F]) judge(e *Epoch) {
	v, ok := e.value(r.cfg.Watch)
	if !ok {
		return
	}
	best := &r.history.Best
	if math.IsNaN(v) || best.Epoch > 0 && !r.cfg.Watch.better(v, best.Value) {
		r.waited++
		return
	}
	e.Improved = true
	best.Epoch, best.Value, r.waited = e.Number, v, 0
	r.bestParams = append(r.bestParams[:0], r.net.Params()...)
	r.bestState = append(r.bestState[:0], r.net.State()...)
}

// finish says why the training ended, tells monitors, and puts the best weights in place.
func (r *runner[F]) finish(ctx context.Context, err error) error {
	h := r.history
	h.Seconds = r.seconds()
	switch {
	case err == nil && h.Steps < r.total:
		h.Stopped = EarlyStop
		h.Why = fmt.Sprintf("%s has not been better than at epoch %d for %d evaluations", r.cfg.Watch, h.Best.Epoch, r.waited)
	case err == nil:
		h.Stopped, h.Why = Finished, fmt.Sprintf("all %d steps are done", h.Steps)
	case errors.Is(err, Stop):
		h.Stopped, h.Why, err = Stopped, err.Error(), nil
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		h.Stopped, h.Why = Interrupted, err.Error()
	default:
		h.Stopped, h.Why = Failed, err.Error()
	}
	f := &Finish{Live: r.live(), History: h, Err: err}
	errs := []error{err}
	for _, m := range r.cfg.Monitors[:r.started] {
		if m, ok := m.(Finisher); ok {
			errs = append(errs, m.Finish(f))
		}
	}
	if r.cfg.RestoreBest && r.bestParams != nil && h.Stopped != Interrupted && h.Stopped != Failed {
		copy(r.net.Params(), r.bestParams)
		copy(r.net.State(), r.bestState)
		h.Restored = true
	}
	return join(errs)
}

// join is errors.Join that leaves a single error as it is.
func join(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// seconds returns how long the training has taken, before a resumption too.
func (r *runner[F]) seconds() float64 {
	return r.clock.before + time.Since(r.clock.began).Seconds()
}
