package recipe

import (
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

func TestFrozen(t *testing.T) {
	spec := nn.Spec{
		Input:  tensor.Shape{4},
		Layers: []layer.Layer{layer.Dense{Units: 3}, layer.ReLU{}, layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 3}}}, layer.Tanh{}, layer.Dense{Units: 2}},
		Loss:   loss.SoftmaxCrossEntropy{},
	}
	for text, want := range map[string][]int{"": nil, "0": {0}, "2, 0,2": {0, 2}, "4": {4}, "all-but-last": {0, 2}} {
		if have, err := (&Recipe{Freeze: text}).Frozen(spec); err != nil || !slices.Equal(have, want) {
			t.Errorf("%q: %v, %v; want %v", text, have, err, want)
		}
	}
	one := spec
	one.Layers = spec.Layers[:1]
	for text, says := range map[string]string{
		"1":            "layer 1 has no parameters; the layers that have are 0, 2, 4",
		"9":            "layer 9 has no parameters",
		"-1":           "layer -1 has no parameters",
		"first":        "want the numbers of layers, of 0, 2, 4, apart by commas, or all-but-last",
		"0,":           "want the numbers of layers",
		"0,2,4":        "leaves no layer to learn",
		"all-but-last": "has only 1 layer with parameters",
	} {
		s := spec
		if text == "all-but-last" {
			s = one
		}
		if have, err := (&Recipe{Freeze: text}).Frozen(s); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, %v; want %q", text, have, err, says)
		}
	}
}
