// Package figure makes pictures of what the command line names: functions, data sets, models and runs.
package figure

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/numdiff"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/plot"
	"github.com/gradus-nn/gradus/plot/expr"
)

// FunctionOptions say what of a function to show.
type FunctionOptions struct {
	Derivative bool
	Tangent    *float64
	Surface    bool
	Descent    bool
	From       string // "-7,2"
	Opt, LR    string // lists with commas; one rate is for all
	Steps      int
	X, Y       *plot.Span
}

// Activations is a picture of activations by name.
func Activations(names []string, o FunctionOptions) (plot.Picture, error) {
	var layers []layer.Layer
	for _, name := range names {
		l, err := nn.ParseLayers(name)
		if err != nil {
			return nil, exit.Usagef("gradus plot: %q is neither an activation nor something to plot: %w", name, err)
		}
		layers = append(layers, l...)
	}
	x := span(o.X, plot.Span{Lo: -6, Hi: 6})
	p, err := plot.Activations(layers, plot.Sample(x.Lo, x.Hi, 601), o.Derivative)
	return p, exit.With(exit.Usage, err)
}

func span(s *plot.Span, usual plot.Span) plot.Span {
	if s != nil {
		return *s
	}
	return usual
}

// Function is a picture of a function that was typed in.
func Function(text string, o FunctionOptions) (plot.Picture, error) {
	e, err := expr.Parse(text)
	if err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	if e.IsTwo() || o.Descent || o.Surface {
		return two(e, o)
	}
	x := span(o.X, plot.Span{Lo: -10, Hi: 10})
	if o.Tangent != nil && o.X == nil {
		d := math.Max(10, 2*math.Abs(*o.Tangent))
		x = plot.Span{Lo: -d, Hi: d}
		if math.IsNaN(e.One(-d)) || *o.Tangent >= 0 { // Saito's figure 4-6 shows 0 to 20
			x.Lo = 0
		}
	}
	c := plot.Function(e.String(), e.One, x)
	if len(c.Finite()) == 0 {
		return nil, exit.Usagef("gradus plot: %s is not a finite number anywhere from %g to %g; choose another range with --x", e, x.Lo, x.Hi)
	}
	if o.Y != nil {
		c.Y = *o.Y
	}
	if o.Derivative {
		c = c.WithDerivative(e.One)
	}
	if o.Tangent == nil {
		return c, nil
	}
	c, err = c.WithTangent(e.One, *o.Tangent)
	return c, exit.With(exit.Usage, err)
}

// crossings is the number of places along each axis of a map.
const crossings = 81

func two(e *expr.Expr, o FunctionOptions) (plot.Picture, error) {
	x, y := span(o.X, plot.Span{Lo: -10, Hi: 10}), span(o.Y, plot.Span{Lo: -10, Hi: 10})
	xName, yName := "x0", "x1"
	if v := e.Vars(); len(v) > 0 && (v[0] == "x" || v[0] == "y") {
		xName, yName = "x", "y"
	}
	title := fmt.Sprintf("f(%s, %s) = %s", xName, yName, e)
	if o.Surface {
		return plot.Surface{Title: title, XLabel: xName, YLabel: yName, ZLabel: "f", Grid: plot.NewGrid(e.Two, x, y, crossings)}, nil
	}
	c := plot.Contour{Title: title, XLabel: xName, YLabel: yName}
	if o.Descent {
		paths, err := descents(e, o)
		if err != nil {
			return nil, err
		}
		c.Paths = paths
		if o.X == nil && o.Y == nil {
			x, y = around(paths)
		}
	}
	c.Grid = plot.NewGrid(e.Two, x, y, crossings)
	return c, nil
}

// around is a window that shows the paths whole, neither axis less than a third of the other. A path that runs away
// does not count further than ten times as far as the start.
func around(paths []plot.Path) (x, y plot.Span) {
	far := 1.0
	for _, p := range paths {
		far = max(far, 10*math.Abs(p.X[0]), 10*math.Abs(p.Y[0]))
	}
	reach := func(values func(p plot.Path) []float64) float64 {
		r := 0.0
		for _, p := range paths {
			for _, v := range values(p) {
				if a := math.Abs(v); a <= far {
					r = max(r, a)
				}
			}
		}
		return r * 1.15
	}
	rx, ry := reach(func(p plot.Path) []float64 { return p.X }), reach(func(p plot.Path) []float64 { return p.Y })
	rx, ry = max(rx, ry/3, 1e-6), max(ry, rx/3, 1e-6)
	return plot.Span{Lo: -rx, Hi: rx}, plot.Span{Lo: -ry, Hi: ry}
}

// bookRate is the learning rate of each optimiser on x²/20 + y² in Saito's chapter 6; of others, one that works there.
var bookRate = map[string]float64{
	"sgd": 0.95, "momentum": 0.1, "nesterov": 0.1, "adagrad": 1.5, "rmsprop": 0.3, "adam": 0.3, "adamw": 0.3,
}

func descents(e *expr.Expr, o FunctionOptions) ([]plot.Path, error) {
	start, err := numbers(o.From)
	if err != nil || len(start) != 2 {
		return nil, exit.Usagef("gradus plot: --from %q; want two numbers, such as --from -7,2", o.From)
	}
	if v := e.Two(start[0], start[1]); math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, exit.Usagef("gradus plot: %s is %v at --from %s; choose another place to start", e, v, o.From)
	}
	if o.Steps < 1 || o.Steps > 100_000 {
		return nil, exit.Usagef("gradus plot: --steps is %d; want 1 to 100000", o.Steps)
	}
	names := strings.Split(o.Opt, ",")
	var rates []float64
	if o.LR != "" {
		if rates, err = numbers(o.LR); err != nil || len(rates) != 1 && len(rates) != len(names) {
			return nil, exit.Usagef("gradus plot: --lr %q; want one number, or one for each of the %d optimisers", o.LR, len(names))
		}
	}
	var paths []plot.Path
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		rate := bookRate[name]
		if len(rates) > 0 {
			rate = rates[i%len(rates)]
		}
		opt, err := optim.ByName(name, rate)
		if err != nil {
			return nil, exit.With(exit.Usage, err)
		}
		p := Descend(e.Slice, start, opt, o.Steps)
		p.Name = fmt.Sprintf("%s, learning rate %g", name, rate)
		paths = append(paths, p)
	}
	return paths, nil
}

// Descend walks down f from start, by numerical gradients, as an optimiser does it. It ends early where f is no number.
func Descend(f func([]float64) float64, start []float64, o optim.Optimizer, steps int) plot.Path {
	at := []float64{start[0], start[1]}
	stepper := optim.New[float64](o, len(at))
	var p plot.Path
	for i := 0; ; i++ {
		v := f(at)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return p
		}
		p.X, p.Y, p.Z = append(p.X, at[0]), append(p.Y, at[1]), append(p.Z, v)
		if i == steps {
			return p
		}
		stepper.Step(at, numdiff.Gradient(f, at))
	}
}

func numbers(list string) ([]float64, error) {
	var all []float64
	for _, text := range strings.Split(list, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
			err = fmt.Errorf("not finite")
		}
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}
