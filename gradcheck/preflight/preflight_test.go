package preflight_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck/preflight"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// blind is a loss that overwrites its targets with the predictions.
type blind struct{ loss.Loss }

func (b blind) Plan(out tensor.Shape) (loss.Plan, error) {
	plan, err := b.Loss.Plan(out)
	plan.F64 = blindOp{plan.F64}
	return plan, err
}

type blindOp struct{ loss.Op[float64] }

func (b blindOp) Loss(l []float64, dy, y, t []float64, scale float64, lo, hi int) {
	b.Op.Output(t, y, lo, hi)
	b.Op.Loss(l, dy, y, t, scale, lo, hi)
}

func batch(n int, scale float64) *dataset.Set {
	rng := rand.New(rand.NewPCG(1, 1))
	x, labels := make([]float32, n*6), make([]int32, n)
	for i := range x {
		x[i] = float32(scale * rng.NormFloat64())
	}
	for i := range labels {
		labels[i] = int32(i % 4)
	}
	set, err := dataset.FromLabels("random", dataset.NewFloats(x, 6), nil, labels, dataset.Numbered(4))
	if err != nil {
		panic(err)
	}
	return set
}

func perceptron(w, b initializer.Initializer, activation layer.Layer, l loss.Loss) nn.Spec {
	return nn.Spec{Input: tensor.Shape{6}, Layers: []layer.Layer{
		layer.Dense{Units: 20, Init: w, BiasInit: b}, activation, layer.Dense{Units: 4, Init: w},
	}, Loss: l}
}

func run(t *testing.T, spec nn.Spec, set *dataset.Set) map[string]preflight.Finding {
	t.Helper()
	all, err := preflight.Run(spec, set, preflight.Config{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]preflight.Finding{}
	for _, f := range all {
		byName[f.Name] = f
	}
	return byName
}

// A sound network passes everything, with each activation and loss.
func TestSound(t *testing.T) {
	for _, spec := range []nn.Spec{
		perceptron(nil, nil, layer.Sigmoid{}, loss.SoftmaxCrossEntropy{}),
		perceptron(initializer.He{}, nil, layer.ReLU{}, loss.SoftmaxCrossEntropy{}),
		perceptron(nil, nil, layer.Tanh{}, loss.BinaryCrossEntropy{}),
		perceptron(nil, nil, layer.Tanh{}, loss.Quadratic{}),
	} {
		for name, f := range run(t, spec, batch(16, 1)) {
			if !f.OK || f.Bug {
				t.Errorf("%s, %s: %s: %s", spec.Layers[1].Kind(), spec.Loss.Kind(), name, f.Says)
			}
		}
	}
}

// Each finding is made where it should be.
func TestFindings(t *testing.T) {
	cross := loss.SoftmaxCrossEntropy{}
	for _, c := range []struct {
		name string
		spec nn.Spec
		set  *dataset.Set
		want string
	}{
		{"initial loss", perceptron(initializer.Normal{Std: 20}, nil, layer.Sigmoid{}, cross), batch(16, 1), "too large"},
		{"labels", perceptron(nil, nil, layer.Tanh{}, blind{cross}), batch(16, 1), "does not depend on them"},
		{"initial weights", perceptron(initializer.Uniform{Low: 0, High: 1}, nil, layer.Sigmoid{}, cross), batch(16, 1), "one-sided initialisation"},
		{"initial weights", perceptron(initializer.Uniform{Low: -1, High: 0}, nil, layer.Sigmoid{}, cross), batch(16, 1), "negative"},
		{"initial weights", perceptron(initializer.Constant{Value: 0.1}, nil, layer.Sigmoid{}, cross), batch(16, 1), "alike"},
		{"dead units", perceptron(initializer.He{}, initializer.Constant{Value: -100}, layer.ReLU{}, cross), batch(16, 1), "20 of 20"},
		{"saturated units", perceptron(nil, nil, layer.Sigmoid{}, cross), batch(16, 255), "20 units"},
		{"saturated units", perceptron(nil, nil, layer.Tanh{}, cross), batch(16, 255), "of 20"},
		{"one batch by heart", perceptron(initializer.He{}, initializer.Constant{Value: -100}, layer.ReLU{}, cross), batch(16, 1), "cannot learn even these"},
	} {
		f, ok := run(t, c.spec, c.set)[c.name]
		if !ok || f.OK || !strings.Contains(f.Says, c.want) {
			t.Errorf("%s: %+v; want %q", c.name, f, c.want)
		}
		if f.Bug != (c.name == "labels") {
			t.Errorf("%s: a bug: %v", c.name, f.Bug)
		}
	}
}

// One class alone leaves nothing to exchange.
func TestOneClass(t *testing.T) {
	set := batch(16, 1).Subset([]int{0, 4, 8})
	if f := run(t, perceptron(nil, nil, layer.Tanh{}, loss.SoftmaxCrossEntropy{}), set)["labels"]; !f.OK || !strings.Contains(f.Says, "cannot be checked here") {
		t.Errorf("%+v", f)
	}
}

func TestErrors(t *testing.T) {
	spec := perceptron(nil, nil, layer.Tanh{}, loss.SoftmaxCrossEntropy{})
	frozen := perceptron(nil, nil, layer.Step{}, loss.SoftmaxCrossEntropy{})
	wide := spec
	wide.Input = tensor.Shape{7}
	for _, c := range []struct {
		spec nn.Spec
		set  *dataset.Set
		want string
	}{
		{spec, batch(16, 1).Head(0), "preflight: random has no examples; want a batch of some"},
		{frozen, batch(4, 1), "cannot learn"},
		{wide, batch(4, 1), "6 features"},
	} {
		if _, err := preflight.Run(c.spec, c.set, preflight.Config{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("have %v, want ... %s", err, c.want)
		}
	}
}
