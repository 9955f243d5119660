package kernel_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/gradus-nn/gradus/kernel"
)

// Known numbers, the same in both precisions and on every path.

func TestKnownNumbers(t *testing.T) {
	t.Run("float32", knownNumbers[float32])
	t.Run("float64", knownNumbers[float64])
}

func knownNumbers[F kernel.Float](t *testing.T) {
	inf, nan := F(math.Inf(1)), F(math.NaN())
	negativeZero := F(math.Copysign(0, -1))
	type vec = []F
	unary := func(f func(dst, x []F)) func(x ...F) vec {
		return func(x ...F) vec { dst := make(vec, len(x)); f(dst, x); return dst }
	}
	for _, c := range []struct {
		name      string
		got, want vec
	}{
		{"exp", unary(kernel.Exp)(0, negativeZero, inf, -inf, nan, 1000, -1000), vec{1, 1, inf, 0, nan, inf, 0}},
		{"log", unary(kernel.Log)(1, 0, negativeZero, -1, inf, -inf, nan), vec{0, -inf, -inf, nan, inf, nan, nan}},
		{"tanh", unary(kernel.Tanh)(0, negativeZero, inf, -inf, nan, 40), vec{0, negativeZero, 1, -1, nan, 1}},
		{"sigmoid", unary(kernel.Sigmoid)(0, negativeZero, inf, -inf, nan, 40), vec{0.5, 0.5, 1, 0, nan, 1}},
		{"relu", unary(kernel.ReLU)(2, -2, 0, negativeZero, inf, -inf, nan), vec{2, 0, 0, 0, inf, 0, nan}},
		{"softplus", unary(kernel.Softplus)(inf, -inf, nan, 1000), vec{inf, 0, nan, 1000}},
		{"gelu", unary(kernel.GELU)(0, inf, nan, 20), vec{0, inf, nan, 20}},
		{"leaky relu", unary(func(dst, x []F) { kernel.LeakyReLU(dst, x, 0.25) })(4, -4, nan), vec{4, -1, nan}},
		{"elu", unary(func(dst, x []F) { kernel.ELU(dst, x, 2) })(3, 0, -inf, nan), vec{3, 0, -2, nan}},
		{"softmax", unary(func(dst, x []F) { kernel.Softmax(dst, x, 2) })(3, 3, 1000, -inf, nan, 1, inf, 1),
			vec{0.5, 0.5, 1, 0, nan, nan, nan, 0 * inf}},
		{"log-softmax", unary(func(dst, x []F) { kernel.LogSoftmax(dst, x, 2) })(1000, -1000), vec{0, -2000}},
	} {
		if !equal(c.got, c.want) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}

	gradient := func(f func(dx, dy, y []F)) vec {
		dx := make(vec, 4)
		f(dx, vec{2, 2, 2, nan}, vec{0.5, -0.5, nan, 0})
		return dx
	}
	for _, c := range []struct {
		name      string
		got, want vec
	}{
		{"sigmoid", gradient(kernel.SigmoidGrad), vec{0.5, -1.5, nan, nan}},
		{"tanh", gradient(kernel.TanhGrad), vec{1.5, 1.5, nan, nan}},
		{"relu", gradient(kernel.ReLUGrad), vec{2, 0, nan, 0}},
		{"leaky relu", gradient(func(dx, dy, y []F) { kernel.LeakyReLUGrad(dx, dy, y, 0.25) }), vec{2, 0.5, nan, nan}},
		{"elu", gradient(func(dx, dy, y []F) { kernel.ELUGrad(dx, dy, y, 1) }), vec{2, 1, nan, nan}},
	} {
		if !equal(c.got, c.want) {
			t.Errorf("gradient of %s = %v, want %v", c.name, c.got, c.want)
		}
	}

	x := make(vec, 40)
	for i := range x {
		x[i] = F(i + 1)
	}
	if s := kernel.Sum(x); s != 820 {
		t.Errorf("1 + … + 40 = %v", s)
	}
	if s := kernel.SumSquares(x); s != 22140 {
		t.Errorf("1² + … + 40² = %v", s)
	}
	for i := range x { // the order of the 16 lanes: only there do the large numbers cancel before the 1 is lost
		x[i] = 0
	}
	big := F(1 << 60)
	x[3], x[19], x[4] = big, -big, 1
	if s := kernel.Sum(x); s != 1 {
		t.Errorf("lanes in the wrong order: sum %v", s)
	}
	clear(x)
	x[0], x[8], x[1] = big, -big, 1 // lanes 0 and 8 meet first
	if s := kernel.Sum(x); s != 1 {
		t.Errorf("lanes joined in the wrong order: sum %v", s)
	}
	if m := kernel.Max(vec{negativeZero, negativeZero}); m != 0 || math.Signbit(float64(m)) {
		t.Errorf("max of zeros = %v", m)
	}
	if m := kernel.Max(vec{}); m != -inf {
		t.Errorf("max of nothing = %v", m)
	}
	if m := kernel.Max(vec{1, nan, 3}); m == m {
		t.Errorf("max forgot NaN: %v", m)
	}
	for _, bad := range []F{nan, inf, -inf} {
		for i := range x {
			x[i] = bad
			if kernel.AllFinite(x) {
				t.Errorf("AllFinite missed %v at %d", bad, i)
			}
			x[i] = 0
		}
	}
	if !kernel.AllFinite(x) || !kernel.AllFinite(vec{}) || !kernel.AllFinite(vec{math.MaxFloat32, -1}) {
		t.Error("AllFinite rejects numbers")
	}

	sums := vec{100, 200}
	kernel.ColSums(sums, vec{1, 2, -1, 3, 4, -1, 5, 6}, 3, 2, 3)
	if !equal(sums, vec{109, 212}) {
		t.Errorf("column sums %v", sums)
	}

	dst := make(vec, 4)
	kernel.Gather(dst, vec{1, 2, 3, 4, 5, 6}, 2, []int{2, 0})
	if !equal(dst, vec{5, 6, 1, 2}) {
		t.Errorf("gathered %v", dst)
	}
	table := kernel.NewByteTable(func(v uint8) F { return F(v) / 255 })
	kernel.GatherBytes(dst, []uint8{0, 51, 255, 1}, 2, []int{1, 0}, table)
	if !equal(dst, vec{1, F(1) / 255, 0, 0.2}) {
		t.Errorf("gathered bytes %v", dst)
	}
}

// TestUpdates takes one step of each optimiser from p = 1 with g = 0.5, by hand; rates are powers of two, so that
// nothing is rounded.
func TestUpdates(t *testing.T) {
	t.Run("float32", updates[float32])
	t.Run("float64", updates[float64])
}

func updates[F kernel.Float](t *testing.T) {
	type vec = []F
	check := func(name string, got, want vec) {
		t.Helper()
		if !equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	p, g, m, v := vec{1}, vec{0.5}, vec{1}, vec{0}
	kernel.SGDStep(p, g, 0.25)
	check("SGD", p, vec{0.875})
	p[0] = 1
	kernel.MomentumStep(p, g, m, 0.25, 0.5) // v = 0.5 - 0.125
	check("momentum", append(p, m...), vec{1.375, 0.375})
	p, m = vec{1}, vec{1}
	kernel.NesterovStep(p, g, m, 0.25, 0.5) // p = 1 - 0.125 + 0.5·0.375
	check("Nesterov", append(p, m...), vec{1.0625, 0.375})
	p = vec{1}
	kernel.AdaGradStep(p, g, v, 0.25, 0.5) // h = 0.25; p = 1 - 0.25·0.5/(0.5 + 0.5)
	check("AdaGrad", append(p, v...), vec{0.875, 0.25})
	p, v = vec{1}, vec{0.25}
	kernel.RMSPropStep(p, g, v, 0.25, 0.5, 0.5) // h = 0.125 + 0.5·0.25
	check("RMSProp", append(p, v...), vec{0.875, 0.25})
	p, m, v = vec{1}, vec{1}, vec{0.25}
	kernel.AdamUpdate(p, g, m, v, kernel.AdamStep[F]{Rate: 0.25, Beta1: 0.5, Beta2: 0.5, Eps: 0.5, Keep: 0.5})
	check("Adam", slices.Concat(p, m, v), vec{0.3125, 0.75, 0.25}) // m = 0.75; v = 0.25; p = 0.5 - 0.25·0.75/1

	// Half of the smallest normal number is none.
	least := F(0x1p-126)
	if unsafe.Sizeof(least) == 8 {
		least = F(math.Float64frombits(1 << 52))
	}
	rest := vec{0}
	for name, step := range map[string]func(p, v []F){
		"momentum": func(p, v []F) { kernel.MomentumStep(p, rest, v, 0.25, 0.5) },
		"Nesterov": func(p, v []F) { kernel.NesterovStep(p, rest, v, 0.25, 0.5) },
		"RMSProp":  func(p, v []F) { kernel.RMSPropStep(p, rest, v, 0.25, 0.5, 0.5) },
		"Adam, m": func(p, v []F) {
			kernel.AdamUpdate(p, rest, v, vec{0}, kernel.AdamStep[F]{Rate: 0.25, Beta1: 0.5, Beta2: 0.5, Eps: 0.5, Keep: 1})
		},
		"Adam, v": func(p, v []F) {
			kernel.AdamUpdate(p, rest, vec{0}, v, kernel.AdamStep[F]{Rate: 0.25, Beta1: 0.5, Beta2: 0.5, Eps: 0.5, Keep: 1})
		},
	} {
		v := vec{2 * least}
		step(vec{1}, v)
		check(name+" fading", v, vec{least})
		step(vec{1}, v)
		check(name+" faded", v, vec{0})
	}
	g = vec{0, 0, 0}
	kernel.AddL1(g, vec{3, -3, 0}, 0.25)
	check("L1", g, vec{0.25, -0.25, 0})
	kernel.AddL2(g, vec{3, -3, 0}, 0.25)
	check("L2", g, vec{1, -1, 0})
}

// TestByteTable holds the fast way to the values of the table, for every byte.
func TestByteTable(t *testing.T) {
	all := make([]uint8, 256)
	for i := range all {
		all[i] = uint8(i)
	}
	for name, f := range map[string]func(v uint8) float32{
		"v/255":   func(v uint8) float32 { return float32(v) / 255 },
		"v":       func(v uint8) float32 { return float32(v) },
		"-v/255":  func(v uint8) float32 { return -float32(v) / 255 },
		"v/127.5": func(v uint8) float32 { return float32(v) / 127.5 },
		"v - 128": func(v uint8) float32 { return float32(v) - 128 },
		"one NaN": func(v uint8) float32 {
			if v == 7 {
				return float32(math.NaN())
			}
			return 0
		},
	} {
		table, got := kernel.NewByteTable(f), make([]float32, 256)
		kernel.GatherBytes(got, all, 256, []int{0}, table)
		for v, x := range got {
			if want := f(uint8(v)); math.Float32bits(x) != math.Float32bits(want) || math.Float32bits(table.At(uint8(v))) != math.Float32bits(want) {
				t.Errorf("%s: byte %d gives %v, want %v", name, v, x, want)
			}
		}
	}
}

func TestProgrammersMistakes(t *testing.T) {
	x := make([]float32, 12)
	for name, f := range map[string]func(){
		"short source":      func() { kernel.Exp(x, x[:11]) },
		"part of a row":     func() { kernel.Softmax(x, x, 5) },
		"no columns":        func() { kernel.LogSoftmax(x, x, 0) },
		"short matrix":      func() { kernel.ColSums(x, x, 5, 3, 0) },
		"short sums":        func() { kernel.ColSums(x[:2], x, 2, 3, 0) },
		"row too high":      func() { kernel.Gather(x[:3], x, 3, []int{4}) },
		"row below 0":       func() { kernel.Gather(x[:3], x, 3, []int{-1}) },
		"wrong destination": func() { kernel.Gather(x[:4], x, 3, []int{1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// equal compares bit for bit, but for NaN.
func equal[F kernel.Float](a, b []F) bool {
	return slices.EqualFunc(a, b, func(x, y F) bool {
		return x != x && y != y || x == y && math.Signbit(float64(x)) == math.Signbit(float64(y))
	})
}

// Two rows of three logits become probabilities.
func ExampleSoftmax() {
	x := []float32{0, 0, 0, 1, 2, 3}
	p := make([]float32, len(x))
	kernel.Softmax(p, x, 3)
	fmt.Printf("%.3f\n", p)
	// Output: [0.333 0.333 0.333 0.090 0.245 0.665]
}

// One step of Adam from rest moves every parameter by the rate, whatever the size of its gradient.
func ExampleAdamUpdate() {
	p, g := []float64{1, 1}, []float64{5, -0.005}
	m, v := make([]float64, 2), make([]float64, 2)
	root := math.Sqrt(1 - 0.999) // corrects the bias at t = 1
	kernel.AdamUpdate(p, g, m, v, kernel.AdamStep[float64]{
		Rate: 0.001 * root / (1 - 0.9), Beta1: 0.9, Beta2: 0.999, Eps: 1e-8 * root, Keep: 1})
	fmt.Printf("%.6f\n", p)
	// Output: [0.999000 1.001000]
}
