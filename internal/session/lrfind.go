package session

import (
	"context"
	"fmt"
	"io"

	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tune"
)

// RateSchema is the version of RateReport.
const RateSchema = "gradus.lr-find/1"

// A RateReport is what a range test of learning rates has found, as --json prints it.
type RateReport struct {
	Schema   string  `json:"schema"`
	Data     string  `json:"data"`
	Layers   string  `json:"layers"`
	Opt      string  `json:"opt"`
	Batch    int     `json:"batch"`
	Usual    float64 `json:"usual"`    // the rate that gradus train takes
	Schedule string  `json:"schedule"` // and how that goes
	*tune.RateCurve
}

// RateOptions say for what training a rate is looked for.
type RateOptions struct {
	TrainOptions
	Lo, Hi float64
	Steps  int
}

// FindRate makes a range test of learning rates for a training. It keeps nothing.
func FindRate(ctx context.Context, o RateOptions) (*RateReport, error) {
	t := &trainer{TrainOptions: o.TrainOptions}
	if err := t.prepare(ctx); err != nil {
		return nil, err
	}
	defer t.net.Close()
	cfg, err := t.learning()
	if err != nil {
		return nil, invalid(err)
	}
	t.print = transcript.Printer{Out: o.Out, Log: io.Discard}
	t.print.Line("data", "%s", t.describeData())
	t.print.Line("model", "%s   %s parameters   %s", recipe.Sketch(t.net.Spec()), nn.Thousands(t.net.Spec().Parameters()), recipe.Cost(t.net.Spec()))
	curve, err := tune.FindRate(ctx, t.net, t.parts.Train, tune.RateTest{
		Lo: o.Lo, Hi: o.Hi, Steps: o.Steps, Batch: cfg.Batch, Seed: t.recipe.Seed, Optimizer: cfg.Optimizer, Clip: cfg.Clip.Norm,
	})
	if err != nil {
		return nil, err
	}
	if len(curve.Rates) > 0 {
		t.print.Line("range", "%s, %d steps of %d examples, rates %.3g to %.3g", t.recipe.Opt, len(curve.Rates), cfg.Batch, curve.Rates[0], curve.Rates[len(curve.Rates)-1])
	}
	return &RateReport{
		Schema: RateSchema, Data: t.data.Info.Name, Layers: recipe.Sketch(t.net.Spec()), Opt: t.recipe.Opt, Batch: cfg.Batch, Usual: t.recipe.LR, Schedule: t.recipe.Schedule, RateCurve: curve,
	}, nil
}

// Lines says what was found.
func (r *RateReport) Lines() (all [][2]string) {
	add := func(subject, format string, args ...any) {
		all = append(all, [2]string{subject, fmt.Sprintf(format, args...)})
	}
	if r.Rate == 0 {
		add("rate", "none: %s", r.Why)
		return all
	}
	add("rate", "%v   %s", r.Rate, r.Why)
	text := fmt.Sprintf("falls fastest at %.2g · least at %.2g", r.Steep, r.Least)
	if r.Diverged > 0 {
		text += fmt.Sprintf(" · beyond bounds at %.2g", r.Diverged)
	}
	add("loss", "%s", text)
	text = fmt.Sprintf("gradus train takes %v", r.Usual)
	if r.Schedule != "constant" {
		text += " at the height of a " + r.Schedule + " schedule"
	}
	add("usual", "%s", text)
	return all
}
