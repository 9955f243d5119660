package synthetic

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
)

func ExampleXOR() {
	s := XOR()
	for i := range s.Len() {
		fmt.Println(s.Example(i), s.Label(i))
	}
	// Output:
	// [0 0] 0
	// [1 0] 1
	// [0 1] 1
	// [1 1] 0
}

func ExampleMoons() {
	s := Moons(6, 0, 1)
	for i := range s.Len() {
		x := s.Example(i)
		fmt.Printf("(%.1f, %.1f) %s\n", x[0], x[1]+0, s.ClassName(s.Label(i)))
	}
	// Output:
	// (1.0, 0.0) upper
	// (0.0, 0.5) lower
	// (0.0, 1.0) upper
	// (1.0, -0.5) lower
	// (-1.0, 0.0) upper
	// (2.0, 0.5) lower
}

// sets are all sets of the package at a given seed.
func sets(seed uint64) map[string]*dataset.Set {
	return map[string]*dataset.Set{
		"xor":       XOR(),
		"circles":   Circles(101, 0.1, seed),
		"moons":     Moons(101, 0.1, seed),
		"spiral":    Spiral(100, 3, seed),
		"gaussians": Gaussians(99, 3, 0.3, seed),
		"linear":    Linear(100, 0.1, seed),
		"noise":     Noise(50, 7, 10, seed),
		"one moon":  Moons(1, 0, seed),
		"one point": Spiral(1, 1, seed),
	}
}

func TestSound(t *testing.T) {
	again, other := sets(1), sets(2)
	for name, s := range sets(1) {
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.CheckFinite(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s.Fingerprint() != again[name].Fingerprint() {
			t.Errorf("%s: the same seed gives another set", name)
		}
		if fixed := name == "xor" || s.Len() == 1; !fixed && s.Fingerprint() == other[name].Fingerprint() {
			t.Errorf("%s: another seed gives the same set", name)
		}
	}
}

func TestCircles(t *testing.T) {
	s := Circles(101, 0, 1)
	for i := range s.Len() {
		x := s.Example(i)
		want := []float64{1, 0.5}[s.Label(i)]
		if r := math.Hypot(float64(x[0]), float64(x[1])); math.Abs(r-want) > 1e-6 {
			t.Errorf("point %d of class %d at radius %v", i, s.Label(i), r)
		}
	}
	if got := s.ClassCounts(); !slices.Equal(got, []int{51, 50}) {
		t.Errorf("class counts %v", got)
	}
	if d := s.Duplicates(); d != 0 {
		t.Errorf("%d points twice: the circle is not divided evenly", d)
	}
}

// TestSpiral: a point's distance from the middle is k/99, and its angle is within the noise of 4j + 4r.
func TestSpiral(t *testing.T) {
	s := Spiral(100, 3, 1)
	if got := s.ClassCounts(); !slices.Equal(got, []int{100, 100, 100}) {
		t.Fatalf("class counts %v", got)
	}
	sum := 0.0
	for i := range s.Len() {
		x, j, r := s.Example(i), i/100, float64(i%100)/99
		if s.Label(i) != j {
			t.Errorf("point %d has class %d", i, s.Label(i))
		}
		if got := math.Hypot(float64(x[0]), float64(x[1])); math.Abs(got-r) > 1e-6 {
			t.Errorf("point %d at radius %v; want %v", i, got, r)
		}
		if r == 0 {
			continue
		}
		off := math.Atan2(float64(x[0]), float64(x[1])) - 4*float64(j) - 4*r
		off = math.Remainder(off, 2*math.Pi)
		sum += off * off
	}
	// The noise of the angle has a standard deviation of 0.2; that of 300 draws is within 15 % of it.
	if std := math.Sqrt(sum / 297); std < 0.17 || std > 0.23 {
		t.Errorf("the angles scatter by %v; want 0.2", std)
	}
}

func TestLinear(t *testing.T) {
	s := Linear(100, 0, 1)
	for i := range s.Len() {
		x := s.Example(i)
		if want := 2*x[0] - 3*x[1] + 1; math.Abs(float64(s.Target(i)[0]-want)) > 1e-5 {
			t.Errorf("target %v; want %v", s.Target(i)[0], want)
		}
		if x[0] < -1 || x[0] >= 1 || x[1] < -1 || x[1] >= 1 {
			t.Errorf("point %v outside [-1, 1)", x)
		}
	}
	if s.Kind() != dataset.Real {
		t.Errorf("the targets are %v", s.Kind())
	}
}

// TestNoise: mean 0 and variance 1 of the features, half of the targets set, each within five standard errors.
func TestNoise(t *testing.T) {
	s := Noise(1000, 100, 10, 3)
	var sum, squares, ones float64
	for i := range s.Len() {
		for _, v := range s.Example(i) {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
	}
	for _, v := range s.Targets {
		ones += float64(v)
	}
	if mean := sum / 1e5; math.Abs(mean) > 5/math.Sqrt(1e5) {
		t.Errorf("mean %v", mean)
	}
	if variance := squares / 1e5; math.Abs(variance-1) > 5*math.Sqrt(2/1e5) {
		t.Errorf("variance %v", variance)
	}
	if share := ones / 1e4; math.Abs(share-0.5) > 5*0.5/100 {
		t.Errorf("%v of the targets are set", share)
	}
	if s.Kind() != dataset.MultiHot {
		t.Errorf("the targets are %v", s.Kind())
	}
}

func TestGaussians(t *testing.T) {
	s := Gaussians(3000, 3, 0.1, 1)
	for c := range 3 {
		var x, y float64
		for i := c; i < 3000; i += 3 {
			p := s.Example(i)
			x += float64(p[0]) / 1000
			y += float64(p[1]) / 1000
		}
		angle := 2 * math.Pi * float64(c) / 3
		// The mean of 1000 points of spread 0.1 scatters by 0.003.
		if math.Hypot(x-math.Cos(angle), y-math.Sin(angle)) > 0.02 {
			t.Errorf("cloud %d is around (%v, %v)", c, x, y)
		}
	}
}

func TestMistakes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for -1 points")
		}
	}()
	Moons(-1, 0, 1)
}

// TestGolden: the sets of a seed are part of every recipe that names them, and must never change, on no machine.
func TestGolden(t *testing.T) {
	made := sets(1)
	for name, want := range map[string]string{
		"circles":   "352b0dd84d1a1ecc",
		"moons":     "fbe74b943cb92756",
		"spiral":    "5c7988a82c9a201c",
		"gaussians": "79dc8ac9dc7a7ed8",
		"linear":    "1a8b6679b0787134",
		"noise":     "b0e7ce66666551cc",
	} {
		if got := made[name].Fingerprint()[:len(want)]; got != want {
			t.Errorf("%s: fingerprint %s; want %s", name, got, want)
		}
	}
}
