package gradcheck

import (
	"math"

	"github.com/gradus-nn/gradus/numdiff"
)

// A checker differentiates a cost numerically.
type checker struct {
	cost      func() float64
	here      float64 // the cost where the parameters are
	tolerance float64
}

// firstStep suits costs that change smoothly when a parameter moves by about one: extrapolated once, a difference is
// wrong by about h⁴ ≈ 10⁻¹² then, and by ε/h ≈ 10⁻¹³ from rounding.
const firstStep = 1e-3

// wideStep, extrapolated three times, serves gradients that are small beside the cost: it suffers least from rounding.
const wideStep = 1e-2

// closerSteps leave out a kink nearby and follow a cost that changes fast, at the price of more rounding errors.
var closerSteps = [...]float64{1e-4, 1e-5, 1e-6}

// along returns the cost as a function of one parameter, which it puts back after every call.
func (c *checker) along(p *float64) func(float64) float64 {
	saved := *p
	return func(v float64) float64 {
		*p = v
		y := c.cost()
		*p = saved
		return y
	}
}

// glance is a first estimate of ∂cost/∂p and of the estimate's own error.
func (c *checker) glance(p *float64) (value, err float64) {
	return c.estimate(c.along(p), *p, firstStep, 2)
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

// look examines coordinate k of t more closely, which did not agree well at first glance. It leaves the best estimate
// in t: the one with the smallest error of its own, whether it agrees or not.
func (c *checker) look(p *float64, t *Tensor, k int, largest float64) finding {
	if math.IsNaN(c.here) || math.IsInf(c.here, 0) {
		return notFinite
	}
	f, x, backprop := c.along(p), *p, t.Backprop[k]
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
	right := (-3*c.here + 4*f(x+h/2) - f(x+h)) / h
	left := (3*c.here - 4*f(x-h/2) + f(x-h)) / h
	return right - left
}
