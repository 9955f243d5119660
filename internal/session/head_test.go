package session

import (
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

func network(t *testing.T, input tensor.Shape, layers ...layer.Layer) *nn.Net[float32] {
	t.Helper()
	net, err := nn.Compile[float32](nn.Spec{Input: input, Layers: layers, Loss: loss.SoftmaxCrossEntropy{}}, nn.Config{Batch: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(net.Close)
	return net
}

func classes(t *testing.T, shape tensor.Shape, names ...string) *dataset.Set {
	t.Helper()
	set, err := dataset.FromLabels("some", dataset.NewFloats(make([]float32, shape.Size()), shape.Size()), shape, []int32{0}, names)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// The same classes in another order keep their outputs: whatever the model says of a class, the network says of the class of that name.
// Pictures come to a model that takes them flat.
func TestOrderOfClasses(t *testing.T) {
	shape := tensor.Shape{1, 2, 2}
	m := model.From(network(t, tensor.Shape{4}, layer.Dense{Units: 3}))
	m.Classes = []string{"a", "b", "c/d"}
	net := network(t, shape, layer.Flatten{}, layer.Dense{Units: 3})
	at := &Training{recipe: &recipe.Recipe{}, from: m, net: net, data: &recipe.Data{Train: classes(t, shape, "c_d", "a", "b")}}
	if err := at.takeFrom(); err != nil {
		t.Fatal(err)
	}
	was, err := m.Net(nn.Config{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer was.Close()
	x := []float32{1, -2, 3, 0.5}
	before, after := predict(t, was, x), predict(t, net, x)
	if want := []float32{before[2], before[0], before[1]}; !slices.Equal(after, want) || slices.Equal(after, before) {
		t.Errorf("the probabilities of a, b, c/d were %v; those of the folders c_d, a, b are %v, want %v", before, after, want)
	}
}

func predict(t *testing.T, net *nn.Net[float32], x []float32) []float32 {
	t.Helper()
	p, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSameTask(t *testing.T) {
	soft, each := loss.SoftmaxCrossEntropy{}, loss.BinaryCrossEntropy{}
	for _, c := range []struct {
		m    model.Model
		kind dataset.Kind
		want bool
	}{
		{model.Model{Spec: nn.Spec{Loss: soft}}, dataset.Labelled, true},
		{model.Model{Spec: nn.Spec{Loss: soft}}, dataset.MultiHot, false},
		{model.Model{Spec: nn.Spec{Loss: soft}}, dataset.Real, false},
		{model.Model{Spec: nn.Spec{Loss: each}}, dataset.Labelled, true}, // as Nielsen does
		{model.Model{Spec: nn.Spec{Loss: each}}, dataset.MultiHot, true},
		{model.Model{Spec: nn.Spec{Loss: each}}, dataset.Real, false},
		{model.Model{Spec: nn.Spec{Loss: loss.MeanSquared{}}}, dataset.Real, true},
		{model.Model{Spec: nn.Spec{Loss: loss.MeanSquared{}}, Info: model.Info{Classes: []string{"a", "b"}}}, dataset.Real, false},
		{model.Model{}, dataset.Labelled, true}, // it says nothing
	} {
		if have := sameTask(&c.m, c.kind); have != c.want {
			t.Errorf("a model with %T and the classes %v on %v: %v, want %v", c.m.Spec.Loss, c.m.Classes, c.kind, have, c.want)
		}
	}
}

// TestUnnamedClasses: classes that an import has numbered, as a file without names has them, are those of the data; digits that a model
// was trained on are not clothes.
func TestUnnamedClasses(t *testing.T) {
	shape := tensor.Shape{4}
	m := model.From(network(t, shape, layer.Dense{Units: 3}))
	clothes := classes(t, shape, "shirt", "bag", "boot")
	for _, c := range []struct {
		data    string
		classes []string
		same    bool
	}{
		{"", []string{"0", "1", "2"}, true},
		{"", nil, true},
		{"mnist", []string{"0", "1", "2"}, false},
		{"", []string{"1", "2", "3"}, false},
		{"", []string{"bag", "boot", "shirt"}, true},
	} {
		m.Data, m.Classes = c.data, c.classes
		if other := otherOutputs(m, clothes); (other == "") != c.same {
			t.Errorf("%q of %q beside %q: %q", c.classes, c.data, clothes.Classes, other)
		}
	}
}
