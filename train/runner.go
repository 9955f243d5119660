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
	if s := r.cfg.Resume; s != nil && s.Model.Tool != "" && r.cfg.Info.Tool != "" && s.Model.Tool != r.cfg.Info.Tool && !r.warned(OtherVersion) {
		r.warn(Warning{OtherVersion, fmt.Sprintf("this training was begun by %s and goes on with %s: the same bits as without the interruption are promised for one version only", s.Model.Tool, r.cfg.Info.Tool)})
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
