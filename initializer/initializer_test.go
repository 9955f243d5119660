package initializer

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/internal/kind"
)

func source() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// The bits are part of a promise: the same seed gives the same network for ever and everywhere.
func TestGolden(t *testing.T) {
	fan := Fan{In: 784, Out: 30}
	for _, c := range []struct {
		rule Initializer
		want [3]float64
	}{
		{Uniform{-1, 3}, [3]float64{0x1.b4b0cadddea2p+00, 0x1.b0eb41df7b1bp-01, 0x1.08c0a625f011p+00}},
		{Normal{0.01}, [3]float64{0x1.42ff4d74611f5p-06, -0x1.1ab9d4d98931cp-08, 0x1.bb0e775fe0d03p-09}},
		{Xavier{}, [3]float64{0x1.90426f7b77febp-04, -0x1.5e5ae5d070a63p-06, 0x1.1284c95bcbd1ep-06}},
		{Xavier{Uniform: true}, [3]float64{0x1.f06b6d266f944p-06, -0x1.b286a3021277p-08, 0x1.80bd6b6be81p-10}},
		{He{}, [3]float64{0x1.97d87c8172974p-04, -0x1.64fed0315ed0ap-06, 0x1.17b8bedf3254p-06}},
		{He{Uniform: true}, [3]float64{0x1.f9d40b4db865p-06, -0x1.bac2f292055dp-08, 0x1.88082b7443f4p-10}},
		{LeCun{}, [3]float64{0x1.2063f2dec46e4p-04, -0x1.f8de20a907468p-07, 0x1.8b960f27e4279p-07}},
		{LeCun{Uniform: true}, [3]float64{0x1.65acb3d91a46p-06, -0x1.3914652df952p-08, 0x1.15355b493b64p-10}},
		{NielsenLarge{}, [3]float64{0x1.f8aee905d7c0fp+00, -0x1.b9c25c93e65dcp-02, 0x1.5a234d42e7a2ap-02}},
	} {
		var w [3]float64
		c.rule.Fill(w[:], fan, source())
		if w != c.want {
			t.Errorf("%v: have {%x, %x, %x}", c.rule, w[0], w[1], w[2])
		}
	}
}

// Sample means lie within 5 standard errors of the exact values: a sound generator fails one of these about once in
// 10⁶ seeds, and the seed is fixed.
func TestMoments(t *testing.T) {
	const n = 200_000
	fan := Fan{In: 50, Out: 150}
	for _, c := range []struct {
		rule      Initializer
		mean, std float64
		normal    bool
	}{
		{Constant{0.5}, 0.5, 0, false},
		{Uniform{-1, 3}, 1, 4 / math.Sqrt(12), false},
		{Normal{0.01}, 0, 0.01, true},
		{Xavier{}, 0, 0.1, true},
		{Xavier{Uniform: true}, 0, 0.1, false},
		{He{}, 0, 0.2, true},
		{He{Uniform: true}, 0, 0.2, false},
		{LeCun{}, 0, 1 / math.Sqrt(50), true},
		{LeCun{Uniform: true}, 0, 1 / math.Sqrt(50), false},
		{NielsenLarge{}, 0, 1, true},
	} {
		w := make([]float64, n)
		c.rule.Fill(w, fan, source())
		var m1, m2, m4, next float64
		for i, v := range w {
			d := v - c.mean
			m1 += d
			m2 += d * d
			m4 += d * d * d * d
			if i > 0 {
				next += d * (w[i-1] - c.mean)
			}
		}
		m1, m2, m4, next = m1/n, m2/n, m4/n, next/(n-1)
		v := c.std * c.std
		kurtosis := 9. / 5
		if c.normal {
			kurtosis = 3
		}
		check := func(what string, have, want, deviation float64) {
			if math.Abs(have-want) > 5*deviation/math.Sqrt(n) {
				t.Errorf("%v: %s %g, want %g", c.rule, what, have, want)
			}
		}
		check("mean", m1, 0, c.std)
		check("variance", m2, v, v*math.Sqrt(kurtosis-1))
		check("covariance of neighbours", next, 0, v)
		if c.normal { // E z⁸ = 105
			check("fourth moment", m4, 3*v*v, v*v*math.Sqrt(105-9))
		} else { // E (u-µ)⁸ = a⁸/9 with a = √3·std
			check("fourth moment", m4, 9./5*v*v, v*v*math.Sqrt(9-81./25))
		}
	}
}

func TestUniformStaysInside(t *testing.T) {
	w := make([]float64, 100_000)
	He{Uniform: true}.Fill(w, Fan{In: 6}, source())
	for _, v := range w {
		if v < -1 || v > 1 {
			t.Fatalf("%v outside ±√(6/6)", v)
		}
	}
}

// The share of |Z| above 3 shows the tail, where a sum of uniforms would fail.
func TestNormalTail(t *testing.T) {
	const n = 1_000_000
	w := make([]float64, n)
	NielsenLarge{}.Fill(w, Fan{}, source())
	var beyond float64
	for _, v := range w {
		if math.Abs(v) > 3 {
			beyond++
		}
	}
	const share = 0.0026997960632602
	if d := math.Abs(beyond/n - share); d > 5*math.Sqrt(share/n) {
		t.Errorf("share beyond 3 standard deviations %g, want %g", beyond/n, share)
	}
}

// A shorter draw is the beginning of a longer one, and odd lengths work.
func TestPrefix(t *testing.T) {
	long := make([]float64, 9)
	He{}.Fill(long, Fan{In: 3}, source())
	for n := range long {
		short := make([]float64, n)
		He{}.Fill(short, Fan{In: 3}, source())
		for i := range short {
			if short[i] != long[i] {
				t.Fatalf("length %d: element %d is %v, want %v", n, i, short[i], long[i])
			}
		}
	}
}

func TestUnknownFan(t *testing.T) {
	for _, rule := range Kinds {
		w := make([]float64, 10)
		rule.Fill(w, Fan{}, source())
		for _, v := range w {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%v with an empty fan drew %v", rule, v)
			}
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]Initializer{
		"he": He{}, "kaiming": He{}, "he:uniform": He{Uniform: true}, " He ": He{},
		"xavier": Xavier{}, "glorot": Xavier{}, "xavier:uniform": Xavier{Uniform: true},
		"lecun": LeCun{}, "nielsen": LeCun{}, "lecun:uniform": LeCun{Uniform: true},
		"large": NielsenLarge{}, "normal:0.01": Normal{0.01}, "uniform:-1:1": Uniform{-1, 1},
		"constant:0.5": Constant{0.5}, "zero": Constant{}, "normal:1e-4": Normal{1e-4},
	} {
		have, err := Parse(text)
		if err != nil || have != want {
			t.Errorf("Parse(%q) = %v, %v; want %v", text, have, err, want)
		}
	}
	for text, want := range map[string]string{
		"":              `initializer: "": want one of he, xavier, lecun (also nielsen), large, normal:STD, uniform:LOW:HIGH, constant:VALUE, zero`,
		"hee":           `initializer: "hee": want one of he, xavier, lecun (also nielsen), large, normal:STD, uniform:LOW:HIGH, constant:VALUE, zero`,
		"he:2":          `initializer: "he:2": want he or he:uniform`,
		"xavier:normal": `initializer: "xavier:normal": want xavier or xavier:uniform`,
		"lecun:":        `initializer: "lecun:": want lecun or lecun:uniform`,
		"large:1":       `initializer: "large:1": want large without a number`,
		"zero:0":        `initializer: "zero:0": want zero without a number`,
		"normal":        `initializer: "normal": want normal:STD with a standard deviation of 0 or more, such as normal:0.01`,
		"normal:-1":     `initializer: "normal:-1": want normal:STD with a standard deviation of 0 or more, such as normal:0.01`,
		"normal:nan":    `initializer: "normal:nan": want normal:STD with a standard deviation of 0 or more, such as normal:0.01`,
		"uniform:1:-1":  `initializer: "uniform:1:-1": want uniform:LOW:HIGH with LOW not above HIGH, such as uniform:-1:1`,
		"uniform:1":     `initializer: "uniform:1": want uniform:LOW:HIGH with LOW not above HIGH, such as uniform:-1:1`,
		"constant:inf":  `initializer: "constant:inf": want constant:VALUE, such as constant:0.5`,
	} {
		if have, err := Parse(text); err == nil || err.Error() != want {
			t.Errorf("Parse(%q) = %v, %v; want the error %s", text, have, err, want)
		}
	}
}

// Every initialiser's text parses back to itself, and so does its stored form.
func TestRoundTrip(t *testing.T) {
	rules := append([]Initializer{He{true}, LeCun{true}, Xavier{true}, Normal{0.125}, Uniform{-0.1, 1e-7}, Constant{-3}}, Kinds...)
	for _, rule := range rules {
		if have, err := Parse(rule.(interface{ String() string }).String()); err != nil || have != rule {
			t.Errorf("%#v: text reads back as %#v, %v", rule, have, err)
		}
		data, err := kind.Encode(rule)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := kind.Decode[Initializer](data); err != nil || have != rule {
			t.Errorf("%s: decodes to %#v, %v", data, have, err)
		}
	}
}
