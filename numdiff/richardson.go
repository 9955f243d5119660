package numdiff

import "math"

// Richardson returns f′(x) and an estimate of its error, by extrapolating central differences to h = 0. It takes up to
// 20 values of f and reaches a relative error of 10⁻¹² or so where f is smooth.
//
// f must be smooth within the first step, or else value and estimate are both wrong. The step shrinks from
// 0.1·max(1, |x|) by √2 until rounding makes the estimates worse (Ridders 1982).
func Richardson(f func(float64) float64, x float64) (value, err float64) {
	return extrapolate(f, x, 0.1*max(1, math.Abs(x)), math.Sqrt2, 10)
}

// RichardsonH is Richardson with a first step of h that is halved levels-1 times: it takes 2·levels values of f, which
// it asks for at x±h, x±h/2, x±h/4 and so on. With two levels the error is about h⁴, with three h⁶; a single level is a
// central difference, which nothing confirms: its error is +Inf.
//
//	D₀(h) = (f(x+h) - f(x-h)) / 2h        Dₖ(h) = (4ᵏ·Dₖ₋₁(h) - Dₖ₋₁(2h)) / (4ᵏ - 1)
func RichardsonH(f func(float64) float64, x, h float64, levels int) (value, err float64) {
	return extrapolate(f, x, h, 2, levels)
}

// maxLevels is more than float64 has use for.
const maxLevels = 16

// extrapolate builds Neville's table row by row: the error of a central difference is a series in h², so each column
// removes one more power of it. It returns the entry that its two neighbours confirm best.
func extrapolate(f func(float64) float64, x, h, shrink float64, levels int) (value, err float64) {
	var above, row [maxLevels]float64
	err = math.Inf(1)
	levels = min(max(levels, 1), maxLevels)
	for i := range levels {
		row[0] = DerivativeH(f, x, exactStep(x, h))
		if i == 0 {
			value = row[0]
		}
		factor := 1.0
		for k := 1; k <= i; k++ {
			factor *= shrink * shrink
			row[k] = row[k-1] + float64((row[k-1]-above[k-1])/(factor-1))
			if e := max(math.Abs(row[k]-row[k-1]), math.Abs(row[k]-above[k-1])); e <= err {
				value, err = row[k], e
			}
		}
		if i > 1 && math.Abs(row[i]-above[i-1]) >= 2*err {
			break // rounding has taken over
		}
		above = row
		h /= shrink
	}
	return value, err
}
