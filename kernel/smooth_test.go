package kernel

import (
	"math"
	"testing"
)

// TestSmooth holds the float32 element functions that are computed in float64 to package math. They round once, so that
// half an ULP is theirs in any case; 0.01 is for the polynomials.
func TestSmooth(t *testing.T) {
	const allowed = 0.51
	phi := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	cdf := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	for _, f := range []struct {
		name  string
		f     func(x float32) float32
		exact func(x float64) float64
		zero  float64 // next to this root the error is a share of the terms that cancel
	}{
		{"expm1", expm1[float32], func(x float64) float64 { return math.Expm1(min(x, 0)) }, math.Inf(1)},
		{"softplus", softplus[float32], func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, math.Inf(1)},
		{"gelu", gelu[float32], func(x float64) float64 { return x * cdf(x) }, math.Inf(1)},
		{"geluSlope", geluSlope[float32], func(x float64) float64 { return cdf(x) + x*phi(x) }, -0.7517916},
	} {
		worst, at := 0.0, float32(0)
		for u := uint64(0); u < 1<<32; u += 7919 {
			x := math.Float32frombits(uint32(u))
			if x != x || math.IsInf(float64(x), 0) || f.name == "expm1" && x > 0 {
				continue
			}
			exact := f.exact(float64(x))
			_, e := math.Frexp(exact)
			ulp := math.Ldexp(1, max(e-24, -149))
			if math.Abs(float64(x)-f.zero) < 0.06 {
				ulp = max(ulp, 0x1p-28)
			}
			if d := math.Abs(float64(f.f(x))-exact) / ulp; d > worst {
				worst, at = d, x
			}
		}
		t.Logf("%s: largest error %.4f ULP, at %v", f.name, worst, at)
		if !(worst <= allowed) {
			t.Errorf("%s: error %.4f ULP at %v, allowed %v", f.name, worst, at, allowed)
		}
	}
}

// TestSmoothEnds follows the functions to infinity.
func TestSmoothEnds(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name      string
		got, want float32
	}{
		{"gelu(-Inf)", gelu(-inf), 0},
		{"gelu(+Inf)", gelu(inf), inf},
		{"gelu'(-Inf)", geluSlope(-inf), 0},
		{"gelu'(+Inf)", geluSlope(inf), 1},
		{"expm1(-Inf)", expm1(-inf), -1},
		{"softplus(-Inf)", softplus(-inf), 0},
		{"softplus(+Inf)", softplus(inf), inf},
		{"softplus(0)", softplus[float32](0), math.Ln2},
		{"softplus(-100)", softplus[float32](-100), float32(math.Exp(-100))},
	} {
		if c.got != c.want {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
	nan := float32(math.NaN())
	for name, y := range map[string]float32{"gelu": gelu(nan), "gelu'": geluSlope(nan), "expm1": expm1(nan), "softplus": softplus(nan)} {
		if y == y {
			t.Errorf("%s(NaN) = %v", name, y)
		}
	}
}
