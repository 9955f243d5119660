package kernel

import (
	"math"
	"testing"
)

// TestGELUSlope holds the derivative of GELU to package math: half an ULP is the rounding's, 0.01 the polynomial's.
// Around the root at -0.75 the error is a share of the terms that cancel, not of the result.
func TestGELUSlope(t *testing.T) {
	const allowed, root = 0.51, -0.7517916
	worst, at := 0.0, float32(0)
	for u := uint64(0); u < 1<<32; u += 7919 {
		x := math.Float32frombits(uint32(u))
		v := float64(x)
		if v != v || math.IsInf(v, 0) {
			continue
		}
		exact := math.Erfc(-v/math.Sqrt2)/2 + v*math.Exp(-v*v/2)/math.Sqrt(2*math.Pi)
		_, e := math.Frexp(exact)
		ulp := math.Ldexp(1, max(e-24, -149))
		if math.Abs(v-root) < 0.06 {
			ulp = max(ulp, 0x1p-28)
		}
		if d := math.Abs(float64(geluSlope(x))-exact) / ulp; d > worst {
			worst, at = d, x
		}
	}
	t.Logf("largest error %.4f ULP, at %v", worst, at)
	if !(worst <= allowed) {
		t.Errorf("error %.4f ULP at %v, allowed %v", worst, at, allowed)
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
