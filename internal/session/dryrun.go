package session

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/nn"
)

// A Rehearsal is what a training would be, tried on a batch of everything.
type Rehearsal struct {
	*TrainReport
	Steps   int     `json:"steps_an_epoch"`
	Seconds float64 `json:"seconds_an_epoch"` // about, without the judging
	Before  float64 `json:"loss_before"`      // of the first batch
	After   float64 `json:"loss_after"`       // of the same batch, after one step
}

// rehearsal is how long steps are timed.
const rehearsal = 200 * time.Millisecond

// DryRun does everything that a training does, once: it reads the data, builds the network, takes a step, and judges a batch of the
// examples held out and of the test examples. It keeps nothing.
func DryRun(ctx context.Context, o TrainOptions) (*Rehearsal, error) {
	t := &Training{TrainOptions: o, run: &runs.Run{}}
	if err := t.prepare(ctx); err != nil {
		return nil, err
	}
	defer t.net.Close()
	cfg, err := t.Learning()
	if err != nil {
		return nil, invalid(err)
	}
	t.print, t.show = transcript.Printer{Out: o.Out, Log: io.Discard}, progress.New(o.Progress)
	t.introduce()
	batch := func(set *dataset.Set) dataset.Batch {
		rows := make([]int, min(cfg.Batch, set.Len()))
		for i := range rows {
			rows[i] = i
		}
		return dataset.Batch{Set: set, Rows: rows}
	}
	first := batch(t.parts.Train)
	r := &Rehearsal{TrainReport: t.report, Steps: (t.parts.Train.Len() + cfg.Batch - 1) / cfg.Batch}
	for _, set := range []*dataset.Set{t.parts.HeldOut, t.parts.Test} {
		if loss := t.net.Loss(batch(set)); math.IsNaN(loss) || math.IsInf(loss, 0) {
			return nil, exit.With(exit.Failed, fmt.Errorf("the loss on %s is no finite number before the first step", set.Name))
		}
	}
	stepper := t.net.NewStepper(cfg.Optimizer)
	rate := cfg.Schedule.Rate(cfg.Optimizer.LearningRate(), 0, max(1, r.Steps*cfg.Epochs))
	r.Before = t.net.Loss(first)
	t.net.Gradient(first)
	t.net.Update(stepper, rate)
	r.After = t.net.Loss(first)
	if math.IsNaN(r.Before+r.After) || math.IsInf(r.Before+r.After, 0) {
		return nil, exit.With(exit.Failed, fmt.Errorf("the loss is %v before the first step and %v after it: scale the data, or take a smaller --lr", r.Before, r.After))
	}
	steps, begun := 0, time.Now()
	for time.Since(begun) < rehearsal && ctx.Err() == nil {
		t.net.Gradient(first)
		t.net.Update(stepper, rate)
		steps++
	}
	r.Seconds = time.Since(begun).Seconds() / float64(max(1, steps)) * float64(r.Steps)
	t.print.Line("dry run", "loss of a batch %s, after a step %s · %s steps an epoch, about %s", progress.Loss(r.Before), progress.Loss(r.After),
		nn.Thousands(r.Steps), progress.Duration(r.Seconds))
	t.print.Line("", "everything fits; nothing has been kept")
	return r, ctx.Err()
}
