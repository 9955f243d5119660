package plot

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/layer"
)

// Ticks stand at 1, 2 or 5 times a power of ten, and there are never more than asked for.
func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		most   int
		want   string
	}{
		{-6, 6, 12, "-6 -5 -4 -3 -2 -1 0 1 2 3 4 5 6"},
		{0, 1, 5, "0 0.2 0.4 0.6 0.8 1.0"},
		{0.925, 0.963, 5, "0.93 0.94 0.95 0.96"},
		{-7e-3, 3e-3, 5, "-0.006 -0.004 -0.002 0 0.002"},
		{0.05, 0.95, 2, "0.2 0.4 0.6 0.8"},
		{0, 3e7, 3, "0 1e+07 2e+07 3e+07"},
		{-1e300, 1e300, 4, "-1e+300 -5e+299 0 5e+299 1e+300"},
	} {
		var labels []string
		for _, tick := range roundTicks(c.most).Ticks(c.lo, c.hi) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("from %v to %v: %s; want %s", c.lo, c.hi, got, c.want)
		}
	}
	for _, tick := range (wholeTicks(10)).Ticks(1, 4) {
		if tick.Value != math.Trunc(tick.Value) {
			t.Errorf("a tick at epoch %v", tick.Value)
		}
	}
}

// The derivative that a network learns by, on the picture: known values of Saito's chapter 5.
func TestApply(t *testing.T) {
	for _, c := range []struct {
		layer    layer.Layer
		x, y, dy float64
	}{
		{layer.Sigmoid{}, 0, 0.5, 0.25},
		{layer.Tanh{}, 0, 0, 1},
		{layer.ReLU{}, 2, 2, 1},
		{layer.ReLU{}, -2, 0, 0},
		{layer.Step{}, 2, 1, 0},
		{layer.Step{}, 0, 0, math.NaN()},
		{layer.Identity{}, 7, 7, 1},
	} {
		y, dy, err := Apply(c.layer, []float64{c.x})
		if err != nil {
			t.Fatal(err)
		}
		if y[0] != c.y || dy[0] != c.dy && !(math.IsNaN(dy[0]) && math.IsNaN(c.dy)) {
			t.Errorf("%s at %v: %v and %v; want %v and %v", c.layer.Kind(), c.x, y[0], dy[0], c.y, c.dy)
		}
	}
	if _, _, err := Apply(layer.Dense{Units: 3}, []float64{1}); err == nil {
		t.Error("dense is taken for a function of one number")
	}
}

func TestSignedColours(t *testing.T) {
	for v, want := range map[float64]color.NRGBA{-2: Negative, -1: Negative, 0: Zero, 1: Positive, 9: Positive} {
		if got := Signed(v, 1); got != want {
			t.Errorf("%v is %v; want %v", v, got, want)
		}
	}
}

// The hues of up to four classes differ even to an eye without the cones for red or green: Viénot, Brettel and Mollon 1999.
func TestHuesForEveryEye(t *testing.T) {
	linear := func(v uint8) float64 { return math.Pow(float64(v)/255, 2.2) }
	seen := func(c color.NRGBA, protan bool) [3]float64 {
		r, g, b := linear(c.R), linear(c.G), linear(c.B)
		l := 17.8824*r + 43.5161*g + 4.11935*b
		m := 3.45565*r + 27.1554*g + 3.86714*b
		s := 0.0299566*r + 0.184309*g + 1.46709*b
		if protan {
			l = 2.02344*m - 2.52581*s
		} else {
			m = 0.494207*l + 1.24827*s
		}
		return [3]float64{l, m, s}
	}
	for i := range 4 { // beyond, the markers must tell
		for j := range i {
			for _, protan := range []bool{true, false} {
				a, b := seen(Hue(i), protan), seen(Hue(j), protan)
				d := 0.0
				for k, scale := range []float64{65.5, 34.5, 1.7} { // white
					d += math.Abs(a[k]-b[k]) / scale
				}
				if d < 0.1 {
					t.Errorf("hues %d and %d differ by %.3f only", i, j, d)
				}
			}
		}
	}
}

// A pole does not flatten the rest of the curve.
func TestPolesAreCutOff(t *testing.T) {
	c := Function("1/x", func(x float64) float64 { return 1 / x }, Span{-1, 1})
	if s := c.Shown(); s.Hi > 100 || s.Hi < 2 {
		t.Errorf("1/x is shown up to %v; want far less than its largest value of 400", s.Hi)
	}
	step := Function("step", func(x float64) float64 {
		if x > 0.9 {
			return 1
		}
		return 0
	}, Span{-1, 1})
	if s := step.Shown(); s.Hi < 1 {
		t.Errorf("a step near the end is cut off at %v", s.Hi)
	}
}

func TestHistogram(t *testing.T) {
	h := NewHistogram("h", []float64{0, 0.1, 0.9, 1, 5, math.NaN()}, Span{0, 1}, 2)
	if h.Counts[0] != 2 || h.Counts[1] != 2 || h.N != 5 {
		t.Errorf("counts %v of %d; want [2 2] of 5: 5 lies outside the bins, and NaN is no value", h.Counts, h.N)
	}
	if h.Mean != 1.4 {
		t.Errorf("mean %v; want 1.4", h.Mean)
	}
}

func TestMetricsErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "no epoch has been finished",
		"epoch,train_loss\n":     "no epoch has been finished",
		"a,b\n1,2\n":             "no column epoch",
		"epoch,loss\n1,many\n":   `line 2: column loss is "many"; want a number`,
		"epoch,loss\n1,2\n3\n":   "wrong number of fields",
		"epoch,loss\n1,\"2\n3\n": "quote",
	} {
		_, err := ReadMetrics(strings.NewReader(text), "r")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

// The lines of a bowl are equally far apart: step k begins at the radius k.
func TestStepsOfABowl(t *testing.T) {
	for k := range lines {
		r := (float64(k) + 0.5) / lines
		if got := step(r * r); got != k {
			t.Errorf("at %v of the radius: step %d; want %d", r, got, k)
		}
	}
}
