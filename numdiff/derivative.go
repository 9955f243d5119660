// Package numdiff differentiates functions numerically: slowly, approximately, and without knowing how they are made,
// which is what makes it a judge of gradients that were derived by hand.
package numdiff

import "math"

// BookStep is the step h of Saito's chapter 4.
const BookStep = 1e-4

// centralStep is ∛ε with ε = 2⁻⁵²: a central difference is wrong by about h²·f‴/6 since it stops after two terms,
// and by about ε·f/h since f is rounded; with f‴ as large as f the sum is smallest near h = ∛ε ≈ 6·10⁻⁶, and about
// 10⁻¹¹ then.
var centralStep = math.Cbrt(0x1p-52)

// Derivative returns f′(x) by a central difference with a step that suits float64.
//
//	(f(x+h) - f(x-h)) / 2h        h = ∛ε·max(1, |x|)
func Derivative(f func(float64) float64, x float64) float64 {
	return DerivativeH(f, x, exactStep(x, centralStep*max(1, math.Abs(x))))
}

// DerivativeH returns f′(x) by a central difference with the step h, as in Saito's chapter 4:
//
//	(f(x+h) - f(x-h)) / 2h
func DerivativeH(f func(float64) float64, x, h float64) float64 {
	return (f(x+h) - f(x-h)) / (2 * h)
}

// ForwardH returns f′(x) by a forward difference with the step h. It is the definition of the derivative without its
// limit, and its error shrinks like h only, not like h²: use it to see that.
//
//	(f(x+h) - f(x)) / h
func ForwardH(f func(float64) float64, x, h float64) float64 {
	return (f(x+h) - f(x)) / h
}

// exactStep returns the step nearest to h for which x+h is a number of float64, so that the function is not asked at a
// point other than the one that the difference is divided by.
func exactStep(x, h float64) float64 {
	sum := x + float64(h) // h may be a product, and must not be fused
	return sum - x
}
