// Package synthetic makes small data sets from formulas: the shapes on which networks are explained, a plane for regression,
// and pure noise. The same arguments give the same set.
package synthetic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/tensor"
)

// stream is the second number of every generator's seed; the first is the caller's.
const stream = 0x67726164 // "grad"

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// plane collects points of the plane with a label each.
type plane struct {
	x      []float32
	labels []int32
}

func (p *plane) add(x, y float64, label int) {
	p.x = append(p.x, float32(x), float32(y))
	p.labels = append(p.labels, int32(label))
}

func (p *plane) set(name string, classes ...string) *dataset.Set {
	return &dataset.Set{
		Name: name, X: dataset.NewFloats(p.x, 2), Shape: tensor.Shape{2},
		Labels: p.labels, Classes: classes, Out: len(classes),
	}
}

// XOR returns the four points (0,0), (1,0), (0,1), (1,1) with the class x0 XOR x1: the smallest set that no straight line divides.
func XOR() *dataset.Set {
	var p plane
	p.add(0, 0, 0)
	p.add(1, 0, 1)
	p.add(0, 1, 1)
	p.add(1, 1, 0)
	return p.set("xor", "0", "1")
}

// Circles returns n points on two circles around the origin, in turn: the outer of radius 1 (class 0) and the inner of radius
// 1/2 (class 1), at equal distances, each coordinate with normal noise of the given standard deviation. For k = 0, 1, ... on a circle of m points
//
//	(x, y) = r·(cos 2πk/m, sin 2πk/m) + noise·N(0,1)
//
// Source: scikit-learn, make_circles with factor 0.5.
func Circles(n int, noise float64, seed uint64) *dataset.Set {
	checkCount("Circles", n)
	rng := source(seed)
	var p plane
	for i := range n {
		circle, k := i%2, i/2
		m := (n + 1 - circle) / 2
		r := 1 - 0.5*float64(circle)
		angle := 2 * math.Pi * float64(k) / float64(m)
		x, y := float64(r*math.Cos(angle)), float64(r*math.Sin(angle))
		p.add(x+float64(noise*rng.NormFloat64()), y+float64(noise*rng.NormFloat64()), circle)
	}
	return p.set("circles", "outer", "inner")
}

// Moons returns n points on two half circles that reach into one another, in turn, each coordinate with normal noise of the given
// standard deviation. For k = 0, 1, ... on a half circle of m points and a = πk/(m-1)
//
//	class 0: (x, y) = (cos a, sin a) + noise·N(0,1)
//	class 1: (x, y) = (1 - cos a, 1/2 - sin a) + noise·N(0,1)
//
// Source: scikit-learn, make_moons.
func Moons(n int, noise float64, seed uint64) *dataset.Set {
	checkCount("Moons", n)
	rng := source(seed)
	var p plane
	for i := range n {
		moon, k := i%2, i/2
		m := (n + 1 - moon) / 2
		angle := math.Pi * float64(k) / float64(max(m-1, 1))
		x, y := math.Cos(angle), math.Sin(angle)
		if moon == 1 {
			x, y = 1-x, 0.5-y
		}
		p.add(x+float64(noise*rng.NormFloat64()), y+float64(noise*rng.NormFloat64()), moon)
	}
	return p.set("moons", "upper", "lower")
}

// Spiral returns arms·perArm points on the arms of a spiral, arm after arm. For k = 0 ... perArm-1 on arm j, with r = k/(perArm-1)
//
//	t = 4j + 4r + 0.2·N(0,1)      (x, y) = r·(sin t, cos t)
//
// Source: the case study of Stanford's CS231n, with 3 arms of 100 points.
func Spiral(perArm, arms int, seed uint64) *dataset.Set {
	checkCount("Spiral", perArm)
	checkCount("Spiral", arms)
	rng := source(seed)
	var p plane
	for j := range arms {
		for k := range perArm {
			r := float64(k) / float64(max(perArm-1, 1))
			t := float64(4*float64(j)) + float64(4*r) + float64(0.2*rng.NormFloat64())
			p.add(r*math.Sin(t), r*math.Cos(t), j)
		}
	}
	return p.set("spiral", dataset.Numbered(arms)...)
}

// Gaussians returns n points of k classes, in turn, each class a round normal cloud with the given standard deviation. The clouds' middles stand
// at equal distances on a circle of radius 1: for class c
//
//	(x, y) = (cos 2πc/k, sin 2πc/k) + spread·N(0,1)
func Gaussians(n, k int, spread float64, seed uint64) *dataset.Set {
	checkCount("Gaussians", n)
	checkCount("Gaussians", k)
	rng := source(seed)
	var p plane
	for i := range n {
		c := i % k
		angle := 2 * math.Pi * float64(c) / float64(k)
		x, y := math.Cos(angle), math.Sin(angle)
		p.add(x+float64(spread*rng.NormFloat64()), y+float64(spread*rng.NormFloat64()), c)
	}
	return p.set("gaussians", dataset.Numbered(k)...)
}

// The plane of Linear: t = Slope0·x0 + Slope1·x1 + Intercept.
const (
	Slope0    = 2.0
	Slope1    = -3.0
	Intercept = 1.0
)

// Linear returns n points of a regression that a single neuron solves: x uniform in [-1, 1)², and
//
//	t = 2·x0 - 3·x1 + 1 + noise·N(0,1)
func Linear(n int, noise float64, seed uint64) *dataset.Set {
	checkCount("Linear", n)
	rng := source(seed)
	x, t := make([]float32, 0, 2*n), make([]float32, 0, n)
	for range n {
		x0, x1 := 2*rng.Float64()-1, 2*rng.Float64()-1
		x = append(x, float32(x0), float32(x1))
		t = append(t, float32(float64(Slope0*x0)+float64(Slope1*x1)+Intercept+float64(noise*rng.NormFloat64())))
	}
	return &dataset.Set{Name: "linear", X: dataset.NewFloats(x, 2), Shape: tensor.Shape{2}, Targets: t, Out: 1}
}

// Noise returns n examples from which there is nothing to learn: width standard normal features, and for each of the classes 0 or 1 with
// equal probability (multi-hot). No training can raise its accuracy on other noise; a benchmark of speed, and a test of honesty.
//
// Source: a study note that trains a two-layer network on 30,000 examples of 784 features with 10 classes.
func Noise(n, width, classes int, seed uint64) *dataset.Set {
	checkCount("Noise", n)
	checkCount("Noise", width)
	checkCount("Noise", classes)
	rng := source(seed)
	x, t := make([]float32, n*width), make([]float32, n*classes)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range t {
		t[i] = float32(rng.IntN(2))
	}
	return &dataset.Set{
		Name: "noise", X: dataset.NewFloats(x, width), Shape: tensor.Shape{width},
		Targets: t, Classes: dataset.Numbered(classes), Out: classes,
	}
}

// checkCount panics on a number of things below one.
func checkCount(function string, n int) {
	if n < 1 {
		panic(fmt.Sprintf("synthetic.%s: %d of something; want at least 1", function, n))
	}
}
