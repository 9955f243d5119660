package importer

import (
	"fmt"

	"github.com/gradus-nn/gradus/format/network2"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
)

// FromNetwork2 returns a network of Nielsen's network2.py: all layers sigmoid, with his cross-entropy or quadratic cost. Under
// cross-entropy the last sigmoid is part of the loss, loss.BinaryCrossEntropy. A network of 784 inputs is taken for one of
// MNIST's pixels, divided by 255 (his copy of the data divides by 256).
func FromNetwork2(n *network2.Network) (*model.Model, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	var b builder
	for l := range n.Weights {
		if l > 0 {
			b.layers = append(b.layers, layer.Sigmoid{})
		}
		in, out := n.Sizes[l], n.Sizes[l+1]
		w := npy.Named{Name: fmt.Sprintf("weights[%d]", l), Array: npy.Of(transpose(n.Weights[l], out, in), in, out)}
		if err := b.dense(w, npy.Named{Name: fmt.Sprintf("biases[%d]", l), Array: npy.Of(n.Biases[l], out)}); err != nil {
			return nil, err
		}
	}
	if n.Cost == network2.Quadratic {
		b.layers = append(b.layers, layer.Sigmoid{})
		return b.model(loss.Quadratic{})
	}
	return b.model(loss.BinaryCrossEntropy{})
}

// ToNetwork2 is the way back: it returns the model as network2.py would have saved it, or says why network2.py cannot have
// such a network.
func ToNetwork2(m *model.Model) (*network2.Network, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	n := &network2.Network{}
	layers := m.Spec.Layers
	switch l := m.Spec.Loss.(type) {
	case loss.Quadratic:
		n.Cost = network2.Quadratic
	case loss.BinaryCrossEntropy:
		if l.Mean {
			return nil, fmt.Errorf("importer: network2 has the sum of the cross-entropies, not their mean")
		}
		n.Cost = network2.CrossEntropy
		layers = append(layers[:len(layers):len(layers)], layer.Sigmoid{}) // the one that is in the loss
	default:
		return nil, fmt.Errorf("importer: network2 has no loss %q; want quadratic or binary-cross-entropy", m.Spec.Loss.Kind())
	}
	if len(m.Spec.Input) != 1 || len(layers) == 0 || len(layers)%2 != 0 {
		return nil, errNotSigmoid
	}
	n.Sizes = []int{m.Spec.Input[0]}
	for i := 0; i < len(layers); i += 2 {
		d, dense := layers[i].(layer.Dense)
		_, sigmoid := layers[i+1].(layer.Sigmoid)
		if !dense || !sigmoid || d.NoBias {
			return nil, errNotSigmoid
		}
		in := n.Sizes[len(n.Sizes)-1]
		w, err := values(m, fmt.Sprintf("layer%d.W", i))
		if err != nil {
			return nil, err
		}
		b, err := values(m, fmt.Sprintf("layer%d.b", i))
		if err != nil {
			return nil, err
		}
		n.Sizes = append(n.Sizes, d.Units)
		n.Weights = append(n.Weights, transpose(w, in, d.Units))
		n.Biases = append(n.Biases, b)
	}
	return n, n.Check()
}

var errNotSigmoid = fmt.Errorf("importer: network2 has dense layers with biases, each followed by a sigmoid, and no others")

// values returns the numbers of a parameter.
func values(m *model.Model, name string) ([]float64, error) {
	for _, t := range m.Params {
		if t.Name == name {
			return t.Float64s()
		}
	}
	return nil, fmt.Errorf("importer: no tensor %q", name)
}

// transpose returns [cols, rows] of a matrix [rows, cols].
func transpose[E any](a []E, rows, cols int) []E {
	t := make([]E, len(a))
	for i := range rows {
		for j := range cols {
			t[j*rows+i] = a[i*cols+j]
		}
	}
	return t
}
