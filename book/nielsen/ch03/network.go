package ch03

import (
	"context"
	"errors"
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// Network is network2.py's class of that name, over an nn.Net[float32].
type Network struct {
	Sizes []int
	Cost  Cost

	net  *nn.Net[float32]
	seed uint64
}

// NewNetwork returns a network with so many neurons in each layer, the inputs first, and default weights.
func NewNetwork(sizes []int, cost Cost, seed uint64) (*Network, error) {
	if len(sizes) < 2 {
		return nil, errors.New("ch03: want the sizes of two layers or more, such as 784, 30, 10")
	}
	n := &Network{Sizes: sizes, Cost: cost, seed: seed}
	return n, n.DefaultWeightInitializer()
}

// DefaultWeightInitializer draws new weights from N(0, 1/n), n the inputs of a neuron, and biases from N(0, 1).
func (n *Network) DefaultWeightInitializer() error { return n.draw(initializer.LeCun{}) }

// LargeWeightInitializer draws new weights and biases from N(0, 1). It saturates neurons, and is here to be compared with.
func (n *Network) LargeWeightInitializer() error { return n.draw(initializer.NielsenLarge{}) }

func (n *Network) draw(weights initializer.Initializer) error {
	net, err := nn.Compile[float32](n.spec(weights), nn.Config{Seed: n.seed})
	if err != nil {
		return err
	}
	n.replace(net)
	return nil
}

func (n *Network) replace(net *nn.Net[float32]) {
	if n.net != nil {
		n.net.Close()
	}
	n.net = net
}

// spec describes the network to the engine.
func (n *Network) spec(weights initializer.Initializer, penalties ...regularizer.Regularizer) nn.Spec {
	s := nn.Spec{Input: tensor.Shape{n.Sizes[0]}, Regularizers: penalties}
	for l, units := range n.Sizes[1:] {
		if l > 0 {
			s.Layers = append(s.Layers, layer.Sigmoid{})
		}
		s.Layers = append(s.Layers, layer.Dense{Units: units, Init: weights, BiasInit: initializer.Normal{Std: 1}})
	}
	output, cost := n.Cost.engine()
	s.Layers = append(s.Layers, output...)
	s.Loss = cost
	return s
}

// Feedforward returns the output of the network for the input a.
func (n *Network) Feedforward(a []float32) ([]float32, error) { return n.net.Predict(a) }

// Weights returns the weights into layer l, counted from 1, as [in, out]: the book's w is the transpose. It is the
// network's own memory. Biases are [out].
func (n *Network) Weights(l int) []float32 { return n.tensor(l, 2) }

// Biases returns the biases of layer l, counted from 1.
func (n *Network) Biases(l int) []float32 { return n.tensor(l, 1) }

func (n *Network) tensor(l, axes int) []float32 {
	for _, s := range n.net.Segments() {
		if len(s.Shape) != axes {
			continue
		}
		if l--; l == 0 {
			return n.net.Params()[s.Off : s.Off+s.Len]
		}
	}
	panic("ch03: no such layer")
}

// TotalCost returns the mean cost of the examples plus λ/2n·Σw², n the number of these examples, as the book has it. Convert
// says that the data have labels, as the validation and test data of the book do, to be turned into vectors.
func (n *Network) TotalCost(ctx context.Context, data *dataset.Set, lmbda float64, convert bool) (float64, error) {
	if labels := data.Labels != nil; labels != convert {
		return 0, fmt.Errorf("ch03: total cost: %s has %s; want convert to be %v", data.Name, data.Kind(), labels)
	}
	e, err := n.net.Evaluate(ctx, data)
	if err != nil {
		return 0, err
	}
	var squares float64
	for l := range len(n.Sizes) - 1 {
		for _, w := range n.Weights(l + 1) {
			squares += float64(w) * float64(w)
		}
	}
	return e.Loss + 0.5*lmbda/float64(data.Len())*squares, nil
}

// Accuracy returns how many examples are classified rightly. Convert says that the data have vectors, as the training data
// of the book do, to be turned into labels.
func (n *Network) Accuracy(ctx context.Context, data *dataset.Set, convert bool) (int, error) {
	if vectors := data.Labels == nil; vectors != convert {
		return 0, fmt.Errorf("ch03: accuracy: %s has %s; want convert to be %v", data.Name, data.Kind(), vectors)
	}
	correct := 0
	err := n.net.Each(ctx, data, func(i int, p []float32, _ float64) {
		if nn.Argmax(p) == data.Label(i) {
			correct++
		}
	})
	return correct, err
}

// Close ends the network's threads.
func (n *Network) Close() { n.net.Close() }
