package kernel

import "math"

// ELU, GELU and softplus. For float32 they are computed in float64, by series and polynomials that are the same on every
// processor, and rounded once: their errors stay below 0.51 ULP, except where the derivative of GELU is near zero.

func expm1[F Float](x F) F {
	if _, ok := any(x).(float32); ok {
		return F(expm1Fixed(float64(x)))
	}
	return F(math.Expm1(float64(x)))
}

func softplus[F Float](x F) F {
	v := float64(x)
	if _, ok := any(x).(float32); ok {
		return F(max(v, 0) + log1pFixed(expFixed(-math.Abs(v))))
	}
	return F(max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))))
}

func gelu[F Float](x F) F {
	v := max(float64(x), -normalEnd)
	if _, ok := any(x).(float32); ok {
		cdf, _ := normalFixed(v)
		return F(v * cdf)
	}
	return F(v * math.Erfc(-v/math.Sqrt2) / 2)
}

// geluSlope is the derivative of gelu: Φ(x) + x·φ(x).
func geluSlope[F Float](x F) F {
	v := min(max(float64(x), -normalEnd), normalEnd)
	if _, ok := any(x).(float32); ok {
		cdf, density := normalFixed(v)
		return F(cdf + float64(v*density))
	}
	return F(math.Erfc(-v/math.Sqrt2)/2 + v*math.Exp(-v*v/2)/math.Sqrt(2*math.Pi))
}

// normalEnd is where the normal distribution ends for the precision in use: Φ(-40) is 4e-350.
const normalEnd = 40

// normalPoly are the coefficients of h: Φ(-a) ≈ exp(-a²/2)·t·h(t) with t = 1/(1 + 0.3·a), lowest power first; the
// relative error is 2.6e-10 for 0 ≤ a ≤ 15, and past that Φ(-a) is 0 as a float32 even when multiplied by a.
var normalPoly = [...]float64{0x1.ea38ebe1133e8p-4, 0x1.ea2c739933cefp-4, 0x1.be7f95ba77641p-4, 0x1.649df4979e2a2p-4,
	0x1.d335f9a4dce7bp-5, 0x1.3f7f06c58d4fap-5, -0x1.bc97ce70f7094p-5, 0x1.fa33544bd5ed7p-4, -0x1.d221fc3221632p-3,
	0x1.8838e650ca2a7p-3, -0x1.3ba26b02fe4aep-4, 0x1.957dfdcda20dcp-7}

// normalFixed returns Φ(x) and φ(x), distribution function and density of the standard normal distribution.
func normalFixed(x float64) (cdf, density float64) {
	a := math.Abs(x)
	e := expFixed(-a * a / 2)
	t := 1 / math.FMA(0.3, a, 1)
	h := 0.0
	for i := len(normalPoly) - 1; i >= 0; i-- {
		h = math.FMA(h, t, normalPoly[i])
	}
	cdf = float64(e * (t * h)) // not to be fused with what follows
	if x > 0 {
		cdf = 1 - cdf
	}
	return cdf, e * (1 / 2.5066282746310005) // √(2π)
}

const (
	ln2Hi = 0x1.62e42fefa39efp-1
	ln2Lo = 0x1.abc9e3b39803fp-56
)

// expFixed is eˣ for x ≤ 0 to 1e-12; below -708 it stays at e^-708.
func expFixed(x float64) float64 {
	if x < -708 {
		x = -708
	}
	n := math.RoundToEven(x * math.Log2E)
	r := math.FMA(n, -ln2Hi, x)
	r = math.FMA(n, -ln2Lo, r)
	p := math.FMA(series(r), r, 1)
	return float64(p * math.Float64frombits(uint64(int64(n)+1023)<<52))
}

// expm1Fixed is eˣ - 1 for x ≤ 0; near 0 nothing cancels.
func expm1Fixed(x float64) float64 {
	if x > -0.35 {
		return x * series(x)
	}
	return expFixed(x) - 1
}

// inverseFactorials are 1/1!, 1/2!, … 1/10!
var inverseFactorials = [...]float64{1, 1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320,
	1. / 362880, 1. / 3628800}

// series is (e^r - 1)/r = 1/1! + r/2! + r²/3! + … to 1e-12 for |r| ≤ 0.35.
func series(r float64) float64 {
	p := 0.0
	for i := len(inverseFactorials) - 1; i >= 0; i-- {
		p = math.FMA(p, r, inverseFactorials[i])
	}
	return p
}

// log1pFixed is ln(1 + u) for 0 ≤ u ≤ 1, as 2·artanh s = 2·(s + s³/3 + s⁵/5 + …) with s = u/(2 + u) ≤ 1/3.
func log1pFixed(u float64) float64 {
	s := u / (2 + u)
	z := s * s
	p := 0.0
	for k := 21; k > 0; k -= 2 {
		p = math.FMA(p, z, 1/float64(k))
	}
	return float64(2 * s * p)
}
