package layertest

import (
	"errors"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/layer"
)

// tolerance is the largest relative error of a right gradient. The differences are good to about 1e-11: with
// h = 1e-3 their truncation is h⁴ = 1e-12 after extrapolation, and rounding leaves ε/h = 2e-13.
const tolerance = 1e-7

// checkGradient compares the gradients of Σ dy·y in the inputs and in every parameter with numerical ones, in training
// mode and outside it. For a layer that cannot learn there is nothing to compare.
func checkGradient(p layer.Plan, in int) error {
	if p.NoGradient != "" {
		return nil
	}
	var all []error
	for _, train := range []bool{false, true} {
		b := newBench(p, p.F64, in, rows)
		b.view.Train = train
		r := b.whole()
		value := func() float64 {
			b.op.Forward(&b.view, layer.Share{Hi: rows, Worker: worker(0, 1)})
			return dot(b.dy, b.view.Y)
		}
		all = append(all, compare("input", r.dx, numerical(value, b.view.X)))
		for i, q := range p.Params {
			all = append(all, compare(q.Name, r.dp[i], numerical(value, b.view.P[i])))
		}
	}
	return errors.Join(all...)
}

func dot(a, b []float64) float64 {
	var s float64
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// numerical returns the gradient of f in x, by central differences of h and h/2 and Richardson's extrapolation.
func numerical(f func() float64, x []float64) []float64 {
	central := func(i int, h float64) float64 {
		old := x[i]
		defer func() { x[i] = old }()
		x[i] = old + h
		up := f()
		x[i] = old - h
		return (up - f()) / (2 * h)
	}
	const h = 1e-3
	g := make([]float64, len(x))
	for i := range x {
		g[i] = (4*central(i, h/2) - central(i, h)) / 3
	}
	return g
}

// compare measures errors against the element itself, or, where it is small, against a thousandth of the largest.
func compare(name string, have, want []float64) error {
	var largest float64
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	worst, at := 0.0, 0
	for i, w := range want {
		e := math.Abs(have[i]-w) / max(math.Abs(w), 1e-3*largest, 1e-12)
		if !(e <= worst) {
			worst, at = e, i
		}
	}
	if worst <= tolerance {
		return nil
	}
	return fmt.Errorf("gradient of %s: element %d is %.9g, by differences %.9g; relative error %.1e", name, at, have[at], want[at], worst)
}

// checkPrecision compares the float32 operation with the float64 one on the same numbers. The bound is a hundred roundings
// of float32, against the largest element: more than the few dozen that a small layer takes.
func checkPrecision(p layer.Plan, in int) error {
	narrow, wide := newBench(p, p.F32, in, rows).whole(), newBench(p, p.F64, in, rows).whole()
	errs := []error{near("y", narrow.y, wide.y), near("dx", narrow.dx, wide.dx)}
	for i, q := range p.Params {
		errs = append(errs, near("gradient of "+q.Name, narrow.dp[i], wide.dp[i]))
	}
	return errors.Join(errs...)
}

func near(name string, narrow []float32, wide []float64) error {
	var largest float64
	for _, w := range wide {
		largest = max(largest, math.Abs(w))
	}
	for i, w := range wide {
		if e := math.Abs(float64(narrow[i]) - w); !(e <= 100*0x1p-24*largest) {
			return fmt.Errorf("%s[%d] is %v in float32, but %v in float64", name, i, narrow[i], w)
		}
	}
	return nil
}
