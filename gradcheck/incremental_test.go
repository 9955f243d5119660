package gradcheck_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/numdiff"
	"github.com/gradus-nn/gradus/tensor"
)

// saitoCh4 is Saito's two-layer net of chapter 4.
func saitoCh4() nn.Spec {
	return nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: 50, Init: initializer.Normal{Std: 0.01}}, layer.Sigmoid{},
			layer.Dense{Units: 10, Init: initializer.Normal{Std: 0.01}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
}

func compile(t testing.TB, spec nn.Spec, batch int, seed uint64) *nn.Net[float64] {
	t.Helper()
	net, err := nn.Compile[float64](spec, nn.Config{Batch: batch, Seed: seed, Threads: 1, Examples: 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(net.Close)
	return net
}

func numerical(t testing.TB, net *nn.Net[float64], b dataset.Batch, h float64, cfg gradcheck.Config) []float64 {
	t.Helper()
	g, err := gradcheck.Numerical(net, b, h, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Both ways are the same differences of the same cost, so they differ by rounding alone: by a few ε·cost/h. The networks
// have every activation, loss and regulariser, and any depth; those that are no chain make sure of nothing.
func TestIncrementalIsPlain(t *testing.T) {
	const h = numdiff.BookStep
	chains := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 77))
		spec, in, out := randomSpec(rng)
		if slices.ContainsFunc(spec.Layers, func(l layer.Layer) bool { return l.Kind() == "residual" || l.Kind() == "concat" }) {
			continue
		}
		chains++
		n := 1 + rng.IntN(5)
		set := data(spec.Loss, n, in, out, rng)
		net := compile(t, spec, n, seed)
		params, clock := slices.Clone(net.Params()), net.Steps()
		fast := numerical(t, net, set.All(), h, gradcheck.Config{Threads: 1})
		plain := numerical(t, net, set.All(), h, gradcheck.Config{Plain: true})
		limit := 0x1p-47 * max(1, net.Cost(set.All())) / h
		for i := range fast {
			if !(math.Abs(fast[i]-plain[i]) <= limit) {
				t.Errorf("seed %d: %s\ncoordinate %d: %v, the plain way %v; want them within %.1g", seed, describe(spec), i, fast[i], plain[i], limit)
				break
			}
		}
		if !slices.Equal(params, net.Params()) || net.Steps() != clock {
			t.Errorf("seed %d: parameters or clock have changed", seed)
		}
	}
	if chains < 150 {
		t.Errorf("%d of 300 networks are chains; want most", chains)
	}
}

// The number of threads changes no bit.
func TestIncrementalThreads(t *testing.T) {
	spec := nn.Spec{
		Input:  tensor.Shape{9},
		Layers: []layer.Layer{dense(7), layer.Tanh{}, dense(6), layer.Softmax{}, dense(4)},
		Loss:   loss.SoftmaxCrossEntropy{},
	}
	set := data(spec.Loss, 11, 9, 4, rand.New(rand.NewPCG(1, 1)))
	net := compile(t, spec, 11, 1)
	want := numerical(t, net, set.All(), 1e-4, gradcheck.Config{Threads: 1})
	for _, threads := range []int{2, 3, 8} {
		if have := numerical(t, net, set.All(), 1e-4, gradcheck.Config{Threads: threads}); !slices.Equal(have, want) {
			t.Errorf("%d threads: other bits", threads)
		}
	}
}

// Saito's check at full size, on digits: all 39,760 parameters, and a spread of them the plain way.
func TestSaitoChapter4(t *testing.T) {
	digits, err := mnist.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := digits.Train.Head(100).All()
	net := compile(t, saitoCh4(), 100, 0)
	net.Gradient(b)
	fast := numerical(t, net, b, numdiff.BookStep, gradcheck.Config{})
	if len(fast) != 39_760 {
		t.Fatalf("%d parameters", len(fast))
	}
	cost := func(p []float64) float64 { return net.Cost(b) }
	for i := 0; i < len(fast); i += 397 {
		// The cost is about ln 10; a difference of two costs that are each right to 4ε is right to 10⁻¹¹.
		if plain := numdiff.PartialH(cost, net.Params(), i, numdiff.BookStep); math.Abs(plain-fast[i]) > 2e-11 {
			t.Errorf("parameter %d: %v, the plain way %v", i, fast[i], plain)
		}
	}
	report, err := gradcheck.CheckNet(net, b, gradcheck.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range report.Tensors {
		// Extrapolated once, a difference with h = 1e-3 is wrong by about h⁴ = 1e-12 of the largest gradients here.
		if g.Verdict() != gradcheck.OK || !(g.Relative <= 1e-9) || len(g.Index) != tensor.Shape(g.Shape).Size() {
			t.Errorf("want every coordinate at 1e-9 or better\n%s", report)
			break
		}
	}
}

// All 39,760 parameters of 784-50-10 on 100 digits; a plain one costs two forward passes a parameter.
func BenchmarkNumerical(b *testing.B) {
	digits, err := mnist.Load()
	if err != nil {
		b.Fatal(err)
	}
	batch := digits.Train.Head(100).All()
	net := compile(b, saitoCh4(), 100, 0)
	for b.Loop() {
		numerical(b, net, batch, numdiff.BookStep, gradcheck.Config{})
	}
}
