// Package train runs the loop: batches, gradients, updates, epochs; and around it evaluation, early stopping,
// checkpoints, and warnings in words about what cannot work.
//
// The same network, data and Config give the same weights, bit for bit, whatever the number of threads, and
// interrupted and resumed or not.
package train

import (
	"context"
	"fmt"
	"math"
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
	if err := r.readErr(); err != nil {
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

// readErr reports features that could not be read, of rows that are not in memory.
func (r *runner[F]) readErr() error {
	err := dataset.RowsErr(r.set.X)
	if r.cfg.HeldOut != nil && err == nil {
		err = dataset.RowsErr(r.cfg.HeldOut.X)
	}
	if err != nil {
		return fmt.Errorf("train: %w", err)
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
