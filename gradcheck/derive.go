package gradcheck

import (
	"math"

	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/numdiff"
)

// A checker differentiates a cost numerically, one segment of parameters after the other.
type checker struct {
	prober    prober
	here      float64 // the cost where the parameters are
	tolerance float64
	segment   nn.Segment
}

// firstStep suits costs that change smoothly when a parameter moves by about one: extrapolated once, a difference is
// wrong by about h⁴ ≈ 10⁻¹² then, and by ε/h ≈ 10⁻¹³ from rounding.
const firstStep = 1e-3

// wideStep, extrapolated three times, serves gradients that are small beside the cost: it suffers least from rounding.
const wideStep = 1e-2

// closerSteps leave out a kink nearby and follow a cost that changes fast, at the price of more rounding errors.
var closerSteps = [...]float64{1e-4, 1e-5, 1e-6}

// along returns what the cost gains over here as a function of parameter i of the segment, whose value is x.
func (c *checker) along(i int, x float64) func(float64) float64 {
	return func(v float64) float64 {
		var change [1]float64
		c.prober.probe(c.segment, []int{i}, []float64{v - x}, change[:])
		return change[0]
	}
}

// glance makes a first estimate of ∂cost/∂p, and of the estimate's own error, for every coordinate of t: it extrapolates
// the differences with firstStep and half of it. It returns how much the derivatives from the left and the right differ.
func (c *checker) glance(t *Tensor, params []float64) (bend []float64) {
	const m = 4
	moves, change := make([]float64, m*len(t.Index)), make([]float64, m*len(t.Index))
	for k, i := range t.Index {
		h := firstStep * max(1, math.Abs(params[i]))
		copy(moves[m*k:], []float64{exact(params[i], h), -exact(params[i], h), exact(params[i], h/2), -exact(params[i], h/2)})
	}
	c.prober.probe(c.segment, t.Index, moves, change)
	bend = make([]float64, len(t.Index))
	for k := range t.Index {
		h, y := moves[m*k], change[m*k:][:m]
		far, near := (y[0]-y[1])/(2*h), (y[2]-y[3])/(2*moves[m*k+2])
		t.Numeric[k] = near + (near-far)/3 // D₁(h/2) of numdiff.RichardsonH
		t.NumericError[k] = math.Abs(t.Numeric[k]-far) + c.noise(h)
		bend[k] = (4*(y[2]+y[3]) - (y[0] + y[1])) / h // as jump
	}
	return bend
}

// exact returns the step nearest to h for which x+h is a number of float64.
func exact(x, h float64) float64 {
	sum := x + h
	return sum - x
}

// estimate extrapolates differences with a step of h, or of h·|x| for large x. The error counts what the extrapolation
// says, which can be small by luck, and what the rounding of the cost must be expected to do.
func (c *checker) estimate(f func(float64) float64, x, h float64, levels int) (value, err float64) {
	h *= max(1, math.Abs(x))
	value, err = numdiff.RichardsonH(f, x, h, levels)
	return value, err + c.noise(h)
}

// noise is the error of a difference with the step h that comes from a few roundings of the cost.
func (c *checker) noise(h float64) float64 { return 0x1p-50 * magnitude(c.here) / h }

// A finding is what came out of comparing one coordinate.
type finding int

const (
	agrees  finding = iota
	differs         // the gradient is wrong
	kink            // these three cannot be checked: see Tensor
	rounding
	notFinite
)

// look examines coordinate k of t, whose parameter is x, more closely, which did not agree well at first glance. It
// leaves the best estimate in t: the one with the smallest error of its own, whether it agrees or not.
func (c *checker) look(x float64, t *Tensor, k int, largest, bend float64) finding {
	if math.IsNaN(c.here) || math.IsInf(c.here, 0) {
		return notFinite
	}
	f, backprop := c.along(t.Index[k], x), t.Backprop[k]
	gap := math.Abs(backprop - t.Numeric[k])
	if math.IsNaN(backprop) || gap > 10*t.NumericError[k] && math.Abs(bend) < 1e-3*gap {
		return differs // neither rounding nor a kink, which would bend the cost visibly, explains so much
	}
	better := func(v, e float64) {
		if e < t.NumericError[k] {
			t.Numeric[k], t.NumericError[k] = v, e
		}
	}
	better(c.estimate(f, x, wideStep, 4))
	for _, h := range closerSteps {
		better(c.estimate(f, x, h, 2))
	}
	unit := c.unit(largest, backprop, t.Numeric[k])
	switch {
	case c.relative(backprop, t.Numeric[k], unit) <= c.tolerance:
		return agrees
	case c.bends(f, x, unit):
		return kink
	case math.Abs(backprop-t.Numeric[k]) <= 10*t.NumericError[k]:
		return rounding
	}
	return differs
}

// bends reports whether f has a kink at x or too near to keep away from: whether the derivatives from the left and from
// the right differ, and go on differing within a tenth of the distance. Where f is merely curved, the difference shrinks
// with the square of it. The stairs of a coarsely rounded cost count as kinks too.
func (c *checker) bends(f func(float64) float64, x, unit float64) bool {
	scale := max(1, math.Abs(x))
	far := math.Abs(c.jump(f, x, closerSteps[0]*scale))
	for _, h := range closerSteps[1:] {
		near := math.Abs(c.jump(f, x, h*scale))
		if near > max(16*c.noise(h*scale), c.tolerance*unit) && near > far/4 {
			return true
		}
		far = near
	}
	return false
}

// jump returns the derivative from the right less that from the left, each from three points, which is exact for
// parabolas:
//
//	f′(x+) ≈ (-3·f(x) + 4·f(x+h/2) - f(x+h)) / h
func (c *checker) jump(f func(float64) float64, x, h float64) float64 {
	right := (4*f(x+h/2) - f(x+h)) / h // f counts from the cost at x, which is 0 here
	left := (f(x-h) - 4*f(x-h/2)) / h
	return right - left
}
