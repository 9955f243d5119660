package plot

import (
	"fmt"
	"math"
	"strings"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/numdiff"
	"github.com/gradus-nn/gradus/tensor"
)

// Apply returns what an activation makes of numbers, and its derivative there, as the networks compute them in float64.
// An activation that has no derivative to learn by, such as step, has the limit's: 0, and none at the step.
func Apply(l layer.Layer, x []float64) (y, dy []float64, err error) {
	plan, err := l.Plan(tensor.Shape{len(x)})
	if err != nil {
		return nil, nil, err
	}
	if len(plan.Params) > 0 || plan.Branches != nil || !plan.Out.Equal(tensor.Shape{len(x)}) {
		return nil, nil, fmt.Errorf("plot: %s is not a function of one number; want an activation such as sigmoid", l.Kind())
	}
	y, dy = make([]float64, len(x)), make([]float64, len(x))
	if plan.F64 == nil { // identity
		copy(y, x)
		for i := range dy {
			dy[i] = 1
		}
		return y, dy, nil
	}
	one := make([]float64, len(x))
	for i := range one {
		one[i] = 1
	}
	v := &layer.View[float64]{N: 1, X: x, Y: y, DX: dy, DY: one, C: make([]float64, plan.Cache), Work: [][]float64{make([]float64, plan.Work)}}
	plan.F64.Forward(v, layer.Share{Hi: 1})
	if plan.NoGradient == "" {
		plan.F64.Backward(v, layer.Share{Hi: 1})
		return y, dy, nil
	}
	for i := range dy {
		if x[i] == 0 {
			dy[i] = math.NaN()
		}
	}
	return y, dy, nil
}

// Activations is a picture of activations over x, by the names of their kinds; with the derivatives on a second panel if
// they are wanted.
func Activations(layers []layer.Layer, x []float64, derivative bool) (Picture, error) {
	var kinds []string
	f, d := Curves{XLabel: "x", YLabel: "f(x)"}, Curves{XLabel: "x", YLabel: "f′(x)"}
	for i, l := range layers {
		switch l.(type) {
		case layer.Softmax, layer.LogSoftmax:
			return nil, fmt.Errorf("plot: %s is a function of all outputs together, which has no curve; want an activation such as sigmoid", l.Kind())
		}
		y, dy, err := Apply(l, x)
		if err != nil {
			return nil, err
		}
		kinds = append(kinds, l.Kind())
		f.Series = append(f.Series, Series{Name: l.Kind(), X: x, Y: y, Dash: i})
		d.Series = append(d.Series, Series{Name: l.Kind(), X: x, Y: dy, Dash: i})
	}
	title := strings.Join(kinds, ", ")
	if !derivative {
		f.Title = title
		return f, nil
	}
	return Panels{Title: title + " and derivative", Plots: []Curves{f, d}, Legend: f.Series}, nil
}

// Function is a picture of f over span.
func Function(name string, f func(float64) float64, span Span) Curves {
	x := Sample(span.Lo, span.Hi, 801)
	return Curves{Title: "f(x) = " + name, XLabel: "x", YLabel: "f(x)", Series: []Series{{X: x, Y: each(f, x)}}}
}

// WithDerivative adds the numerical derivative of f to its picture.
func (c Curves) WithDerivative(f func(float64) float64) Curves {
	x := c.Series[0].X
	c.Series = append(c.Series, Series{
		Name: "f′(x)", X: x, Y: each(func(v float64) float64 { return numdiff.Derivative(f, v) }, x), Dash: 1,
	})
	c.Series[0].Name = "f(x)"
	return c
}

// WithTangent adds the line that touches f at the given place, with the slope of the book's numerical derivative
// (Saito 4.3.2).
func (c Curves) WithTangent(f func(float64) float64, at float64) (Curves, error) {
	slope, y := numdiff.DerivativeH(f, at, numdiff.BookStep), f(at)
	if math.IsNaN(slope) || math.IsInf(slope, 0) || math.IsNaN(y) || math.IsInf(y, 0) {
		return c, fmt.Errorf("plot: there is no tangent at x = %g: the function is %g there and its slope %g", at, y, slope)
	}
	c.Y = c.span() // the line does not widen what is shown of the function
	c.Series[0].Name = "f(x)"
	x := c.Series[0].X
	c.Series = append(c.Series,
		Series{
			Name: fmt.Sprintf("tangent at x = %g, slope %.6g", at, slope), X: x, Dash: 1,
			Y: each(func(v float64) float64 { return y + slope*(v-at) }, x),
		},
		Series{Name: fmt.Sprintf("(%g, %.4g)", at, y), X: []float64{at}, Y: []float64{y}, Dots: true, Color: ink},
	)
	return c, nil
}

func each(f func(float64) float64, x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = f(v)
	}
	return y
}
