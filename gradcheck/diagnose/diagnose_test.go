package diagnose_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

func dense(n int) layer.Layer {
	return layer.Dense{Units: n, Init: initializer.Normal{Std: 0.7}, BiasInit: initializer.Normal{Std: 0.5}}
}

func batch(n, in, out int, seed uint64) *dataset.Set {
	rng := rand.New(rand.NewPCG(seed, 3))
	x, labels := make([]float32, n*in), make([]int32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range labels {
		labels[i] = int32(rng.IntN(out))
	}
	set, err := dataset.FromLabels("random", dataset.NewFloats(x, in), nil, labels, dataset.Numbered(out))
	if err != nil {
		panic(err)
	}
	return set
}

// specs are networks of many kinds for 6 inputs and 4 classes.
func specs() []nn.Spec {
	build := func(l loss.Loss, layers ...layer.Layer) nn.Spec {
		return nn.Spec{Input: tensor.Shape{6}, Layers: layers, Loss: l}
	}
	penalized := build(loss.SoftmaxCrossEntropy{}, dense(5), layer.Tanh{}, dense(4))
	penalized.Regularizers = []regularizer.Regularizer{regularizer.L1{Lambda: 1}, regularizer.L2{Lambda: 2}}
	return []nn.Spec{
		build(loss.SoftmaxCrossEntropy{}, dense(4)),
		build(loss.SoftmaxCrossEntropy{}, dense(5), layer.Sigmoid{}, dense(4)),
		build(loss.BinaryCrossEntropy{}, dense(5), layer.ReLU{}, dense(5), layer.Tanh{}, dense(4)),
		build(loss.Quadratic{}, dense(5), layer.Softplus{}, dense(4), layer.Sigmoid{}),
		build(loss.MeanSquared{}, dense(5), layer.Residual{Layers: []layer.Layer{dense(5), layer.GELU{}}}, dense(4)),
		build(loss.Huber{}, layer.Concat{Branches: [][]layer.Layer{{}, {dense(3), layer.ELU{}}}}, dense(4), layer.Softmax{}),
		penalized,
	}
}

// corruptions are ways in which a gradient can be wrong that need not have a name.
var corruptions = []func(g []float64, rng *rand.Rand){
	func(g []float64, rng *rand.Rand) { g[rng.IntN(len(g))] += 1 },
	func(g []float64, _ *rand.Rand) { clear(g) },
	func(g []float64, _ *rand.Rand) { g[0] = math.NaN() },
	func(g []float64, _ *rand.Rand) { g[len(g)-1] = math.Inf(1) },
	func(g []float64, _ *rand.Rand) { slices.Reverse(g) },
	func(g []float64, rng *rand.Rand) {
		for i := range g {
			g[i] = rng.NormFloat64()
		}
	},
	func(g []float64, rng *rand.Rand) {
		f := rng.ExpFloat64()
		for i := range g {
			g[i] *= f
		}
	},
	func(g []float64, _ *rand.Rand) {
		for i := range g {
			g[i] = float64(float32(g[i])) * (1 + 3e-6)
		}
	},
}

// Every wrong tensor is explained exactly once, whatever the network and the mistake, with a batch of one too; and a right
// gradient is not explained at all.
func TestEveryWrongTensor(t *testing.T) {
	for i, spec := range specs() {
		for _, n := range []int{1, 2, 7} {
			for k, corrupt := range corruptions {
				rng := rand.New(rand.NewPCG(uint64(i), uint64(k)))
				set := batch(n, 6, 4, uint64(i))
				net, err := nn.Compile[float64](spec, nn.Config{Batch: n, Examples: 20, Seed: 1, Threads: 1})
				if err != nil {
					t.Fatal(err)
				}
				net.Gradient(set.All())
				net.SetSteps(0)
				claimed := slices.Clone(net.Grads())
				report, err := gradcheck.Compare(net, set.All(), claimed, gradcheck.Config{Threads: 1})
				if err != nil {
					t.Fatal(err)
				}
				if d := diagnose.Gradient(net, set.All(), report, nil); len(d) > 0 {
					t.Errorf("network %d, %d examples: right, but %v", i, n, d)
				}
				s := net.Segments()[rng.IntN(len(net.Segments()))]
				corrupt(claimed[s.Off:s.Off+s.Len], rng)
				params := slices.Clone(net.Params())
				if report, err = gradcheck.Compare(net, set.All(), claimed, gradcheck.Config{Threads: 1}); err != nil {
					t.Fatal(err)
				}
				explained := map[string]int{}
				for _, d := range diagnose.Gradient(net, set.All(), report, nil) {
					if d.Bug == "" || d.Says == "" || strings.Contains(d.String(), "%!") {
						t.Errorf("network %d, corruption %d: %+v", i, k, d)
					}
					for _, name := range d.Tensors {
						explained[name]++
					}
				}
				for _, g := range report.Tensors {
					want := 0
					if g.Verdict() == gradcheck.Wrong {
						want = 1
					}
					if explained[g.Name] != want {
						t.Errorf("network %d, %d examples, corruption %d: %s is explained %d times, want %d", i, n, k, g.Name, explained[g.Name], want)
					}
				}
				if !slices.Equal(params, net.Params()) {
					t.Errorf("network %d: the parameters have changed", i)
				}
				net.Close()
			}
		}
	}
}

// A sample of the coordinates is enough for the rules that need no whole tensor, and the others are not misled.
func TestSample(t *testing.T) {
	spec, set := specs()[1], batch(7, 6, 4, 1)
	net, err := nn.Compile[float64](spec, nn.Config{Batch: 7, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	net.Gradient(set.All())
	net.SetSteps(0)
	claimed := slices.Clone(net.Grads())
	for i := range claimed {
		claimed[i] *= 7
	}
	report, err := gradcheck.Compare(net, set.All(), claimed, gradcheck.Config{Threads: 1, Sample: 3})
	if err != nil {
		t.Fatal(err)
	}
	d := diagnose.Gradient(net, set.All(), report, nil)
	if len(d) != 1 || d[0].Bug != "the mean over the batch is missing" || len(d[0].Tensors) != 4 {
		t.Errorf("%v", d)
	}
}
