package source

import "math"

const (
	sqrtHalf = 0x3f3504f3 // the bits of the float32 next to √½

	// ln 2 = logLn2Hi + logLn2Lo.
	logLn2Hi = 0x1.62e4p-1
	logLn2Lo = 0x1.7f7d1cp-20

	smallestNormal = 0x1p-126
)

// logPoly are the coefficients of q: ln(1+f) ≈ f - f²/2 + f³·q(f) for √½ ≤ 1+f ≤ √2, lowest power first.
var logPoly = [...]float32{0x1.555548p-2, -0x1.000006p-2, 0x1.99a476p-3, -0x1.555c46p-3, 0x1.233ba8p-3,
	-0x1.fc2884p-4, 0x1.e6bf36p-4, -0x1.de02d6p-4, 0x1.147646p-4}

// log splits x = 2^k·(1+f) with √½ ≤ 1+f < √2; then ln x = k·ln2 + ln(1+f).
func log(x float32) float32 {
	switch {
	case x == 0:
		return float32(math.Inf(-1))
	case !(x > 0):
		return float32(math.NaN())
	case x > math.MaxFloat32:
		return x
	}
	var k int32
	if x < smallestNormal {
		x *= 1 << 23
		k = -23
	}
	i := int32(math.Float32bits(x) - sqrtHalf)
	k += i >> 23
	f := math.Float32frombits(uint32(i)&(1<<23-1)+sqrtHalf) - 1

	q := logPoly[8]
	for n := 7; n >= 0; n-- {
		q = fma(q, f, logPoly[n])
	}
	q = fma(q, f, -0.5)

	// The two large terms are added first, and what rounding cuts off joins the small ones.
	kf := float32(k)
	s := float32(kf * logLn2Hi)
	t := s + f
	cut := f - (t - s)
	return t + fma(float32(f*f), q, fma(kf, logLn2Lo, cut))
}
