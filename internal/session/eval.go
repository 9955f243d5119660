package session

import (
	"cmp"
	"context"
	"slices"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/baseline"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// EvalOptions say what to judge on what.
type EvalOptions struct {
	Root, Model string
	Data, Part  string
	Set         *dataset.Set // examples that are loaded already, in place of Data and Part; nil: none
	Threads     int
	TopLosses   int // the examples with the largest losses
	Top         int // count an answer among the best so many, too; 0: no

	Importance bool   // measure what the model owes to each column
	Repeats    int    // how often each is dealt out
	Seed       uint64 // of what is drawn

	Suspects int // look for so many wrong labels; 0: do not
	Folds    int // by training on the other folds again; 0: by the model

	Note func(text string) // told what takes long; nil: nobody
}

// EvalReport is a judgement, as --json prints it.
type EvalReport struct {
	Schema   string             `json:"schema"`
	Model    string             `json:"model"`
	Layers   string             `json:"layers"`
	Data     string             `json:"data"`
	Examples int                `json:"examples"`
	Correct  *int               `json:"correct,omitempty"`
	Top      int                `json:"top,omitempty"`
	TopRight *int               `json:"top_correct,omitempty"`
	Unit     string             `json:"unit,omitempty"` // of rmse and mae over several targets: deviations
	Metrics  map[string]float64 `json:"metrics"`        // by the names of scores.Metrics
	Baseline baseline.Result    `json:"baseline"`
	Classes  []scores.Score     `json:"classes,omitempty"` // or labels
	Macro    *scores.Score      `json:"macro,omitempty"`
	Targets  []scores.Deviation `json:"targets,omitempty"` // of numbers

	Calibration *scores.Calibration `json:"calibration,omitempty"`

	Table [][]int `json:"confusion,omitempty"` // [true, predicted]
	Worst []Loss  `json:"top_losses,omitempty"`

	Importance *Importance `json:"importance,omitempty"`
	Suspects   *Suspects   `json:"suspects,omitempty"`

	Confusion *scores.Confusion `json:"-"`
	Scores    *scores.Report    `json:"-"`
	Task      loss.Task         `json:"-"`
	Set       *dataset.Set      `json:"-"`
	Photos    bool              `json:"-"` // of Set are pictures as they are, not ink
	Warnings  []string          `json:"warnings,omitempty"`
}

// EvalSchema is the version of EvalReport.
const EvalSchema = "gradus.eval/1"

// A Loss is an example and how wrong the network is about it.
type Loss struct {
	Index       int     `json:"index"`            // in the set
	Origin      string  `json:"origin,omitempty"` // file and line, or path
	Loss        float64 `json:"loss"`
	Truth       string  `json:"true,omitempty"`
	Predicted   string  `json:"predicted,omitempty"`
	Probability float64 `json:"probability,omitempty"` // that the network gives to its answer
}

// Eval judges a model.
func Eval(ctx context.Context, o EvalOptions) (*EvalReport, error) {
	u, err := saved.Open(o.Root, o.Model)
	if err != nil {
		return nil, err
	}
	set := o.Set
	if set == nil {
		if set, err = u.Set(o.Data, o.Part); err != nil {
			return nil, err
		}
	}
	net, err := u.Net(o.Threads)
	if err != nil {
		return nil, err
	}
	defer net.Close()
	if err := net.Fits(set); err != nil {
		return nil, exit.With(exit.Data, err)
	}
	e, err := net.Evaluate(ctx, set)
	if err != nil {
		return nil, err
	}
	r := &EvalReport{
		Schema: EvalSchema, Model: u.Path, Layers: recipe.Sketch(u.Model.Spec), Data: set.Name, Examples: e.Examples,
		Metrics: map[string]float64{"loss": e.Loss}, Baseline: baseline.Of(set, set), Set: set, Warnings: append(u.Model.Warnings, u.Notes...),
		Task: e.Task, Photos: u.Photos(),
	}
	if e.Task == loss.Regression {
		r.Metrics["rmse"], r.Metrics["mae"], r.Metrics["r2"] = e.RMSE, e.MAE, e.R2
		r.Unit = Deviations(u.Model.Columns)
	} else {
		r.Correct, r.Metrics["acc"] = &e.Correct, e.Accuracy()
	}
	if err := r.details(ctx, net, u, o); err != nil {
		return nil, err
	}
	if o.Importance {
		if err := r.importance(ctx, net, u, o); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Suspects > 0 && o.Folds > 0:
		err = r.foldSuspects(ctx, u, o)
	case o.Suspects > 0:
		err = r.suspects(ctx, net, u, o.Suspects)
	}
	return r, err
}

// details goes through the examples once more, one by one.
func (r *EvalReport) details(ctx context.Context, net *nn.Net[float32], u *saved.File, o EvalOptions) error {
	single := r.Task == loss.Classification
	j := newJury(r.Task, u.ClassNames(net.Out()), u.Model.Columns, r.Set)
	topRight := 0
	err := net.Each(ctx, r.Set, func(i int, p []float32, l float64) {
		j.add(r.Set, i, p)
		x := Loss{Index: i, Loss: l}
		if single {
			truth, answer := r.Set.Label(i), nn.Argmax(p)
			x.Truth, x.Predicted, x.Probability = u.ClassName(truth), u.ClassName(answer), float64(p[answer])
			if rank(p, truth) < o.Top {
				topRight++
			}
		}
		if o.TopLosses > 0 {
			r.Worst = append(r.Worst, x)
		}
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(r.Worst, func(a, b Loss) int { return cmp.Compare(b.Loss, a.Loss) })
	r.Worst = r.Worst[:min(o.TopLosses, len(r.Worst))]
	for i := range r.Worst {
		r.Worst[i].Origin = r.Set.Origin(r.Worst[i].Index)
	}
	r.Scores = j.report()
	for name, v := range r.Scores.Figures {
		r.Metrics[name] = v
	}
	finite(r.Metrics)
	r.Classes, r.Macro, r.Targets, r.Calibration = r.Scores.Classes, r.Scores.Macro, r.Scores.Targets, r.Scores.Calibration
	if !single {
		return nil
	}
	if o.Top > 0 {
		r.Top, r.TopRight = o.Top, &topRight
	}
	r.Confusion = j.classes.Confusion
	for i := range r.Confusion.Classes {
		row := make([]int, len(r.Confusion.Classes))
		for j := range row {
			row[j] = r.Confusion.Count(i, j)
		}
		r.Table = append(r.Table, row)
	}
	return nil
}

// rank returns how many answers the network likes better than class c.
func rank(p []float32, c int) int {
	n := 0
	for i, v := range p {
		if v > p[c] || v == p[c] && i < c {
			n++
		}
	}
	return n
}
