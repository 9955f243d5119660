package nn_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// branchy is a network with containers in containers, a container first and a fused activation at its end.
func branchy() nn.Spec {
	return nn.Spec{
		Input: tensor.Shape{2, 3},
		Layers: []layer.Layer{
			layer.Flatten{},
			layer.Concat{Branches: [][]layer.Layer{
				{},
				{layer.Dense{Units: 4}, layer.Tanh{}},
				{layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 6}, layer.Sigmoid{}}}},
			}},
			layer.Residual{
				Layers:   []layer.Layer{layer.Dense{Units: 5, Init: initializer.He{}}, layer.Sigmoid{}},
				Shortcut: []layer.Layer{layer.Dense{Units: 5, NoBias: true}},
			},
			layer.Dense{Units: 3},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
}

// The gradient through forks and joins, and of parameters behind a container that nothing before it learns.
func TestContainersHaveTheRightGradient(t *testing.T) {
	set, err := blobs(t, 5, 6, 3).WithShape(tensor.Shape{2, 3})
	if err != nil {
		t.Fatal(err)
	}
	net := compile[float64](t, branchy(), nn.Config{Batch: 5, Seed: 7})
	b := set.All()
	net.Gradient(b)
	grads := append([]float64(nil), net.Grads()...)
	const h = 1e-5
	for _, s := range net.Segments() {
		for i := s.Off; i < s.Off+s.Len; i++ {
			w := net.Params()[i]
			net.Params()[i] = w + h
			up := net.Cost(b)
			net.Params()[i] = w - h
			down := net.Cost(b)
			net.Params()[i] = w
			if numeric := (up - down) / (2 * h); math.Abs(numeric-grads[i]) > 1e-8 {
				t.Errorf("%s[%d]: backpropagation %g, difference %g", s.Name, i-s.Off, grads[i], numeric)
			}
		}
	}
}

func TestSlabHoldsDecayingWeightsFirst(t *testing.T) {
	net := compile[float32](t, branchy(), nn.Config{})
	off, decaying := 0, true
	for _, s := range net.Segments() {
		if s.Off != off {
			t.Errorf("%s begins at %d; want %d", s.Name, s.Off, off)
		}
		if s.Decay && !decaying {
			t.Errorf("%s decays but lies behind tensors that do not", s.Name)
		}
		if decaying && !s.Decay && net.Decay() != s.Off {
			t.Errorf("Decay() is %d; want %d, where %s begins", net.Decay(), s.Off, s.Name)
		}
		decaying = s.Decay
		off += s.Len
	}
	if off != len(net.Params()) || off != branchy().Parameters() {
		t.Errorf("segments cover %d of %d parameters; the spec says %d", off, len(net.Params()), branchy().Parameters())
	}
}

func TestSpecRoundTrip(t *testing.T) {
	want := branchy()
	want.Regularizers = []regularizer.Regularizer{regularizer.L2{Lambda: 5, Style: regularizer.Nielsen}}
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var have nn.Spec
	if err := json.Unmarshal(data, &have); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(have)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(data) {
		t.Errorf("round trip:\n%s\n%s", data, again)
	}
	if !reflect.DeepEqual(want.Layers[3], have.Layers[3]) || !reflect.DeepEqual(want.Regularizers, have.Regularizers) {
		t.Errorf("have %#v; want %#v", have, want)
	}
}

func TestBadSpecsSayWhatToDo(t *testing.T) {
	dense, softmax := layer.Dense{Units: 3}, loss.SoftmaxCrossEntropy{}
	for _, c := range []struct {
		name string
		spec nn.Spec
		cfg  nn.Config
		want []string // all of which the message must hold
	}{
		{"no input", nn.Spec{Layers: []layer.Layer{dense}, Loss: softmax}, nn.Config{}, []string{"no input shape", "set Input"}},
		{"empty axis", nn.Spec{Input: tensor.Shape{0}, Layers: []layer.Layer{dense}, Loss: softmax}, nn.Config{}, []string{"input", "at least 1"}},
		{"no layers", nn.Spec{Input: tensor.Shape{4}, Loss: softmax}, nn.Config{}, []string{"no layers", "layer.Dense"}},
		{"no loss", nn.Spec{Input: tensor.Shape{4}, Layers: []layer.Layer{dense}}, nn.Config{}, []string{"no loss", "SoftmaxCrossEntropy"}},
		{"nil layer", nn.Spec{Input: tensor.Shape{4}, Layers: []layer.Layer{dense, nil}, Loss: softmax}, nn.Config{}, []string{"layer 1 is nil"}},
		{"not flat", nn.Spec{Input: tensor.Shape{28, 28}, Layers: []layer.Layer{dense}, Loss: softmax}, nn.Config{}, []string{"layer 0 (dense)", "flat", "28×28", "layer.Flatten{}"}},
		{"shapes differ", nn.Spec{Input: tensor.Shape{4}, Layers: []layer.Layer{layer.Residual{Layers: []layer.Layer{dense}}}, Loss: softmax}, nn.Config{}, []string{"layer 0 (residual)", "3", "4"}},
		{"inside a container", nn.Spec{Input: tensor.Shape{4}, Layers: []layer.Layer{layer.Residual{Layers: []layer.Layer{layer.Dense{}}}}, Loss: softmax}, nn.Config{}, []string{"layer 0.0.0 (dense)", "unit"}},
		{"too wide", nn.Spec{Input: tensor.Shape{1 << 20}, Layers: []layer.Layer{layer.Dense{Units: 1 << 20}}, Loss: softmax}, nn.Config{}, []string{"layer 0 (dense)", "parameters", "smaller"}},
		{"too large a batch", nn.Spec{Input: tensor.Shape{4}, Layers: []layer.Layer{dense}, Loss: softmax}, nn.Config{Batch: math.MaxInt32}, []string{"layer 0 (dense)", "smaller batch"}},
		{"negative threads", nn.Spec{Input: tensor.Shape{4}, Layers: []layer.Layer{dense}, Loss: softmax}, nn.Config{Threads: -1}, []string{"threads -1"}},
	} {
		_, err := nn.Compile[float32](c.spec, c.cfg)
		if err == nil {
			t.Errorf("%s: compiled", c.name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not say %q", c.name, err, w)
			}
		}
	}
}

func TestStepLayerSaysThatItCannotLearn(t *testing.T) {
	spec := nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 2}, layer.Step{}, layer.Dense{Units: 2}}, Loss: loss.Quadratic{}}
	net := compile[float32](t, spec, nn.Config{})
	if _, err := net.Predict([]float32{1, 2}); err != nil {
		t.Errorf("forward: %v", err)
	}
	if err := net.Trainable(); err == nil || !strings.Contains(err.Error(), "layer 1 (step)") {
		t.Errorf("Trainable says %v; want a word about layer 1 (step)", err)
	}
}

func TestSummary(t *testing.T) {
	spec := nn.Spec{Input: tensor.Shape{784}, Layers: []layer.Layer{layer.Dense{Units: 30}, layer.Sigmoid{}, layer.Dense{Units: 10}}, Loss: loss.SoftmaxCrossEntropy{}}
	table, err := spec.Summary()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"784", "dense", "23,550", "310", "23,860", "cross-entropy"} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
}

func TestDoubt(t *testing.T) {
	dense := layer.Dense{Units: 3}
	for _, c := range []struct {
		layers []layer.Layer
		loss   loss.Loss
		want   string // "" for no doubt
	}{
		{[]layer.Layer{dense}, loss.SoftmaxCrossEntropy{}, ""},
		{[]layer.Layer{dense, layer.Sigmoid{}}, loss.Quadratic{}, ""},
		{[]layer.Layer{layer.Sigmoid{}, dense}, loss.BinaryCrossEntropy{}, ""},
		{[]layer.Layer{dense, layer.Softmax{}}, loss.SoftmaxCrossEntropy{}, "squashed twice"},
		{[]layer.Layer{dense, layer.Sigmoid{}}, loss.BinaryCrossEntropy{}, "squashed twice"},
	} {
		have := nn.Spec{Layers: c.layers, Loss: c.loss}.Doubt()
		if c.want == "" && have != "" || !strings.Contains(have, c.want) {
			t.Errorf("%v before %s: %q; want %q", c.layers, c.loss.Kind(), have, c.want)
		}
	}
}
