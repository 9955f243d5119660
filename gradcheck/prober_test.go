package gradcheck

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// Both probers give the same change of the cost for moves of all lengths, not only for the small and symmetric ones that
// derivatives are made of: with penalties, multi-hot targets (Σt = 2), units that are off, and logits that jump by hundreds.
func TestProbers(t *testing.T) {
	dense := func(n int) layer.Layer {
		return layer.Dense{Units: n, Init: initializer.Normal{Std: 0.8}, BiasInit: initializer.Normal{Std: 0.5}}
	}
	const n, in, out = 5, 4, 3
	rng := rand.New(rand.NewPCG(1, 1))
	x, targets := make([]float32, n*in), make([]float32, n*out)
	for i := range x {
		x[i] = float32(rng.IntN(3) - 1) // zeros among them
	}
	for i := range targets {
		targets[i] = float32(i % 2)
	}
	set, err := dataset.FromTargets("random", dataset.NewFloats(x, in), nil, targets, out, nil)
	if err != nil {
		t.Fatal(err)
	}
	moves := []float64{1e-5, -1e-4, 2e-3, -0.03, 0.4, -5, 300}
	for _, layers := range [][]layer.Layer{
		{dense(out)},
		{dense(6), layer.ReLU{}, dense(out)},
		{dense(6), layer.Tanh{}, dense(5), layer.Softmax{}, dense(out)},
		{dense(6), layer.Sigmoid{}, layer.Tanh{}, dense(out), layer.Softplus{}},
	} {
		for _, l := range []loss.Loss{loss.SoftmaxCrossEntropy{}, loss.Quadratic{}} {
			spec := nn.Spec{Input: tensor.Shape{in}, Layers: layers, Loss: l, Regularizers: []regularizer.Regularizer{
				regularizer.L1{Lambda: 0.3}, regularizer.L2{Lambda: 0.7, Style: regularizer.Saito}}}
			net, err := nn.Compile[float64](spec, nn.Config{Batch: n, Seed: 2, Threads: 1, Examples: 9})
			if err != nil {
				t.Fatal(err)
			}
			slow := newProber(net, set.All(), Config{Plain: true})
			fast := newProber(net, set.All(), Config{Threads: 1})
			if _, ok := fast.(*incremental); !ok {
				t.Fatalf("%T; want the incremental prober", fast)
			}
			for _, s := range net.Segments() {
				for i := range s.Len {
					have, want := make([]float64, len(moves)), make([]float64, len(moves))
					fast.probe(s, []int{i}, moves, have)
					slow.probe(s, []int{i}, moves, want)
					for k := range moves {
						// The plain way rounds costs of about 10, or as large as the change: a few hundred ε for sums of terms.
						if limit := 0x1p-44 * max(10, math.Abs(want[k])); !(math.Abs(have[k]-want[k]) <= limit) {
							t.Errorf("%s %v, %s[%d] by %v: %v, the plain way %v", l.Kind(), layers, s.Name, i, moves[k], have[k], want[k])
						}
					}
				}
			}
			fast.close()
			slow.close()
			net.Close()
		}
	}
}

// The short series agree with the library functions to the last bits, up to where they are left.
func TestSeries(t *testing.T) {
	for _, sign := range []float64{1, -1} {
		for e := -60.0; e < 4; e += 0.37 {
			if u := sign * math.Exp2(e); math.Abs(u) < smallExponent {
				if have, want := expm1(u), math.Expm1(u); math.Abs(have-want) > 0x1p-51*math.Abs(want) {
					t.Errorf("expm1(%v) = %v, want %v", u, have, want)
				}
			}
			if q := sign * math.Exp2(e); q > -1 {
				if have, want := log1p(q), math.Log1p(q); math.Abs(have-want) > 0x1p-51*math.Abs(want) {
					t.Errorf("log1p(%v) = %v, want %v", q, have, want)
				}
			}
		}
	}
}
