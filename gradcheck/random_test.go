package gradcheck_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// data returns n examples of normal features, with targets that suit the loss.
func data(l loss.Loss, n, in, out int, rng *rand.Rand) *dataset.Set {
	x := make([]float32, n*in)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	rows := dataset.NewFloats(x, in)
	var set *dataset.Set
	var err error
	switch l.(type) {
	case loss.SoftmaxCrossEntropy:
		labels, classes := make([]int32, n), dataset.Numbered(out)
		for i := range labels {
			labels[i] = int32(rng.IntN(out))
		}
		set, err = dataset.FromLabels("random", rows, nil, labels, classes)
	default:
		targets := make([]float32, n*out)
		for i := range targets {
			if _, binary := l.(loss.BinaryCrossEntropy); binary {
				targets[i] = float32(rng.IntN(2))
			} else {
				targets[i] = float32(rng.NormFloat64())
			}
		}
		set, err = dataset.FromTargets("random", rows, nil, targets, out, nil)
	}
	if err != nil {
		panic(err)
	}
	return set
}

func pickOne[T any](rng *rand.Rand, from ...T) T { return from[rng.IntN(len(from))] }

// randomSpec draws a network of one to four dense layers with anything between them.
func randomSpec(rng *rand.Rand) (spec nn.Spec, in, out int) {
	activation := func() layer.Layer {
		return pickOne[layer.Layer](rng, layer.Sigmoid{}, layer.Tanh{}, layer.ReLU{}, layer.LeakyReLU{}, layer.ELU{}, layer.GELU{},
			layer.Softplus{}, layer.Softmax{}, layer.LogSoftmax{}, layer.Identity{}, layer.Flatten{})
	}
	dense := func(units int) layer.Layer {
		return layer.Dense{
			Units:    units,
			Init:     pickOne[initializer.Initializer](rng, initializer.He{}, initializer.Xavier{}, initializer.LeCun{}, initializer.NielsenLarge{}, initializer.Normal{Std: 0.01}),
			BiasInit: pickOne[initializer.Initializer](rng, nil, initializer.NielsenLarge{}),
			NoBias:   rng.IntN(8) == 0,
		}
	}
	in, out = 1+rng.IntN(6), 2+rng.IntN(3)
	spec.Input = tensor.Shape{in}
	width := in
	for range rng.IntN(4) {
		units := 1 + rng.IntN(6)
		switch rng.IntN(6) {
		case 0:
			spec.Layers = append(spec.Layers, layer.Residual{Layers: []layer.Layer{dense(width), activation(), dense(width)}})
		case 1:
			spec.Layers = append(spec.Layers, layer.Concat{Branches: [][]layer.Layer{{}, {dense(units), activation()}}})
			width += units
		default:
			spec.Layers = append(spec.Layers, dense(units), activation())
			width = units
		}
	}
	spec.Layers = append(spec.Layers, dense(out))
	spec.Loss = pickOne[loss.Loss](rng, loss.SoftmaxCrossEntropy{}, loss.BinaryCrossEntropy{}, loss.Quadratic{}, loss.MeanSquared{},
		loss.MeanAbsolute{}, loss.Huber{})
	for range rng.IntN(3) {
		style := pickOne(rng, regularizer.Styles...)
		spec.Regularizers = append(spec.Regularizers, pickOne[regularizer.Regularizer](rng,
			regularizer.L1{Lambda: 0.1, Style: style}, regularizer.L2{Lambda: 0.1, Style: style}))
	}
	return spec, in, out
}

// No correct network is called wrong: 500 random ones, or 10,000 if GRADUS_LONG is set, every third the plain way.
func TestRandomNetworks(t *testing.T) {
	networks := 500
	if os.Getenv("GRADUS_LONG") != "" {
		networks = 10_000
	}
	tensors, verdicts, worst := 0, map[gradcheck.Verdict]int{}, 0.0
	for seed := range networks {
		rng := rand.New(rand.NewPCG(uint64(seed), 42))
		spec, in, out := randomSpec(rng)
		set := data(spec.Loss, 1+rng.IntN(5), in, out, rng)
		report, err := gradcheck.Check(spec, set, gradcheck.Config{Seed: uint64(seed), Threads: 1, Plain: seed%3 == 0})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !report.OK() {
			t.Errorf("seed %d: %s\n%s", seed, describe(spec), report)
		}
		for _, tensor := range report.Tensors {
			tensors++
			verdicts[tensor.Verdict()]++
			if tensor.Verdict() == gradcheck.OK {
				worst = max(worst, tensor.Relative)
			}
		}
	}
	t.Logf("%d networks, %d tensors: %v, largest relative error of the right ones %.1e", networks, tensors, verdicts, worst)
	// A checker that excuses itself would pass the test above.
	if share := float64(verdicts[gradcheck.Unchecked]) / float64(tensors); share > 0.02 {
		t.Errorf("%.1f %% of the tensors could not be checked; want 2 %% at most", 100*share)
	}
}

func describe(spec nn.Spec) string {
	data, err := spec.MarshalJSON()
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(data)
}
