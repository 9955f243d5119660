// Package ch01 is chapter 1 of Nielsen's Neural Networks and Deep Learning: network.py, sigmoid neurons that learn digits
// by stochastic gradient descent on the quadratic cost.
package ch01

import (
	"context"
	"errors"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// Network is the book's class of that name: layers of sigmoid neurons, with biases and weights drawn from N(0, 1). It is
// an nn.Net[float32].
type Network struct {
	Sizes []int
	net   *nn.Net[float32]
	rng   *rand.Rand // of the order of the examples
}

// maxBatch is the largest mini-batch.
const maxBatch = 1000

// NewNetwork returns a network with so many neurons in each layer, the inputs first: 784, 30, 10.
func NewNetwork(sizes []int, seed uint64) (*Network, error) {
	if len(sizes) < 2 {
		return nil, errors.New("ch01: want the sizes of two layers or more, such as 784, 30, 10")
	}
	spec := nn.Spec{Input: tensor.Shape{sizes[0]}, Loss: loss.Quadratic{}}
	for _, units := range sizes[1:] {
		spec.Layers = append(spec.Layers,
			layer.Dense{Units: units, Init: initializer.NielsenLarge{}, BiasInit: initializer.Normal{Std: 1}},
			layer.Sigmoid{})
	}
	net, err := nn.Compile[float32](spec, nn.Config{Batch: maxBatch, Seed: seed})
	if err != nil {
		return nil, err
	}
	return &Network{Sizes: sizes, net: net, rng: rand.New(rand.NewPCG(seed, 1))}, nil
}

// Feedforward returns the output of the network for the input a: σ(w·a + b), layer by layer.
func (n *Network) Feedforward(a []float32) ([]float32, error) { return n.net.Predict(a) }

// SGD trains for some epochs: shuffle, cut into mini-batches, take a step for each. After every epoch it tells report how
// many of the test examples are classified rightly; report may be nil.
func (n *Network) SGD(ctx context.Context, trainingData *dataset.Set, epochs, miniBatchSize int, eta float64, testData *dataset.Set, report func(epoch, correct, examples int)) error {
	if err := n.net.Fits(trainingData); err != nil {
		return err
	}
	if miniBatchSize < 1 || miniBatchSize > maxBatch {
		return errors.New("ch01: want mini-batches of 1 to 1,000 examples")
	}
	step := n.net.NewStepper(optim.NewSGD(eta))
	for epoch := range epochs {
		for miniBatch := range trainingData.Batches(miniBatchSize, n.rng) {
			n.UpdateMiniBatch(miniBatch, step, eta)
		}
		if report == nil {
			continue
		}
		correct, err := n.Evaluate(ctx, testData)
		if err != nil {
			return err
		}
		report(epoch, correct, testData.Len())
	}
	return ctx.Err()
}

// UpdateMiniBatch takes a step of rate η against the mean gradient of a mini-batch.
//
//	w → w - η/m · Σ ∂C/∂w     b → b - η/m · Σ ∂C/∂b
func (n *Network) UpdateMiniBatch(miniBatch dataset.Batch, step optim.Stepper[float32], eta float64) {
	n.net.Gradient(miniBatch)
	n.net.Update(step, eta)
}

// Evaluate returns how many examples have their largest output where it should be.
func (n *Network) Evaluate(ctx context.Context, testData *dataset.Set) (int, error) {
	e, err := n.net.Evaluate(ctx, testData)
	return e.Correct, err
}

// CostDerivative returns ∂C/∂a of the quadratic cost for one example: a - y.
func CostDerivative(outputActivations, y []float64) []float64 {
	d := make([]float64, len(y))
	for i, a := range outputActivations {
		d[i] = a - y[i]
	}
	return d
}

// Close ends the network's threads.
func (n *Network) Close() { n.net.Close() }
