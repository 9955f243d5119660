// Package portable has the few functions of float64 that decide about a training run's bits: initial weights and
// learning rates. Package math may answer differently in the last bit on another processor, where it has assembly or
// where the compiler fuses; these are fused multiply-adds in a written order, so they cannot. They are accurate to a few
// units in the last place.
package portable

import "math"

// Log returns the natural logarithm of a positive, finite x.
//
//	x = m·2ᵉ, √½ ≤ m < √2        z = (m-1)/(m+1)        ln x = e·ln 2 + 2·(z + z³/3 + z⁵/5 + ...)
//
// |z| ≤ 0.172, so the first term left out, z²⁴/25 beside 1, is below 2⁻⁶⁵.
func Log(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	z := (m - 1) / (m + 1)
	return math.FMA(float64(e), math.Ln2, 2*z*polynomial(z*z, atanh[:]))
}

// Exp returns eˣ for |x| ≤ 700.
//
//	x = n·ln 2 + r, |r| ≤ ln2/2        eˣ = 2ⁿ·(1 + r + r²/2! + r³/3! + ...)
//
// The first term left out, r¹⁴/14!, is below 2⁻⁵⁷.
func Exp(x float64) float64 {
	n := math.RoundToEven(x / math.Ln2)
	r := math.FMA(n, -ln2Low, math.FMA(n, -ln2High, x))
	return math.Ldexp(polynomial(r, inverseFactorials[:]), int(n))
}

// Pow returns xʸ for a positive x and |y·ln x| ≤ 700.
func Pow(x, y float64) float64 { return Exp(y * Log(x)) }

// CosPi returns cos(π·x) for 0 ≤ x ≤ 1: exactly 1, 0 and -1 at 0, ½ and 1.
func CosPi(x float64) float64 {
	switch {
	case x > 0.5:
		return -CosPi(1 - x)
	case x > 0.25:
		a := math.Pi * (0.5 - x)
		return float64(a * polynomial(a*a, sine[:])) // cos(π·x) = sin(π/2 - π·x)
	}
	a := math.Pi * x
	return polynomial(a*a, cosine[:])
}

// polynomial evaluates by Horner's rule, highest power first.
func polynomial(x float64, coefficients []float64) float64 {
	sum := 0.0
	for _, c := range coefficients {
		sum = math.FMA(sum, x, c)
	}
	return sum
}

// ln 2 in two parts: the upper has 32 bits, so that its product with an exponent is exact.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

var (
	atanh             = [...]float64{1. / 23, 1. / 21, 1. / 19, 1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3, 1}
	inverseFactorials = [...]float64{1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1}
	sine              = [...]float64{1. / 355687428096000, -1. / 1307674368000, 1. / 6227020800, -1. / 39916800, 1. / 362880, -1. / 5040, 1. / 120, -1. / 6, 1}
	cosine            = [...]float64{1. / 20922789888000, -1. / 87178291200, 1. / 479001600, -1. / 3628800, 1. / 40320, -1. / 720, 1. / 24, -1. / 2, 1}
)
