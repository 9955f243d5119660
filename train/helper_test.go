package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// clusters returns n examples of the given number of classes: points about one centre a class, in random order.
func clusters(t testing.TB, n, width, classes int, seed uint64) *dataset.Set {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 1))
	centres := make([]float32, classes*width)
	for i := range centres {
		centres[i] = float32(rng.NormFloat64())
	}
	rng = rand.New(rand.NewPCG(seed, 2))
	x, labels := make([]float32, n*width), make([]int32, n)
	for i := range n {
		labels[i] = int32(rng.IntN(classes))
		for j := range width {
			x[i*width+j] = centres[int(labels[i])*width+j] + 0.5*float32(rng.NormFloat64())
		}
	}
	set, err := dataset.FromLabels("clusters", dataset.NewFloats(x, width), nil, labels, dataset.Numbered(classes))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// small is a network for clusters of 5 features and 3 classes.
var small = nn.Spec{
	Input:        tensor.Shape{5},
	Layers:       []layer.Layer{layer.Dense{Units: 4}, layer.Tanh{}, layer.Dense{Units: 3}},
	Loss:         loss.SoftmaxCrossEntropy{},
	Regularizers: []regularizer.Regularizer{regularizer.L2{Lambda: 0.1}},
}

func compile[F kernel.Float](t testing.TB, spec nn.Spec, cfg nn.Config) *nn.Net[F] {
	t.Helper()
	net, err := nn.Compile[F](spec, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(net.Close)
	return net
}

// atStep is a StepMonitor that calls f after one step.
type atStep struct {
	step int
	f    func(*Step) error
}

func (m atStep) Epoch(context.Context, *Epoch) error { return nil }

func (m atStep) Step(_ context.Context, s *Step) error {
	if s.Step == m.step {
		return m.f(s)
	}
	return nil
}

// timeless returns epochs without what depends on the clock.
func timeless(epochs []Epoch) []Epoch {
	epochs = slices.Clone(epochs)
	for i := range epochs {
		epochs[i].Seconds, epochs[i].Live = 0, Live{}
	}
	return epochs
}

// sameBits reports whether two slices are equal bit for bit, NaN included.
func sameBits[F kernel.Float](a, b []F) bool {
	return slices.EqualFunc(a, b, func(x, y F) bool { return math.Float64bits(float64(x)) == math.Float64bits(float64(y)) })
}
