package gradcheck_test

import (
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// between puts layers between two dense ones, so that a mistake in their gradients reaches parameters:
// 4 features, 5 units in, 3 outputs.
func between(layers ...layer.Layer) []layer.Layer {
	list := []layer.Layer{dense(5)}
	return append(append(list, layers...), dense(3))
}

func dense(units int) layer.Dense {
	return layer.Dense{Units: units, Init: initializer.NielsenLarge{}, BiasInit: initializer.NielsenLarge{}}
}

// gradientCases has at least one list of layers for every kind of layer that can learn. A nil case says that the kind
// cannot, as its own plan must confirm.
var gradientCases = map[string][][]layer.Layer{
	"dense":       {between(), between(layer.Dense{Units: 4, Init: initializer.He{}, NoBias: true})},
	"identity":    {between(layer.Identity{})},
	"flatten":     {between(layer.Flatten{})},
	"step":        nil,
	"sigmoid":     {between(layer.Sigmoid{}), between(layer.Sigmoid{}, layer.Sigmoid{})}, // fused into dense, and not
	"tanh":        {between(layer.Tanh{}), between(layer.Tanh{}, layer.Tanh{})},
	"relu":        {between(layer.ReLU{}), between(layer.Tanh{}, layer.ReLU{})},
	"leaky-relu":  {between(layer.LeakyReLU{}), between(layer.LeakyReLU{Alpha: 0.3}), between(layer.Tanh{}, layer.LeakyReLU{})},
	"elu":         {between(layer.ELU{}), between(layer.ELU{Alpha: 0.5}), between(layer.Tanh{}, layer.ELU{})},
	"gelu":        {between(layer.GELU{}), between(layer.Tanh{}, layer.GELU{})},
	"softplus":    {between(layer.Softplus{}), between(layer.Tanh{}, layer.Softplus{})},
	"softmax":     {between(layer.Softmax{})},
	"log-softmax": {between(layer.LogSoftmax{})},
	"residual": {
		between(layer.Residual{Layers: []layer.Layer{dense(5), layer.Tanh{}}}),
		between(layer.Residual{Layers: []layer.Layer{dense(2), layer.Tanh{}}, Shortcut: []layer.Layer{dense(2)}}),
	},
	"concat": {
		between(layer.Concat{Branches: [][]layer.Layer{{}, {dense(2), layer.Sigmoid{}}, {layer.Tanh{}}}}),
		{layer.Concat{Branches: [][]layer.Layer{{dense(2)}, {dense(3)}}}, dense(3)},
	},
}

var lossCases = map[string][]loss.Loss{
	"cross-entropy":        {loss.SoftmaxCrossEntropy{}, loss.SoftmaxCrossEntropy{Weights: []float64{0.5, 3, 1}}},
	"binary-cross-entropy": {loss.BinaryCrossEntropy{}, loss.BinaryCrossEntropy{Positive: []float64{0.5, 3, 1}}},
	"quadratic":            {loss.Quadratic{}},
	"mse":                  {loss.MeanSquared{}},
	"mae":                  {loss.MeanAbsolute{}},
	"huber":                {loss.Huber{}},
}

var regularizerCases = map[string][]regularizer.Regularizer{
	"l1": {regularizer.L1{Lambda: 0.3}, regularizer.L1{Lambda: 0.3, Style: regularizer.Saito}, regularizer.L1{Lambda: 0.3, Style: regularizer.Sklearn}},
	"l2": {regularizer.L2{Lambda: 0.3}, regularizer.L2{Lambda: 0.3, Style: regularizer.Saito}, regularizer.L2{Lambda: 0.3, Style: regularizer.Sklearn}},
}

// mustBeRight demands more than a verdict: every coordinate compared, and as close as float64 allows.
func mustBeRight(t *testing.T, spec nn.Spec) {
	t.Helper()
	in := spec.Input.Size()
	set := data(spec.Loss, 4, in, 3, rand.New(rand.NewPCG(7, 7)))
	report, err := gradcheck.Check(spec, set, gradcheck.Config{Seed: 3, Threads: 2, Examples: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range report.Tensors {
		if g.Verdict() != gradcheck.OK || !(g.Relative <= 1e-7) || g.OnKink+g.InRounding+g.NotFinite > 0 {
			t.Errorf("%s\n%s", describe(spec), report)
			return
		}
	}
}

func TestEveryLayer(t *testing.T) {
	for _, name := range kind.Names[layer.Layer]() {
		cases, ok := gradientCases[name]
		if !ok {
			t.Errorf("layer %q has no gradient case; add one to gradientCases", name)
			continue
		}
		if cases == nil {
			zero, _ := kind.Zero[layer.Layer](name)
			if plan, err := zero.Plan(tensor.Shape{3}); err != nil || plan.NoGradient == "" {
				t.Errorf("layer %q can learn but has no gradient case", name)
			}
			continue
		}
		for _, layers := range cases {
			if !contains(layers, name) {
				t.Errorf("layer %q: its gradient case does not hold it", name)
			}
			mustBeRight(t, nn.Spec{Input: tensor.Shape{4}, Layers: layers, Loss: loss.SoftmaxCrossEntropy{}})
		}
	}
}

func contains(layers []layer.Layer, name string) bool {
	for _, l := range layers {
		if l.Kind() == name {
			return true
		}
	}
	return false
}

func TestEveryLoss(t *testing.T) {
	for _, name := range kind.Names[loss.Loss]() {
		if len(lossCases[name]) == 0 {
			t.Errorf("loss %q has no gradient case; add one to lossCases", name)
		}
		for _, l := range lossCases[name] {
			if l.Kind() != name {
				t.Errorf("loss %q: its gradient case is %q", name, l.Kind())
			}
			mustBeRight(t, nn.Spec{Input: tensor.Shape{4}, Layers: between(layer.Tanh{}), Loss: l})
		}
	}
}

func TestEveryRegularizer(t *testing.T) {
	for _, name := range kind.Names[regularizer.Regularizer]() {
		if len(regularizerCases[name]) == 0 {
			t.Errorf("regulariser %q has no gradient case; add one to regularizerCases", name)
		}
		for _, r := range regularizerCases[name] {
			if r.Kind() != name {
				t.Errorf("regulariser %q: its gradient case is %q", name, r.Kind())
			}
			mustBeRight(t, nn.Spec{Input: tensor.Shape{4}, Layers: between(layer.Tanh{}), Loss: loss.Quadratic{}, Regularizers: []regularizer.Regularizer{r}})
		}
	}
}
