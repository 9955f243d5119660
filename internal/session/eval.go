package session

import (
	"cmp"
	"context"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/baseline"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
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
	Mistakes    int // of those that are taken for another class, the ones with the largest losses
	Top         int // count an answer among the best so many, too; 0: no

	Importance bool   // measure what the model owes to each column
	Repeats    int    // how often each is dealt out
	Seed       uint64 // of what is drawn

	Suspects int // look for so many wrong labels; 0: do not
	Folds    int // by training on the other folds again; 0: by the model

	Note     func(text string) // told what takes long; nil: nobody
	Progress progress.Config   // of the reading of the data
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

	Evaluation nn.Evaluation     `json:"-"`
	Confusion  *scores.Confusion `json:"-"`
	Scores     *scores.Report    `json:"-"`
	Mistakes   []Loss            `json:"-"`
	Task       loss.Task         `json:"-"`
	Set        *dataset.Set      `json:"-"`
	Photos     bool              `json:"-"` // of Set are pictures as they are, not ink
	Warnings   []string          `json:"warnings,omitempty"`
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
		w := newWatch(ctx, o.Progress)
		u.Watch = w
		set, err = u.Set(o.Data, o.Part)
		if err := cmp.Or(w.end(), err); err != nil {
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
	r, err := judge(ctx, u, net, set, o, nil)
	if err != nil {
		return nil, err
	}
	r.Baseline = baseline.Of(set, set)
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
