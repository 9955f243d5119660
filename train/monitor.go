package train

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/gradus-nn/gradus/model"
)

// Stop, returned by a Monitor, possibly wrapped, ends the training early and without an error.
//
//lint:ignore ST1012 it is named as fs.SkipAll is
var Stop = errors.New("train: stop")

// A Monitor is told about the end of every epoch, in the order of Config.Monitors. An error ends the training and is
// returned from Run; [Stop] ends it without.
//
// A Monitor may also be a [Starter], a [StepMonitor], a [Warner] or a [Finisher].
type Monitor interface {
	Epoch(ctx context.Context, e *Epoch) error
}

// A MonitorFunc is a function as a Monitor.
type MonitorFunc func(ctx context.Context, e *Epoch) error

// Epoch calls f.
func (f MonitorFunc) Epoch(ctx context.Context, e *Epoch) error { return f(ctx, e) }

// A Starter is a Monitor that is told before the first step what is going to happen. A resumed training tells it the
// epochs of before.
type Starter interface {
	Start(ctx context.Context, s *Start) error
}

// A StepMonitor is a Monitor that is told about every step. It must be quick and must not allocate if a training step
// is not to. s is valid during the call only.
type StepMonitor interface {
	Step(ctx context.Context, s *Step) error
}

// A Warner is a Monitor that is told about warnings as they arise.
type Warner interface {
	Warn(w Warning)
}

// A Finisher is a Monitor that is told about the end, however it came. Its error becomes part of Run's.
type Finisher interface {
	Finish(f *Finish) error
}

// Start is the beginning of a training, or where it goes on.
type Start struct {
	Live
	Epochs   int     // planned
	Steps    int     // planned
	PerEpoch int     // steps
	Batch    int     // examples a step
	Examples int     // in the training set
	History  []Epoch // finished before, if this is a training resumed
	AtStep   int     // steps done before
}

// Step is the end of one step.
type Step struct {
	Live
	Epoch, Epochs     int     // this one, from 1; and planned
	Step, Steps       int     // done since the beginning of the training; and planned
	InEpoch, PerEpoch int     // done in this epoch; and in a whole one
	Examples          int     // in this step's batch
	Loss              float64 // of this batch, before the update
	Rate              float64 // learning rate
}

// Finish is the end of a training. The network still has its last weights, not the best ones.
type Finish struct {
	Live
	History *History
	Err     error // what Run returns, but for the errors of Finishers
}

// Live is what monitors can ask of a training under way. Its methods are valid during the call that lends it.
type Live struct{ source source }

// source is the training with its precision hidden.
type source interface {
	snapshot() (*Snapshot, error)
	model() *model.Model
	bestModel() (*model.Model, Best)
	warn(Warning)
}

// Snapshot returns a copy of everything that is needed to go on from here. It fails with a [*NonFiniteError] if the
// weights are not finite.
func (r Live) Snapshot() (*Snapshot, error) { return r.source.snapshot() }

// Model returns a copy of the network as it is.
func (r Live) Model() *model.Model { return r.source.model() }

// BestModel returns a copy of the network as it was at the best epoch so far; nil before the first evaluation.
func (r Live) BestModel() (*model.Model, Best) { return r.source.bestModel() }

// Warn adds a warning to the history and tells every Warner.
func (r Live) Warn(w Warning) { r.source.warn(w) }

// Log writes a line for every epoch and every warning.
func Log(l *slog.Logger) Monitor { return logger{l} }

type logger struct{ log *slog.Logger }

func (l logger) Epoch(ctx context.Context, e *Epoch) error {
	args := []any{"epoch", e.Number}
	for _, f := range e.Figures() {
		args = append(args, f.Name, f.Value)
	}
	l.log.InfoContext(ctx, "epoch", args...)
	return nil
}

func (l logger) Warn(w Warning) { l.log.Warn(w.Text, "code", w.Code) }

// StopAt ends the training once the accuracy on the held-out examples reaches goal, 0 to 1.
func StopAt(goal float64) Monitor { return stopAt(goal) }

type stopAt float64

func (goal stopAt) Epoch(_ context.Context, e *Epoch) error {
	if e.HeldOut != nil && e.HeldOut.Accuracy() >= float64(goal) {
		return fmt.Errorf("%w: the accuracy of %.2f %% reaches the goal of %.2f %%", Stop, 100*e.HeldOut.Accuracy(), 100*float64(goal))
	}
	return nil
}

// Start stops a training that is resumed after it had reached its goal.
func (goal stopAt) Start(ctx context.Context, s *Start) error {
	if n := len(s.History); n > 0 {
		return goal.Epoch(ctx, &s.History[n-1])
	}
	return nil
}
