package figure

import (
	"context"
	"fmt"
	"image/color"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/plot"
)

// grey is the colour of what is there to compare with.
var grey = color.NRGBA{0x88, 0x88, 0x88, 0xff}

// Calibration shows whether a model's probabilities come true: of its answers, those of about the same probability, the share that is
// right (a reliability diagram). On the diagonal is who says 80 % and is right in four of five.
func Calibration(ctx context.Context, o session.EvalOptions) (plot.Picture, error) {
	r, err := session.Eval(ctx, o)
	if err != nil {
		return nil, err
	}
	return calibrationOf(r)
}

func calibrationOf(r *session.EvalReport) (plot.Picture, error) {
	c := r.Calibration
	if c == nil {
		return nil, exit.Dataf("%s gives no probabilities of classes, which could come true or not", r.Model)
	}
	model := plot.Series{Name: "this model"}
	for _, b := range c.Bins {
		if b.N > 0 {
			model.X, model.Y = append(model.X, b.Said), append(model.Y, b.Right)
		}
	}
	dots := model
	dots.Name, dots.Dots = "bins of .1", true
	dots.Color, model.Color = plot.Hue(0), plot.Hue(0)
	return plot.Curves{
		Title:  fmt.Sprintf("%s on %s: probabilities off by %.2f %%", called(r.Model), r.Data, 100*c.ECE),
		XLabel: "probability of the answer", YLabel: "share of the answers that is right",
		Series: []plot.Series{{Name: "as sure as right", X: []float64{0, 1}, Y: []float64{0, 1}, Color: grey, Dash: 1}, model, dots},
		Y:      plot.Span{Lo: 0, Hi: 1},
	}, nil
}
