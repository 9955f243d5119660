package search

import (
	"context"
	"fmt"
	"io"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/session"
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
	session.TrainOptions
	Lo, Hi float64
	Steps  int
}

// FindRate makes a range test of learning rates for a training. It keeps nothing.
func FindRate(ctx context.Context, o RateOptions) (*RateReport, error) {
	t, err := session.Load(ctx, o.TrainOptions)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	cfg, err := t.Learning()
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	settings, spec := t.Recipe(), t.Net().Spec()
	print := transcript.Printer{Out: o.Out, Log: io.Discard}
	print.Line("data", "%s", session.DescribeData(settings, t.Data(), t.Parts()))
	print.Line("model", "%s   %s parameters   %s", recipe.Sketch(spec), nn.Thousands(spec.Parameters()), recipe.Cost(spec))
	curve, err := tune.FindRate(ctx, t.Net(), t.Parts().Train, tune.RateTest{
		Lo: o.Lo, Hi: o.Hi, Steps: o.Steps, Batch: cfg.Batch, Seed: settings.Seed, Optimizer: cfg.Optimizer, Clip: cfg.Clip.Norm,
	})
	if err != nil {
		return nil, err
	}
	if len(curve.Rates) > 0 {
		print.Line("range", "%s, %d steps of %d examples, rates %.3g to %.3g", settings.Opt, len(curve.Rates), cfg.Batch, curve.Rates[0], curve.Rates[len(curve.Rates)-1])
	}
	return &RateReport{
		Schema: RateSchema, Data: t.Data().Info.Name, Layers: recipe.Sketch(spec), Opt: settings.Opt, Batch: cfg.Batch, Usual: settings.LR, Schedule: settings.Schedule, RateCurve: curve,
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
