package numdiff

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// The book's function 4.4, with the compiler kept from fusing.
func parabola(x float64) float64 { return float64(0.01*float64(x*x)) + float64(0.1*x) }

func bowl(x []float64) float64 { return float64(x[0]*x[0]) + float64(x[1]*x[1]) }

// Saito, chapter 4.3.3: bit for bit what Python prints.
func TestBookDerivative(t *testing.T) {
	for x, want := range map[float64]float64{5: 0.1999999999990898, 10: 0.2999999999986347} {
		if have := DerivativeH(parabola, x, BookStep); have != want {
			t.Errorf("at %v: %v, want %v", x, have, want)
		}
		if have := Derivative(parabola, x); math.Abs(have-(0.02*x+0.1)) > 1e-11 {
			t.Errorf("at %v: %v, want %v to 1e-11", x, have, 0.02*x+0.1)
		}
	}
}

// Saito, chapter 4.4: the gradient of x0² + x1².
func TestBookGradient(t *testing.T) {
	for _, x := range [][]float64{{3, 4}, {0, 2}, {3, 0}} {
		before := slices.Clone(x)
		for name, g := range map[string][]float64{"default": Gradient(bowl, x), "book": GradientH(bowl, x, BookStep)} {
			for i := range x {
				if math.Abs(g[i]-2*x[i]) > 1e-9 {
					t.Errorf("%s: at %v: %v", name, x, g)
				}
			}
		}
		if !slices.Equal(x, before) {
			t.Errorf("x was %v and is %v", before, x)
		}
		if d := Partial(bowl, x, 1); math.Abs(d-2*x[1]) > 1e-9 {
			t.Errorf("∂/∂x1 at %v: %v", x, d)
		}
	}
}

// Saito, chapter 4.4.1: descent from (-3, 4), 100 steps.
func TestBookDescent(t *testing.T) {
	start := []float64{-3, 4}
	for _, c := range []struct {
		rate     float64
		want     [2]float64
		relative float64
		diverges bool
	}{
		{0.1, [2]float64{-6.11110793e-10, 8.14814391e-10}, 1e-8, false},
		{1e-10, [2]float64{-2.99999994, 3.99999992}, 1e-8, false},
		{10, [2]float64{-2.59e13, -1.30e12}, 1e-2, true}, // made of rounding errors, yet of the same ones
	} {
		path, err := Descend(bowl, start, Descent{Rate: c.rate, Steps: 100, H: BookStep})
		for i, v := range path.End() {
			if math.Abs(v-c.want[i]) > c.relative*math.Abs(c.want[i]) {
				t.Errorf("rate %v ends at %v, want %v", c.rate, path.End(), c.want)
			}
		}
		if len(path.Points) != 101 || len(path.Values) != 101 || !slices.Equal(path.Points[0], start) {
			t.Errorf("rate %v: %d points, %d values, the first %v", c.rate, len(path.Points), len(path.Values), path.Points[0])
		}
		var diverged *DivergedError
		if errors.As(err, &diverged) != c.diverges {
			t.Errorf("rate %v: error %v", c.rate, err)
		}
	}
	if !slices.Equal(start, []float64{-3, 4}) {
		t.Errorf("the start was moved to %v", start)
	}
}

func TestDescendStopsAtInfinity(t *testing.T) {
	cliff := func(x []float64) float64 { return math.Exp(x[0] * x[0]) }
	path, err := Descend(cliff, []float64{2}, Descent{Rate: 1, Steps: 50})
	var diverged *DivergedError
	if !errors.As(err, &diverged) || diverged.StoppedAt != 1 || len(path.Points) != 2 {
		t.Fatalf("%d points, error %v", len(path.Points), err)
	}
	if want := "numdiff: descent with rate 1 diverged: the function left the finite numbers at step 1; try a smaller rate, such as 0.1"; err.Error() != want {
		t.Errorf("have %s, want %s", err, want)
	}
}

func TestMatrixGradient(t *testing.T) {
	f := func(w [][]float64) float64 { // Σ (i+1)(j+2)·w², ragged on purpose
		sum := 0.0
		for i, row := range w {
			for j, v := range row {
				sum += float64((i+1)*(j+2)) * v * v
			}
		}
		return sum
	}
	w := [][]float64{{1, -2, 3}, {4, 0.5}, {}}
	for _, g := range [][][]float64{MatrixGradient(f, w), MatrixGradientH(f, w, BookStep)} {
		for i, row := range w {
			if len(g[i]) != len(row) {
				t.Fatalf("row %d has %d elements", i, len(g[i]))
			}
			for j, v := range row {
				if want := 2 * float64((i+1)*(j+2)) * v; math.Abs(g[i][j]-want) > 1e-8 {
					t.Errorf("[%d][%d] is %v, want %v", i, j, g[i][j], want)
				}
			}
		}
	}
	if w[0][1] != -2 || w[1][1] != 0.5 {
		t.Errorf("w was changed to %v", w)
	}
}

var smooth = []struct {
	name      string
	f, df     func(float64) float64
	arguments []float64
}{
	{"sin", math.Sin, math.Cos, []float64{-2, 0, 0.3, 1, 2}},
	{"exp", math.Exp, math.Exp, []float64{-20, -1, 0, 1, 5}},
	{"tanh", math.Tanh, func(x float64) float64 { c := math.Cosh(x); return 1 / (c * c) }, []float64{-3, 0, 0.5, 2}},
	{"x³", func(x float64) float64 { return x * x * x }, func(x float64) float64 { return 3 * x * x }, []float64{-1e3, -1, 0, 7}},
	{"5x", func(x float64) float64 { return 5 * x }, func(float64) float64 { return 5 }, []float64{-1e6, 0, 0.1, 1e6}},
}

// The bounds are relative to the size of f and f′, since rounding in f counts as well, and of 1, since f‴ does.
func TestAccuracy(t *testing.T) {
	for _, c := range smooth {
		for _, x := range c.arguments {
			want := c.df(x)
			scale := max(math.Abs(want), math.Abs(c.f(x))/max(1, math.Abs(x)), 1)
			if d := math.Abs(Derivative(c.f, x) - want); d > 1e-9*scale {
				t.Errorf("Derivative of %s at %v is off by %.1e", c.name, x, d)
			}
			v, e := Richardson(c.f, x)
			if d := math.Abs(v - want); d > 1e-11*scale || d > 10*e+1e-13*scale {
				t.Errorf("Richardson of %s at %v is off by %.1e, estimated %.1e", c.name, x, d, e)
			}
			v, e = RichardsonH(c.f, x, 1e-2*max(1, math.Abs(x)), 3)
			if d := math.Abs(v - want); math.Abs(x) < 10 && (d > 1e-9*scale || d > 10*e+1e-12*scale) {
				t.Errorf("RichardsonH of %s at %v is off by %.1e, estimated %.1e", c.name, x, d, e)
			}
		}
	}
}

// The error of a forward difference falls like h, of a central one like h², of two levels of Richardson like h⁴.
func TestOrders(t *testing.T) {
	const x, h = 1, 0.1 // small enough for one power of h to rule, large enough for rounding not to
	for _, c := range []struct {
		name  string
		order float64
		d     func(h float64) float64
	}{
		{"forward", 1, func(h float64) float64 { return ForwardH(math.Exp, x, h) }},
		{"central", 2, func(h float64) float64 { return DerivativeH(math.Exp, x, h) }},
		{"two levels", 4, func(h float64) float64 { v, _ := RichardsonH(math.Exp, x, h, 2); return v }},
		{"three levels", 6, func(h float64) float64 { v, _ := RichardsonH(math.Exp, x, h, 3); return v }},
	} {
		ratio := math.Abs(c.d(h)-math.E) / math.Abs(c.d(h/2)-math.E)
		if order := math.Log2(ratio); math.Abs(order-c.order) > 0.2 {
			t.Errorf("%s: halving h shrinks the error by 2^%.2f, want 2^%v", c.name, order, c.order)
		}
	}
}

// An estimate that nothing confirms must not claim to be good.
func TestUnconfirmed(t *testing.T) {
	if _, e := RichardsonH(math.Exp, 0, 0.1, 1); !math.IsInf(e, 1) {
		t.Errorf("one level claims an error of %v", e)
	}
	if v, e := Richardson(func(float64) float64 { return math.NaN() }, 1); !math.IsNaN(v) || !math.IsInf(e, 1) {
		t.Errorf("of NaN: %v ± %v", v, e)
	}
}
