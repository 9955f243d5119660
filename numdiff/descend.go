package numdiff

import (
	"fmt"
	"math"
	"slices"
)

// Path is the way of a descent.
type Path struct {
	Points [][]float64 // from the start on: one more than the steps made
	Values []float64   // of the function at these points
}

// End returns the last point.
func (p Path) End() []float64 { return p.Points[len(p.Points)-1] }

func (p *Path) add(x []float64, value float64) {
	p.Points = append(p.Points, slices.Clone(x))
	p.Values = append(p.Values, value)
}

// Descent tells how to descend.
type Descent struct {
	Rate  float64 // learning rate
	Steps int
	H     float64 // step of the differences; 0 means the default of Gradient
}

// A DivergedError says that a descent ended higher than it began. The path is complete all the same.
type DivergedError struct {
	Rate       float64
	Start, End float64 // the function's first and last value
	Step       int     // the first step that went up
	StoppedAt  int     // the step at which the function was no longer a finite number, or 0
}

func (e *DivergedError) Error() string {
	how := fmt.Sprintf("went up from %.4g to %.4g, first at step %d", e.Start, e.End, e.Step)
	if e.StoppedAt > 0 {
		how = fmt.Sprintf("left the finite numbers at step %d", e.StoppedAt)
	}
	return fmt.Sprintf("numdiff: descent with rate %v diverged: the function %s; try a smaller rate, such as %v", e.Rate, how, e.Rate/10)
}

// Descend walks down f by gradient descent and returns the whole way:
//
//	x -= Rate · ∇f(x)        Steps times
//
// If the function ends higher than it began, or leaves the finite numbers (which ends the walk), the error is a
// *DivergedError, and the path shows what happened.
func Descend(f func([]float64) float64, start []float64, d Descent) (Path, error) {
	x := slices.Clone(start)
	var p Path
	p.add(x, f(x))
	up, stopped := 0, 0
	for step := 1; step <= d.Steps && stopped == 0; step++ {
		var grad []float64
		if d.H != 0 {
			grad = GradientH(f, x, d.H)
		} else {
			grad = Gradient(f, x)
		}
		for i, g := range grad {
			x[i] -= float64(d.Rate * g)
		}
		p.add(x, f(x))
		value, before := p.Values[step], p.Values[step-1]
		if up == 0 && !(value <= before) {
			up = step
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			stopped = step
		}
	}
	first, last := p.Values[0], p.Values[len(p.Values)-1]
	if stopped > 0 || last > first {
		return p, &DivergedError{d.Rate, first, last, up, stopped}
	}
	return p, nil
}
