package recipe

import (
	"strings"

	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
)

// ParseActivations reads activations as people write them: relu, or leaky-relu 0.2, tanh.
func ParseActivations(text string) ([]layer.Layer, error) {
	list, err := nn.ParseLayers(text)
	if err != nil {
		return nil, fieldf("act", "is %q; want one of %s", text, strings.Join(activations(), ", "))
	}
	for _, l := range list {
		if !isActivation(l) {
			return nil, fieldf("act", "is %q, but %s is no activation; want one of %s", text, l.Kind(), strings.Join(activations(), ", "))
		}
	}
	return list, nil
}

// ParseOutput reads the activation of an output: softmax, sigmoid or linear.
func ParseOutput(name string) (layer.Layer, error) {
	if name == "linear" {
		name = layer.Identity{}.Kind()
	}
	switch l, _ := kind.Zero[layer.Layer](name); l.(type) {
	case layer.Softmax, layer.Sigmoid, layer.Identity:
		return l, nil
	}
	return nil, fieldf("output", "is %q; want softmax, sigmoid or linear", name)
}
