package ch04

import (
	"context"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/numdiff"
	"github.com/gradus-nn/gradus/tensor"
)

// TwoLayerNet is the network of section 4.5: a hidden layer of sigmoids, softmax at the output, cross-entropy. It is an
// nn.Net whose parameters have the book's names. Float32 is for learning, float64 for looking closely at gradients.
type TwoLayerNet[F kernel.Float] struct {
	// Params are W1 [in, hidden], b1 [hidden], W2 [hidden, out], b2 [out], row after row. They are the network's own
	// memory: what is changed here is changed there.
	Params map[string][]F

	net   *nn.Net[F]
	batch int
}

// NewTwoLayerNet returns a network with weights drawn from N(0, weightInitStd²) and biases of 0, for batches of up to
// batch examples.
func NewTwoLayerNet[F kernel.Float](inputSize, hiddenSize, outputSize int, weightInitStd float64, batch int, seed uint64) (*TwoLayerNet[F], error) {
	normal := initializer.Normal{Std: weightInitStd}
	net, err := nn.Compile[F](nn.Spec{
		Input: tensor.Shape{inputSize},
		Layers: []layer.Layer{
			layer.Dense{Units: hiddenSize, Init: normal},
			layer.Sigmoid{},
			layer.Dense{Units: outputSize, Init: normal},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}, nn.Config{Batch: batch, Seed: seed})
	if err != nil {
		return nil, err
	}
	return &TwoLayerNet[F]{Params: named(net, net.Params()), net: net, batch: batch}, nil
}

// names are the book's names of the engine's tensors.
var names = map[string]string{"layer0.W": "W1", "layer0.b": "b1", "layer2.W": "W2", "layer2.b": "b2"}

// named cuts a slab into the book's four tensors.
func named[F, G kernel.Float](net *nn.Net[F], slab []G) map[string][]G {
	tensors := map[string][]G{}
	for _, s := range net.Segments() {
		tensors[names[s.Name]] = slab[s.Off : s.Off+s.Len]
	}
	return tensors
}

// Predict returns the probabilities of the classes.
//
//	x [n, in]   result [n, out]
func (n *TwoLayerNet[F]) Predict(x []F) ([]F, error) { return n.net.Predict(x) }

// Loss returns the mean cross-entropy of a batch.
func (n *TwoLayerNet[F]) Loss(b dataset.Batch) float64 { return n.net.Loss(b) }

// Accuracy returns the share of a set's examples that are classified rightly.
func (n *TwoLayerNet[F]) Accuracy(set *dataset.Set) (float64, error) {
	e, err := n.net.Evaluate(context.Background(), set)
	return e.Accuracy(), err
}

// Gradient returns the gradient of the loss by backpropagation. It is overwritten by the next one.
func (n *TwoLayerNet[F]) Gradient(b dataset.Batch) map[string][]F {
	n.net.Gradient(b)
	return named(n.net, n.net.Grads())
}

// NumericalGradient returns the gradient by central differences with the book's h: two losses a parameter, always in
// float64, because float32 would lose the difference of two losses in its rounding.
func (n *TwoLayerNet[F]) NumericalGradient(b dataset.Batch) (map[string][]float64, error) {
	net, err := nn.Compile[float64](n.net.Spec(), nn.Config{Batch: n.batch})
	if err != nil {
		return nil, err
	}
	defer net.Close()
	for i, p := range n.net.Params() {
		net.Params()[i] = float64(p)
	}
	grads, err := gradcheck.Numerical(net, b, numdiff.BookStep, gradcheck.Config{})
	if err != nil {
		return nil, err
	}
	return named(net, grads), nil
}

// Close ends the network's threads.
func (n *TwoLayerNet[F]) Close() { n.net.Close() }
