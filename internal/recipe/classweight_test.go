package recipe

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func TestClassWeight(t *testing.T) {
	one := Facts{Input: tensor.Shape{4}, Outputs: 3, Targets: dataset.Labelled, Examples: 120, Classes: []string{"ill", "well", "a, b"}, Counts: []int{10, 80, 30}}
	many := one
	many.Targets = dataset.MultiHot
	sigmoid, mse := "sigmoid", "mse"
	for _, c := range []struct {
		name, text string
		facts      Facts
		request    Request
		want       loss.Loss
	}{
		{"none", "none", one, Request{}, loss.SoftmaxCrossEntropy{}},
		{"every class 40 examples' worth", "balanced", one, Request{}, loss.SoftmaxCrossEntropy{Weights: []float64{4, 0.5, 120. / 90}}},
		{"by name", "ill=9, well=0.5", one, Request{}, loss.SoftmaxCrossEntropy{Weights: []float64{9, 0.5, 1}}},
		{"a name with a comma", "a, b=2,ill=3", one, Request{}, loss.SoftmaxCrossEntropy{Weights: []float64{3, 1, 2}}},
		{"labels: as many yes as no", "balanced", many, Request{}, loss.BinaryCrossEntropy{Positive: []float64{11, 0.5, 3}}},
		{"sigmoid outputs for classes", "balanced", one, Request{Output: &sigmoid}, loss.BinaryCrossEntropy{Positive: []float64{11, 0.5, 3}}},
	} {
		q := c.request
		q.ClassWeight = &c.text
		r, err := Resolve(&q, c.facts)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		spec, err := r.Spec(c.facts.Input)
		if err != nil || !reflect.DeepEqual(spec.Loss, c.want) {
			t.Errorf("%s: %+v, %v; want %+v", c.name, spec.Loss, err, c.want)
		}
		if want := c.text; want != "none" && r.ClassWeight != want {
			t.Errorf("%s: the recipe says %q", c.name, r.ClassWeight)
		}
	}
	numbers := Facts{Input: tensor.Shape{4}, Outputs: 1, Targets: dataset.Real, Examples: 120}
	for _, c := range []struct {
		text  string
		facts Facts
		loss  *string
		want  string
	}{
		{"balanced", numbers, nil, "what is learnt are numbers"},
		{"sick=2", one, nil, `names "sick", which is no class here; they are ill, well, a, b`},
		{"ill=0", one, nil, `gives ill the weight "0"; want a number above 0`},
		{"ill=NaN", one, nil, `the weight "NaN"`},
		{"ill", one, nil, `is "ill"; want balanced, none, or weights by class, such as ill=2,a, b=1`},
		{"balanced", one, &mse, "the loss mse has no weights of classes"},
	} {
		_, err := Resolve(&Request{ClassWeight: &c.text, Loss: c.loss}, c.facts)
		if err == nil || !strings.HasPrefix(err.Error(), "class-weight ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.text, err, c.want)
		}
	}
}
