package figure

import (
	"context"
	"fmt"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/plot"
)

// ROC shows how well a model's probabilities tell two classes apart (a receiver operating characteristic): for every threshold, the share of the
// second class that lies above it, over the share of the first that does, too. On the diagonal is who guesses; the area below the curve is the
// chance that an example of the second class gets more of its probability than one of the first.
func ROC(ctx context.Context, o session.EvalOptions) (plot.Picture, error) {
	r, err := session.Eval(ctx, o)
	if err != nil {
		return nil, err
	}
	return rocOf(r)
}

func rocOf(r *session.EvalReport) (plot.Picture, error) {
	classes := r.Set.Classes
	switch {
	case r.Scores == nil || len(classes) == 0:
		return nil, exit.Dataf("%s answers with numbers; a ROC curve is about two classes; gradus eval tells how far off the numbers are", r.Model)
	case len(classes) != 2 || len(r.Classes) != 2:
		return nil, exit.Dataf("%s knows %d classes or labels; a ROC curve is about two classes; gradus eval tells the area (auc) of each", r.Model, len(classes))
	case r.Scores.ROC == nil:
		return nil, exit.Dataf("%s was judged by examples of one class, or gives no probabilities; a ROC curve wants examples of both", r.Model)
	}
	first, second := classes[0], classes[1]
	model := plot.Series{Name: "every threshold", Color: plot.Hue(0)}
	for _, p := range r.Scores.ROC {
		model.X, model.Y = append(model.X, p.False), append(model.Y, p.Found)
	}
	usual := plot.Series{Name: "as it answers", X: []float64{1 - r.Classes[0].Recall}, Y: []float64{r.Classes[1].Recall}, Color: plot.Hue(0), Dots: true}
	return plot.Curves{
		Title:  fmt.Sprintf("%s on %s: area %.4f", called(r.Model), r.Data, r.Scores.Figures["roc_auc"]),
		XLabel: fmt.Sprintf("share of %q taken for %q", first, second), YLabel: fmt.Sprintf("share of %q that is found", second),
		Series: []plot.Series{{Name: "by chance", X: []float64{0, 1}, Y: []float64{0, 1}, Color: grey, Dash: 1}, model, usual},
		Y:      plot.Span{Lo: 0, Hi: 1},
	}, nil
}
