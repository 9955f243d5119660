package layertest

import (
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// A Case is a layer with an input shape that it accepts.
type Case struct {
	Name  string
	Layer layer.Layer
	In    tensor.Shape
}

// Cases returns at least one case for every layer of layer.Kinds, with odd sizes and with every setting in use.
func Cases() []Case {
	image := tensor.Shape{2, 3, 5}
	return []Case{
		{"dense", layer.Dense{Units: 5}, tensor.Shape{7}},
		{"dense square", layer.Dense{Units: 6}, tensor.Shape{6}},
		{"dense without bias", layer.Dense{Units: 3, NoBias: true}, tensor.Shape{4}},
		{"dense 1 to 1", layer.Dense{Units: 1}, tensor.Shape{1}},
		{"dense wider than a tile", layer.Dense{Units: 35}, tensor.Shape{19}},

		{"identity", layer.Identity{}, image},
		{"flatten", layer.Flatten{}, image},

		{"step", layer.Step{}, image},
		{"sigmoid", layer.Sigmoid{}, image},
		{"tanh", layer.Tanh{}, image},
		{"relu", layer.ReLU{}, image},
		{"leaky-relu", layer.LeakyReLU{}, image},
		{"leaky-relu 0.3", layer.LeakyReLU{Alpha: 0.3}, tensor.Shape{17}},
		{"elu", layer.ELU{}, image},
		{"elu 0.7", layer.ELU{Alpha: 0.7}, tensor.Shape{17}},
		{"gelu", layer.GELU{}, image},
		{"softplus", layer.Softplus{}, image},
		{"softmax", layer.Softmax{}, tensor.Shape{7}},
		{"softmax of an image", layer.Softmax{}, image},
		{"log-softmax", layer.LogSoftmax{}, tensor.Shape{17}},
		{"log-softmax of an image", layer.LogSoftmax{}, image},

		{"residual", layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 4}, layer.Tanh{}, layer.Dense{Units: 4}}}, tensor.Shape{4}},
		{"residual with a shortcut", layer.Residual{
			Layers:   []layer.Layer{layer.Dense{Units: 3}, layer.Sigmoid{}},
			Shortcut: []layer.Layer{layer.Dense{Units: 3, NoBias: true}},
		}, tensor.Shape{5}},
		{"concat", layer.Concat{Branches: [][]layer.Layer{{layer.Dense{Units: 3}}, {}, {layer.Dense{Units: 1}, layer.Tanh{}}}}, tensor.Shape{4}},
		{"concat of channels", layer.Concat{Branches: [][]layer.Layer{{layer.Sigmoid{}}, {}}}, image},
		{"concat of columns", layer.Concat{Branches: [][]layer.Layer{{layer.Sigmoid{}}, {layer.Softmax{}}}, Axis: 2}, image},
		{"concat around a residual", layer.Concat{Branches: [][]layer.Layer{
			{layer.Residual{Layers: []layer.Layer{layer.Tanh{}}}},
			{layer.Dense{Units: 2}},
		}}, tensor.Shape{3}},
	}
}
