package portable

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(t *testing.T, what string, x, have, want float64) {
	t.Helper()
	if math.Abs(have-want) > 4*0x1p-52*math.Abs(want) { // "a few units in the last place"
		t.Fatalf("%s(%x) = %x, want %x", what, x, have, want)
	}
}

func TestAgainstMath(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		x := draw.Float64() + 0x1p-60
		near(t, "Log", x, Log(x), math.Log(x))
		x = math.Ldexp(1+draw.Float64(), draw.IntN(2000)-1000)
		near(t, "Log", x, Log(x), math.Log(x))
		x = 1400*draw.Float64() - 700
		near(t, "Exp", x, Exp(x), math.Exp(x))
		x = 2*draw.Float64() - 1
		near(t, "Exp", x, Exp(x), math.Exp(x))

		// Near x = ½ math.Cos(π·x) suffers from the rounding of π·x; the sine of the small rest does not.
		x = draw.Float64()
		want := math.Cos(math.Pi * x)
		if x > 0.25 {
			want = math.Sin(math.Pi * (0.5 - x))
		}
		near(t, "CosPi", x, CosPi(x), want)
	}
}

func TestExactly(t *testing.T) {
	for _, c := range []struct{ have, want float64 }{
		{Log(1), 0}, {Exp(0), 1}, {Pow(1, 123), 1}, {CosPi(0), 1}, {CosPi(0.5), 0}, {CosPi(1), -1},
		// Golden bits: they may never change.
		{Log(0.1), -0x1.26bb1bbb55515p+01}, {Exp(1), 0x1.5bf0a8b145769p+01}, {Pow(0.01, 0.3), 0x1.0137987dd704dp-02}, {CosPi(0.3), 0x1.2cf2304755a5ep-01},
	} {
		if c.have != c.want {
			t.Errorf("have %x, want %x", c.have, c.want)
		}
	}
}
