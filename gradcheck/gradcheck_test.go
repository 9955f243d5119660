package gradcheck_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
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

func find(t *testing.T, r gradcheck.Report, name string) gradcheck.Tensor {
	t.Helper()
	for _, g := range r.Tensors {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no tensor %s in\n%s", name, r)
	return gradcheck.Tensor{}
}

// Saito's two-layer net of chapter 4 in small: every tensor at 1e-7 or better.
func TestTwoLayerNet(t *testing.T) {
	spec := nn.Spec{
		Input: tensor.Shape{20},
		Layers: []layer.Layer{
			layer.Dense{Units: 10, Init: initializer.Normal{Std: 0.01}}, layer.Sigmoid{},
			layer.Dense{Units: 5, Init: initializer.Normal{Std: 0.01}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
	report, err := gradcheck.Check(spec, data(spec.Loss, 3, 20, 5, rand.New(rand.NewPCG(1, 1))), gradcheck.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range report.Tensors {
		if !(g.Relative <= 1e-7) || g.Verdict() != gradcheck.OK {
			t.Errorf("%s", report)
			break
		}
	}
	if math.Abs(report.Cost-math.Log(5)) > 0.05 {
		t.Errorf("cost %v; small weights know nothing, so want about ln 5", report.Cost)
	}
}

// With all weights at zero every ReLU sits on its kink for every example: neither right nor wrong, and never "wrong".
func TestKinkEverywhere(t *testing.T) {
	for seed := range uint64(20) {
		spec := nn.Spec{
			Input: tensor.Shape{4},
			Layers: []layer.Layer{
				layer.Dense{Units: 3, Init: initializer.Constant{}}, layer.ReLU{},
				layer.Dense{Units: 3, Init: initializer.NielsenLarge{}},
			},
			Loss: loss.SoftmaxCrossEntropy{},
		}
		report, err := gradcheck.Check(spec, data(spec.Loss, 5, 4, 3, rand.New(rand.NewPCG(seed, 1))), gradcheck.Config{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"layer0.W", "layer0.b"} {
			if g := find(t, report, name); g.Verdict() != gradcheck.Unchecked || g.OnKink != len(g.Index) || g.Worst != -1 {
				t.Errorf("seed %d: %s\n%s", seed, name, report)
			}
		}
		if g := find(t, report, "layer2.b"); g.Verdict() != gradcheck.OK || !report.OK() || report.Verdict() != gradcheck.Unchecked {
			t.Errorf("seed %d:\n%s", seed, report)
		}
		if !strings.Contains(report.Summary(), "cannot be checked here") {
			t.Error(report.Summary())
		}
	}
}

// An L1 penalty bends at zero. A weight nearer to that than any step cannot be checked; one at zero can, since sign(0) = 0
// is what a central difference finds; all others can.
func TestKinkOfL1(t *testing.T) {
	for _, c := range []struct {
		weights initializer.Initializer
		onKink  int
	}{
		{initializer.Constant{Value: 1e-9}, 4},
		{initializer.Constant{}, 0},
		{initializer.NielsenLarge{}, 0},
	} {
		spec := nn.Spec{
			Input:        tensor.Shape{2},
			Layers:       []layer.Layer{layer.Dense{Units: 2, Init: c.weights}},
			Loss:         loss.Quadratic{},
			Regularizers: []regularizer.Regularizer{regularizer.L1{Lambda: 1}},
		}
		report, err := gradcheck.Check(spec, data(spec.Loss, 3, 2, 2, rand.New(rand.NewPCG(1, 1))), gradcheck.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if g := find(t, report, "layer0.W"); g.OnKink != c.onKink || !report.OK() {
			t.Errorf("%v:\n%s", c.weights, report)
		}
	}
}

// A kink very close to the point, but not at it, is kept away from by shorter steps.
func TestKinkNearby(t *testing.T) {
	spec := nn.Spec{
		Input:  tensor.Shape{1},
		Layers: []layer.Layer{layer.Dense{Units: 1, Init: initializer.Constant{}, BiasInit: initializer.Constant{Value: 2e-4}}, layer.ReLU{}, layer.Dense{Units: 1, Init: initializer.NielsenLarge{}}},
		Loss:   loss.Quadratic{},
	}
	report, err := gradcheck.Check(spec, data(spec.Loss, 1, 1, 1, rand.New(rand.NewPCG(1, 1))), gradcheck.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if g := find(t, report, "layer0.b"); g.Verdict() != gradcheck.OK || g.OnKink != 0 || g.Relative > 1e-7 {
		t.Errorf("\n%s", report)
	}
}

// Where the cost overflows nothing can be said.
func TestNotFinite(t *testing.T) {
	spec := nn.Spec{
		Input:  tensor.Shape{1},
		Layers: []layer.Layer{layer.Dense{Units: 2, Init: initializer.Constant{Value: 1e200}}},
		Loss:   loss.MeanSquared{},
	}
	report, err := gradcheck.Check(spec, data(spec.Loss, 2, 1, 2, rand.New(rand.NewPCG(1, 1))), gradcheck.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if g := find(t, report, "layer0.W"); g.Verdict() != gradcheck.Unchecked || g.NotFinite != 2 {
		t.Errorf("\n%s", report)
	}
}

// A claimed gradient that is not a number is wrong, not unknown.
func TestClaimedNaN(t *testing.T) {
	spec := nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{dense(2)}, Loss: loss.Quadratic{}}
	set := data(spec.Loss, 3, 2, 2, rand.New(rand.NewPCG(1, 1)))
	net, err := nn.Compile[float64](spec, nn.Config{Batch: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	net.Gradient(set.All())
	claimed := slices.Clone(net.Grads())
	claimed[2] = math.NaN()
	report, err := gradcheck.Compare(net, set.All(), claimed, gradcheck.Config{})
	if err != nil {
		t.Fatal(err)
	}
	g := find(t, report, "layer0.W")
	if g.Verdict() != gradcheck.Wrong || g.Wrong != 1 || !slices.Equal(g.At(g.Worst), []int{1, 0}) {
		t.Errorf("\n%s", report)
	}
	if _, err := gradcheck.Compare(net, set.All(), claimed[1:], gradcheck.Config{}); err == nil ||
		err.Error() != "gradcheck: 5 gradients are claimed; the network has 6 parameters" {
		t.Error(err)
	}
}

// The check leaves the network as it found it, and can look at a sample.
func TestLeavesNoTrace(t *testing.T) {
	spec := nn.Spec{Input: tensor.Shape{4}, Layers: between(layer.Tanh{}), Loss: loss.SoftmaxCrossEntropy{}}
	set := data(spec.Loss, 3, 4, 3, rand.New(rand.NewPCG(1, 1)))
	net, err := nn.Compile[float64](spec, nn.Config{Batch: 3, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	params, clock := slices.Clone(net.Params()), net.Steps()
	report, err := gradcheck.CheckNet(net, set.All(), gradcheck.Config{Sample: 7, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(params, net.Params()) || net.Steps() != clock {
		t.Error("parameters or clock have changed")
	}
	for _, g := range report.Tensors {
		size := tensor.Shape(g.Shape).Size()
		if len(g.Index) != min(7, size) || !slices.IsSorted(g.Index) || g.Index[len(g.Index)-1] >= size {
			t.Errorf("%s %v: sample %v", g.Name, g.Shape, g.Index)
		}
	}
	again, err := gradcheck.CheckNet(net, set.All(), gradcheck.Config{Sample: 7, Seed: 1})
	if err != nil || again.String() != report.String() {
		t.Errorf("the second check differs: %v\n%s%s", err, report, again)
	}
}

func TestErrors(t *testing.T) {
	right := nn.Spec{Input: tensor.Shape{4}, Layers: between(layer.Tanh{}), Loss: loss.SoftmaxCrossEntropy{}}
	frozen := right
	frozen.Layers = between(layer.Step{})
	broken := right
	broken.Layers = nil
	set := data(right.Loss, 3, 4, 3, rand.New(rand.NewPCG(1, 1)))
	wide := data(right.Loss, 3, 5, 3, rand.New(rand.NewPCG(1, 1)))
	for _, c := range []struct {
		name string
		spec nn.Spec
		set  *dataset.Set
		want string
	}{
		{"no examples", right, set.Head(0), "gradcheck: random has no examples; want at least one"},
		{"step", frozen, set, "cannot learn"},
		{"no layers", broken, set, "gradcheck: nn: "},
		{"shape", right, wide, "gradcheck: nn: random has examples of 5 features"},
	} {
		if _, err := gradcheck.Check(c.spec, c.set, gradcheck.Config{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: have %v, want ... %s", c.name, err, c.want)
		}
	}
}

// Mistakes far below one percent are found too, in a single element.
func TestSmallMistake(t *testing.T) {
	spec := nn.Spec{Input: tensor.Shape{4}, Layers: between(layer.Tanh{}), Loss: loss.SoftmaxCrossEntropy{}}
	set := data(spec.Loss, 3, 4, 3, rand.New(rand.NewPCG(1, 1)))
	net, err := nn.Compile[float64](spec, nn.Config{Batch: 3, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	net.Gradient(set.All())
	for i := range net.Grads() {
		claimed := slices.Clone(net.Grads())
		claimed[i] += 1e-4 * max(math.Abs(claimed[i]), 1e-2)
		report, err := gradcheck.Compare(net, set.All(), claimed, gradcheck.Config{})
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for _, g := range report.Tensors {
			wrong += g.Wrong
		}
		if wrong != 1 {
			t.Errorf("element %d: %d are called wrong\n%s", i, wrong, report)
		}
	}
}

// Logits of 10⁸ come in steps of 10⁻⁸, so a cost of ln 2 is too rough to differentiate. Nothing is called wrong.
func TestRounding(t *testing.T) {
	set, err := dataset.FromLabels("far away", dataset.NewFloats([]float32{1}, 1), nil, []int32{0}, dataset.Numbered(2))
	if err != nil {
		t.Fatal(err)
	}
	spec := nn.Spec{
		Input:  tensor.Shape{1},
		Layers: []layer.Layer{layer.Dense{Units: 2, Init: initializer.Constant{Value: 1e8}, BiasInit: initializer.Constant{Value: 0.1}}},
		Loss:   loss.SoftmaxCrossEntropy{},
	}
	report, err := gradcheck.Check(spec, set, gradcheck.Config{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	if g := find(t, report, "layer0.b"); g.Verdict() != gradcheck.Unchecked || !report.OK() {
		t.Errorf("\n%s", report)
	}
	// The incremental way does not take the difference of two costs, and can tell.
	if report, err = gradcheck.Check(spec, set, gradcheck.Config{}); err != nil {
		t.Fatal(err)
	}
	if g := find(t, report, "layer0.b"); g.Verdict() != gradcheck.OK || !report.OK() {
		t.Errorf("\n%s", report)
	}
}

// acrossRows is a tanh that says that it looks across the rows of a batch, as batch normalisation does.
type acrossRows struct{ layer.Tanh }

func (a acrossRows) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := a.Tanh.Plan(in)
	plan.Across = true
	return plan, err
}

// With one example such a layer is degenerate: nothing is wrong, and nothing can be checked.
func TestBatchOfOne(t *testing.T) {
	for _, nested := range []bool{false, true} {
		spec := nn.Spec{Input: tensor.Shape{4}, Layers: between(acrossRows{}), Loss: loss.SoftmaxCrossEntropy{}}
		where := "layer 1 (tanh)"
		if nested {
			spec.Layers = between(layer.Residual{Layers: []layer.Layer{dense(5), acrossRows{}}})
			where = "layer 1.0.1 (tanh)"
		}
		for n, want := range map[int]gradcheck.Verdict{1: gradcheck.Unchecked, 3: gradcheck.OK} {
			report, err := gradcheck.Check(spec, data(spec.Loss, n, 4, 3, rand.New(rand.NewPCG(1, 1))), gradcheck.Config{Threads: 1})
			if err != nil {
				t.Fatal(err)
			}
			if report.Verdict() != want {
				t.Errorf("%d examples:\n%s", n, report)
			}
			if n == 1 && (!strings.Contains(report.String(), "cannot check here: a batch of one example makes "+where+" degenerate") || !report.OK()) {
				t.Errorf("want %s named\n%s", where, report)
			}
		}
	}
}
