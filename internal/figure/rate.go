package figure

import (
	"math"
	"slices"

	"github.com/gradus-nn/gradus/plot"
	"github.com/gradus-nn/gradus/tune"
)

// Rates is the curve of a range test: the smoothed loss over the power of ten of the rate, with the suggested one as a dot. Losses
// far above the first one are cut off, for they would flatten the rest.
func Rates(c *tune.RateCurve) plot.Picture {
	const above = 1.2
	line := plot.Series{Name: "loss"}
	dot := plot.Series{Name: "suggested rate", Dots: true}
	for i, rate := range c.Rates {
		line.X, line.Y = append(line.X, math.Log10(rate)), append(line.Y, c.Smooth[i])
		if len(dot.X) == 0 && c.Rate > 0 && rate >= c.Rate {
			dot.X, dot.Y = []float64{math.Log10(c.Rate)}, []float64{c.Smooth[i]}
		}
	}
	p := plot.Curves{Title: "Range test: the loss over the learning rate, by powers of ten", XLabel: "learning rate, power of ten", YLabel: "loss, smoothed", Series: []plot.Series{line}}
	if len(dot.X) > 0 {
		p.Series = append(p.Series, dot)
	}
	if len(line.Y) > 1 {
		lo, hi := slices.Min(line.Y), min(slices.Max(line.Y), above*line.Y[0])
		if margin := (hi - lo) / 20; margin > 0 {
			p.Y = plot.Span{Lo: lo - margin, Hi: hi + margin}
		}
	}
	return p
}
