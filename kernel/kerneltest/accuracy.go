package kerneltest

import (
	"math"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// transcendental are the functions whose accuracy is promised: their exact values (to float64) and the promise in ULP.
var transcendental = []struct {
	name  string
	apply func(dst, x []float32)
	exact func(x float64) float64
	ulps  float64
}{
	{"exp", kernel.Exp[float32], math.Exp, 1},
	{"log", kernel.Log[float32], math.Log, 1},
	{"tanh", kernel.Tanh[float32], math.Tanh, 1},
	{"sigmoid", kernel.Sigmoid[float32], sigmoid, 2},
	{"elu", func(dst, x []float32) { kernel.ELU(dst, x, 1) }, elu, 0.51},
	{"gelu", kernel.GELU[float32], gelu, 0.51},
	{"softplus", kernel.Softplus[float32], softplus, 0.51},
}

func elu(x float64) float64 {
	if x > 0 {
		return x
	}
	return math.Expm1(x)
}

func gelu(x float64) float64 {
	if x < -40 {
		return 0 // as a float32; at -Inf it is the limit
	}
	return x * math.Erfc(-x/math.Sqrt2) / 2
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// AllFloats examines the functions above at every step-th of the 2^32 float32, and at all near the points where
// something changes. Every path must return the reference's bits, and these must be as close to the exact value as
// promised. With step 1 it takes an hour of one processor.
func AllFloats(t *testing.T, step int) {
	defer use(t, "")
	for _, f := range transcendental {
		t.Run(f.name, func(t *testing.T) {
			worst, at := 0.0, float32(0)
			x, want, got := make([]float32, 1<<14), make([]float32, 1<<14), make([]float32, 1<<14)
			examine := func(n int) {
				x, want, got := x[:n], want[:n], got[:n]
				use(t, "reference")
				f.apply(want, x)
				for i, v := range x {
					if e := ulpError(want[i], f.exact(float64(v))); e > worst {
						worst, at = e, v
					}
				}
				for _, path := range kernel.Paths() {
					use(t, path)
					f.apply(got, x)
					if i := firstDifference(got, want); i >= 0 {
						t.Fatalf("%s: %s(%v) = %v, reference %v", path, f.name, x[i], got[i], want[i])
					}
				}
			}
			n := 0
			add := func(v float32) {
				x[n] = v
				if n++; n == len(x) {
					examine(n)
					n = 0
				}
			}
			for u := uint64(0); u < 1<<32; u += uint64(step) {
				add(math.Float32frombits(uint32(u)))
			}
			for _, edge := range edges {
				u := math.Float32bits(edge)
				for d := range uint32(600) {
					add(math.Float32frombits(u + d - 300))
					add(-math.Float32frombits(u + d - 300))
				}
			}
			examine(n)
			t.Logf("%s: largest error %.4f ULP, at %v", f.name, worst, at)
			if !(worst <= f.ulps) {
				t.Errorf("%s: error %.4f ULP at %v, promised at most %v", f.name, worst, at, f.ulps)
			}
		})
	}
}

// edges are arguments near which one of the functions changes its ways: results overflow, become subnormal, zero
// or one, or another formula takes over. Their negatives count, too.
var edges = []float32{
	0, 0x1p-126, math.MaxFloat32, float32(math.Inf(1)), 1, math.Sqrt2, math.Sqrt2 / 2, math.Ln2 / 2, math.Ln2,
	88.02969, 88.72284, 89, 87.33655, 103.27893, 103.97208, 105, 9.010913, 17.32868, 16.635532, 0x1p-12, 0x1p23, 0.35, 14.17, 40, 708,
}

// ulpError returns |got - exact| in units of the last place that a float32 has at exact. Equal infinities and NaNs have
// error 0; where exact is finite but rounds to infinity, that counts as 2^128.
func ulpError(got float32, exact float64) float64 {
	g := float64(got)
	switch {
	case math.IsNaN(exact) || math.IsInf(exact, 0) || exact >= 0x1.ffffffp127:
		if exact >= 0x1.ffffffp127 {
			exact = math.Inf(1)
		}
		if g == exact || math.IsNaN(g) && math.IsNaN(exact) {
			return 0
		}
		return math.Inf(1)
	case math.IsInf(g, 1):
		g = 0x1p128
	}
	_, e := math.Frexp(exact) // exact = f·2^e with ½ ≤ f < 1
	return math.Abs(g-exact) / math.Ldexp(1, max(e-24, -149))
}
