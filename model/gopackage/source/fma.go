package source

import "math"

// fma returns a·b + c rounded once to float32, as the fused instruction of a processor does.
//
// The product of two float32 is exact in float64; the sum is not. Rounding it to float64 and then to float32 rounds twice, which
// differs from rounding once only where the float64 sum is inexact and lies exactly half-way between two neighbouring float32.
// There the sum is rounded to odd instead (Boldo & Melquiond 2008).
func fma(a, b, c float32) float32 {
	if s, sure := fmaQuickly(a, b, c); sure {
		return s
	}
	return fmaCarefully(a, b, c)
}

// fmaQuickly returns what fma does if it is sure of it, which it nearly always is. It is small enough to be inlined.
func fmaQuickly(a, b, c float32) (s float32, sure bool) {
	// A normal float32 keeps the upper 24 of 53 bits: half-way is 1 followed by 28 zeros in the 29 lower ones.
	// Subnormal results keep fewer bits, so they are never sure; nor is zero.
	const low, half, smallest = 1<<29 - 1, 1 << 28, 0x381 // 0x381: biased exponent of 2^-126
	sum := float64(a)*float64(b) + float64(c)
	u := math.Float64bits(sum)
	return float32(sum), u&low != half && u>>52&0x7ff >= smallest
}

// fmaCarefully is fma by way of rounding to odd.
func fmaCarefully(a, b, c float32) float32 {
	p := float64(a) * float64(b)
	return float32(roundToOdd(p, float64(c), p+float64(c)))
}

// roundToOdd returns p + c rounded to odd, given s, the same rounded to nearest.
func roundToOdd(p, c, s float64) float64 {
	t := s - p
	e := (p - (s - t)) + (c - t) // the exact error that s left out (Knuth's two-sum)
	u := math.Float64bits(s)
	if e == 0 || e != e || u&1 == 1 {
		return s
	}
	if (e > 0) == (s > 0) {
		return math.Float64frombits(u + 1)
	}
	return math.Float64frombits(u - 1)
}
