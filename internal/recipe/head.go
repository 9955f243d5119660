package recipe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
)

// learners returns the places of the layers of spec that have parameters, in order.
func learners(spec nn.Spec) ([]int, error) {
	params, _, err := spec.Tensors()
	if err != nil {
		return nil, err
	}
	var places []int
	for _, p := range params {
		i, err := LayerOf(p.Name)
		if err != nil {
			return nil, err
		}
		places = append(places, i)
	}
	slices.Sort(places)
	return slices.Compact(places), nil
}

// LayerOf returns the place of the layer that a tensor belongs to, by its name: 2 of "layer2.W".
func LayerOf(tensor string) (int, error) {
	number, _, _ := strings.Cut(strings.TrimPrefix(tensor, "layer"), ".")
	i, err := strconv.Atoi(number)
	if err != nil {
		return 0, fmt.Errorf("recipe: tensor %q has no number of a layer", tensor)
	}
	return i, nil
}

// Head returns the place of a network's head, its last layer with parameters, which makes the outputs. It is dense, or an error says
// what else it is.
func Head(spec nn.Spec) (int, error) {
	places, err := learners(spec)
	if err != nil {
		return 0, err
	}
	if len(places) == 0 {
		return 0, fieldf("new-head", "is for a network with parameters; this one has none")
	}
	at := places[len(places)-1]
	if _, ok := spec.Layers[at].(layer.Dense); !ok {
		return 0, fieldf("new-head", "wants a dense layer to begin anew, but the last layer with parameters is %s (layer %d); write the network with --layers", spec.Layers[at].Kind(), at)
	}
	return at, nil
}

// WithHead writes a network as Words does, with a head of so many units. Where the task is another one, what comes after the head and
// the loss are left to the data.
func WithHead(spec nn.Spec, units int, sameTask bool) (layers, cost string, err error) {
	at, err := Head(spec)
	if err != nil {
		return "", "", err
	}
	head := spec.Layers[at].(layer.Dense)
	head.Units = units
	spec.Layers = slices.Clone(spec.Layers)
	spec.Layers[at] = head
	if !sameTask {
		spec.Layers, spec.Loss = spec.Layers[:at+1], nil
	}
	layers, cost = Words(spec)
	return layers, cost, nil
}
