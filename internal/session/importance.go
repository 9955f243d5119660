package session

import (
	"context"
	"fmt"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/importance"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// Importance is what a model owes to each column: how much worse it gets when the column's values are dealt out anew.
type Importance struct {
	Examples int                 `json:"examples"` // that were looked at
	Repeats  int                 `json:"repeats"`
	Seed     uint64              `json:"seed"`
	Figure   string              `json:"figure"` // acc, which falls, or rmse, which rises
	Columns  []importance.Result `json:"columns"`
}

const (
	importantRows  = 20_000 // that are drawn from larger sets
	importantMost  = 2_000  // inputs that are dealt out
	importantLeast = 10     // examples, below which it is all chance
)

// importance measures the importance of the columns on the examples that are judged.
func (r *EvalReport) importance(ctx context.Context, net *nn.Net[float32], u *saved.File, o EvalOptions) error {
	inputs, err := inputsFor(u, r.Set.X.Width())
	if err != nil {
		return err
	}
	n := r.Set.Len()
	if n < importantLeast {
		return exit.Dataf("%s has %d examples, too few to tell what columns are worth; want %d", r.Data, n, importantLeast)
	}
	if n > importantRows && o.Note != nil {
		o.Note(fmt.Sprintf("the importance is measured on %s of the %s examples", nn.Thousands(importantRows), nn.Thousands(n)))
	}
	r.Importance = &Importance{Examples: min(n, importantRows), Repeats: o.Repeats, Seed: o.Seed, Figure: "acc"}
	if r.Task == loss.Regression {
		r.Importance.Figure = "rmse"
	}
	r.Importance.Columns, err = importance.Measure(ctx, net, r.Set, inputs, importance.Options{Repeats: o.Repeats, Seed: o.Seed, Most: importantRows})
	return err
}

// inputsFor are the columns that the model was trained on, as features that are dealt out together.
func inputsFor(u *saved.File, width int) ([]importance.Input, error) {
	if s := u.Model.Columns; s != nil {
		return inputsOf(s), nil
	}
	if _, _, picture := picture.Size(u.Model.Spec.Input); picture && len(u.Model.Features) != width {
		return nil, exit.Dataf("%s takes pictures, whose pixels say nothing one by one; --importance is for columns", u.Path)
	}
	if width > importantMost {
		return nil, exit.Dataf("%s takes %d numbers; the importance of at most %d is measured", u.Path, width, importantMost)
	}
	inputs := make([]importance.Input, width)
	for i := range inputs {
		inputs[i] = importance.Input{Name: fmt.Sprintf("feature %d", i), Lo: i, Hi: i + 1}
		if len(u.Model.Features) == width {
			inputs[i].Name = u.Model.Features[i]
		}
	}
	return inputs, nil
}
