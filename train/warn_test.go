package train

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// digits returns the 8 by 8 digits between 0 and 1, in random order, 1,400 to learn from and 397 held out.
func digits(t *testing.T) (train, held *dataset.Set) {
	t.Helper()
	table, err := tabular.Digits()
	if err != nil {
		t.Fatal(err)
	}
	set, err := preprocess.Pipeline{preprocess.PixelScale{Divide: 16}}.Set(table.Set)
	if err != nil {
		t.Fatal(err)
	}
	return set.Subset(dataset.Order(set.Len(), rand.New(rand.NewPCG(1, 1)))).Split(1400)
}

func perceptron(hidden int, init initializer.Initializer) nn.Spec {
	return nn.Spec{
		Input:  tensor.Shape{64},
		Layers: []layer.Layer{layer.Dense{Units: hidden, Init: init}, layer.Sigmoid{}, layer.Dense{Units: 10, Init: init}},
		Loss:   loss.SoftmaxCrossEntropy{},
	}
}

// nielsen is the network of Nielsen's first chapter: quadratic cost, normal weights and biases.
func nielsen() nn.Spec {
	d := func(n int) layer.Layer {
		return layer.Dense{Units: n, Init: initializer.NielsenLarge{}, BiasInit: initializer.NielsenLarge{}}
	}
	return nn.Spec{
		Input:  tensor.Shape{64},
		Layers: []layer.Layer{d(30), layer.Sigmoid{}, d(10), layer.Sigmoid{}}, Loss: loss.Quadratic{},
	}
}

// rowsOf is a set with other features.
func rowsOf(t *testing.T, set *dataset.Set, factor float32) *dataset.Set {
	t.Helper()
	s, err := preprocess.Pipeline{preprocess.PixelScale{Divide: 1 / factor}}.Set(set)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// relabel returns a set with other labels.
func relabel(t *testing.T, set *dataset.Set, classes int, f func(i int) int) *dataset.Set {
	t.Helper()
	labels := make([]int32, set.Len())
	for i := range labels {
		labels[i] = int32(f(i))
	}
	s, err := dataset.FromLabels(set.Name, dataset.NewFloats(features(set), set.X.Width()), set.Shape, labels, dataset.Numbered(classes))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What cannot work is named at the end of the first epoch, and what works is not.
func TestWarnings(t *testing.T) {
	set, held := digits(t)
	sorted := set.Subset(slices.SortedFunc(slices.Values(dataset.Order(set.Len(), nil)), func(a, b int) int { return set.Label(a) - set.Label(b) }))
	linear := synthetic.Linear(500, 0.1, 1)
	plane := nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 10}, layer.Tanh{}, layer.Dense{Units: 1}}, Loss: loss.MeanSquared{}}
	withL2 := perceptron(30, nil)
	withL2.Regularizers = []regularizer.Regularizer{regularizer.L2{Lambda: 0.1}}
	zero := initializer.Constant{}

	for name, c := range map[string]struct {
		spec  nn.Spec
		set   *dataset.Set
		held  *dataset.Set
		cfg   Config
		net   nn.Config
		codes []string
		says  string
	}{
		"softmax before its loss": {
			spec: nn.Spec{Input: tensor.Shape{64}, Layers: append(perceptron(30, nil).Layers, layer.Softmax{}), Loss: loss.SoftmaxCrossEntropy{}},
			set:  set, held: held, cfg: Config{Optimizer: optim.NewAdam(0.003)}, codes: []string{SquashedTwice}, says: "squashed twice",
		},
		// Controls: they must be silent.
		"healthy sgd":             {spec: perceptron(30, nil), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}},
		"healthy adam":            {spec: perceptron(30, nil), set: set, held: held, cfg: Config{Optimizer: optim.NewAdam(0.003)}},
		"healthy nielsen":         {spec: nielsen(), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(3), Batch: 10}},
		"healthy, other labels":   {spec: perceptron(30, nil), set: relabel(t, set, 10, func(i int) int { return (set.Label(i) + 1) % 10 }), cfg: Config{Optimizer: optim.NewSGD(0.5)}},
		"healthy, drawn":          {spec: perceptron(30, nil), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5), Sampling: Replacement}},
		"healthy, in order":       {spec: perceptron(30, nil), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5), Sampling: InOrder}},
		"healthy, sorted":         {spec: perceptron(30, nil), set: sorted, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}},
		"healthy regression":      {spec: plane, set: linear, held: linear.Head(100), cfg: Config{Optimizer: optim.NewSGD(0.1)}},
		"logistic from zero":      {spec: nn.Spec{Input: tensor.Shape{64}, Layers: []layer.Layer{layer.Dense{Units: 10, Init: zero}}, Loss: loss.SoftmaxCrossEntropy{}}, set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}},
		"raw digits":              {spec: perceptron(30, nil), set: rowsOf(t, set, 16), held: rowsOf(t, held, 16), cfg: Config{Optimizer: optim.NewAdam(0.003)}},
		"xor":                     {spec: nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 2}, layer.Sigmoid{}, layer.Dense{Units: 2}}, Loss: loss.SoftmaxCrossEntropy{}}, set: synthetic.XOR(), cfg: Config{Epochs: 300, Optimizer: optim.NewSGD(1)}},
		"regulariser, right size": {spec: withL2, set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}, net: nn.Config{Examples: 1400}},

		// What cannot work.
		"rate 100":              {spec: perceptron(30, nil), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(100)}, codes: []string{RateTooHigh}, says: "learning rate of 100 is too high; try 10"},
		"nielsen, rate 100":     {spec: nielsen(), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(100), Batch: 10}, codes: []string{RateTooHigh}, says: "too high"},
		"relu, rate 100":        {spec: nn.Spec{Input: tensor.Shape{64}, Layers: []layer.Layer{layer.Dense{Units: 30}, layer.ReLU{}, layer.Dense{Units: 10}}, Loss: loss.SoftmaxCrossEntropy{}}, set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(100)}, codes: []string{RateTooHigh}, says: "too high"},
		"adam, rate 10":         {spec: perceptron(30, nil), set: set, held: held, cfg: Config{Optimizer: optim.NewAdam(10)}, codes: []string{RateTooHigh}, says: "too high"},
		"rate .0001":            {spec: perceptron(30, nil), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.0001)}, codes: []string{RateTooLow}, says: "learning rate of 0.0001 is too low; try 0.001"},
		"nielsen, rate .001":    {spec: nielsen(), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.001), Batch: 10, Epochs: 4}, codes: []string{RateTooLow}, says: "too low"},
		"regression, rate 1e-6": {spec: plane, set: linear, cfg: Config{Optimizer: optim.NewSGD(1e-6)}, codes: []string{RateTooLow}, says: "too low"},
		"zero weights":          {spec: perceptron(30, zero), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{EqualUnits}, says: "all 30 units of layer 0 (dense) begin with the same weights"},
		"equal weights":         {spec: perceptron(30, initializer.Constant{Value: 0.5}), set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{EqualUnits}, says: "initialise them at random"},
		"sorted, unshuffled":    {spec: perceptron(30, nil), set: sorted, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5), Sampling: InOrder}, codes: []string{SortedData}, says: "hold examples of one class only"},
		"labels from 1":         {spec: outputs(perceptron(30, nil), 11), set: relabel(t, set, 11, func(i int) int { return set.Label(i) + 1 }), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{MissingClass}, says: "subtract 1 from each"},
		"a class too many":      {spec: outputs(perceptron(30, nil), 11), set: relabel(t, set, 11, set.Label), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{MissingClass}, says: "give the network 10 outputs"},
		"held-out labels + 1":   {spec: perceptron(30, nil), set: set, held: relabel(t, held, 10, func(i int) int { return (held.Label(i) + 1) % 10 }), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{ShiftedLabels}, says: "off by one: most are one higher"},
		"held-out labels - 1":   {spec: perceptron(30, nil), set: set, held: relabel(t, held, 10, func(i int) int { return (held.Label(i) + 9) % 10 }), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{ShiftedLabels}, says: "off by one: most are one lower"},
		"held-out slipped":      {spec: perceptron(30, nil), set: set, held: relabel(t, held, 10, func(i int) int { return held.Label((i + 1) % held.Len()) }), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{ShiftedLabels}, says: "slipped by one row"},
		"labels slipped up":     {spec: perceptron(30, nil), set: relabel(t, set, 10, func(i int) int { return set.Label((i + 1) % set.Len()) }), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{ShiftedLabels}, says: "given to the example after it"},
		"labels slipped down":   {spec: perceptron(30, nil), set: relabel(t, set, 10, func(i int) int { return set.Label((i + set.Len() - 1) % set.Len()) }), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{ShiftedLabels}, says: "given to the example before it"},
		"pixels to 255":         {spec: perceptron(30, nil), set: pixels(t, set), held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{Unscaled}, says: "divide them by 255"},
		"raw columns":           {spec: perceptron(30, nil), set: rowsOf(t, set, 30.5), held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{Unscaled}, says: "standardise the columns"},
		"held-out unscaled":     {spec: perceptron(30, nil), set: set, held: rowsOf(t, held, 0.05), cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{HeldOutWorse}, says: "compare their scaling"},
		"learnt by heart":       {spec: perceptron(30, nil), set: set.Head(25), held: held, cfg: Config{Optimizer: optim.NewAdam(0.02), Epochs: 120, Batch: 25}, codes: []string{HeldOutWorse}, says: "learns by heart"},
		"noise":                 {spec: perceptron(30, nil), set: relabel(t, set, 10, func(i int) int { return i * i % 7919 % 10 }), cfg: Config{Optimizer: optim.NewSGD(0.1), Epochs: 4}, codes: []string{RateTooLow}, says: "do not tell the classes apart"},
		"regulariser, n":        {spec: withL2, set: set, held: held, cfg: Config{Optimizer: optim.NewSGD(0.5)}, codes: []string{Divisor}, says: "set nn.Config.Examples"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, told := c.cfg, recorder{}
			cfg.Epochs, cfg.HeldOut, cfg.Seed, cfg.Monitors = max(2, cfg.Epochs), c.held, 1, []Monitor{&told}
			if cfg.Batch == 0 {
				cfg.Batch = 10
			}
			nc := c.net
			nc.Batch, nc.Seed, nc.Threads = 100, 1, 1
			net := compile[float32](t, c.spec, nc)
			h, err := Run(t.Context(), net, c.set, cfg)
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, w := range h.Warnings {
				codes = append(codes, w.Code)
			}
			if !slices.Equal(codes, c.codes) {
				t.Errorf("warnings %v, want %v", codes, c.codes)
			}
			if c.says != "" && !slices.ContainsFunc(h.Warnings, func(w Warning) bool { return w.Code == c.codes[0] && strings.Contains(w.Text, c.says) }) {
				t.Errorf("no warning says %q", c.says)
			}
			if !slices.Equal(told.warnings, h.Warnings) {
				t.Errorf("monitors were told %v", told.warnings)
			}
		})
	}
}

// Circles are hard for a straight line, so that a network is at chance for its first 100 steps, and then is not.
func TestSlowStartIsNoMistake(t *testing.T) {
	spec := nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 32}, layer.ReLU{}, layer.Dense{Units: 2}}, Loss: loss.SoftmaxCrossEntropy{}}
	set := synthetic.Circles(400, 0.1, 1)
	for seed := range uint64(10) {
		net := compile[float32](t, spec, nn.Config{Seed: seed, Threads: 1})
		h, err := Run(t.Context(), net, set, Config{Epochs: 20, Seed: seed, HeldOut: set})
		if err != nil || len(h.Warnings) > 0 {
			t.Errorf("seed %d: error %v, warnings %v", seed, err, h.Warnings)
		}
	}
}

// recorder is a Warner.
type recorder struct{ warnings []Warning }

func (*recorder) Epoch(context.Context, *Epoch) error { return nil }
func (r *recorder) Warn(w Warning)                    { r.warnings = append(r.warnings, w) }

// outputs returns a spec with another number of outputs.
func outputs(s nn.Spec, n int) nn.Spec {
	s.Layers = append(slices.Clone(s.Layers[:len(s.Layers)-1]), layer.Dense{Units: n})
	return s
}

// pixels returns digits as whole numbers from 0 to 255.
func pixels(t *testing.T, set *dataset.Set) *dataset.Set {
	t.Helper()
	x := features(set)
	for i := range x {
		x[i] = float32(int(x[i] * 255))
	}
	s, err := dataset.FromLabels("pixels", dataset.NewFloats(x, 64), nil, set.Labels, set.Classes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
