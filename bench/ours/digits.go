package ours

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

func loadDigits() (*mnist.Digits, error) { return mnist.Load() }

// perceptron is 784-hidden-10 with ReLU.
func perceptron(hidden int) nn.Spec {
	return nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: hidden, Init: initializer.He{}},
			layer.ReLU{},
			layer.Dense{Units: 10, Init: initializer.Xavier{}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
}

// network2Spec is the network of Nielsen's chapter 3.
func network2Spec() nn.Spec {
	return nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: 30, Init: initializer.Xavier{}, BiasInit: initializer.Normal{Std: 1}},
			layer.Sigmoid{},
			layer.Dense{Units: 10, Init: initializer.Xavier{}, BiasInit: initializer.Normal{Std: 1}},
		},
		Loss:         loss.BinaryCrossEntropy{},
		Regularizers: []regularizer.Regularizer{regularizer.L2{Lambda: 5}},
	}
}

// book is the network of Saito's chapter 3, 784-50-100-10.
func book() nn.Spec {
	return nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: 50}, layer.Sigmoid{}, layer.Dense{Units: 100}, layer.Sigmoid{}, layer.Dense{Units: 10},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
}

func describe(net *nn.Net[float32], set *dataset.Set) string {
	e, err := net.Evaluate(context.Background(), set)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.2f %%", 100*e.Accuracy())
}

// Names of the files that WriteData makes.
const (
	TrainImages = "train-images.idx"
	TrainLabels = "train-labels.idx"
	TestImages  = "test-images.idx"
	TestLabels  = "test-labels.idx"
	BookWeights = "book-weights.idx" // float32 [45360]: W1 b1 W2 b2 W3 b3, each row-major [in, out]
)

// WriteData writes what the peers read: MNIST as plain IDX files, and the weights of a trained 784-50-100-10.
func WriteData(dir string) error {
	digits, err := mnist.LoadWith(mnist.Options{Flatten: true})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		set            *dataset.Set
		images, labels string
	}{{digits.Train, TrainImages, TrainLabels}, {digits.Test, TestImages, TestLabels}} {
		n := part.set.Len()
		table := part.set.X.(dataset.Bytes)
		pixels, labels := make([]uint8, 0, n*784), make([]uint8, n)
		for i := range n {
			pixels = append(pixels, table.Pixels(i)...)
			labels[i] = uint8(part.set.Label(i))
		}
		if err := idx.WriteFile(filepath.Join(dir, part.images), idx.Of(pixels, n, mnist.Side, mnist.Side)); err != nil {
			return err
		}
		if err := idx.WriteFile(filepath.Join(dir, part.labels), idx.Of(labels, n)); err != nil {
			return err
		}
	}
	weights, err := bookWeights()
	if err != nil {
		return err
	}
	return idx.WriteFile(filepath.Join(dir, BookWeights), idx.Of(weights, len(weights)))
}

// bookWeights trains 784-50-100-10 for two epochs and returns its tensors in the order of the layers.
func bookWeights() ([]float32, error) {
	digits, err := mnist.Load()
	if err != nil {
		return nil, err
	}
	net, err := nn.Compile[float32](book(), nn.Config{Batch: 100, Seed: 1})
	if err != nil {
		return nil, err
	}
	defer net.Close()
	stepper := net.NewStepper(optim.NewAdam(0.002))
	rng := rand.New(rand.NewPCG(1, 0))
	for range 2 {
		for b := range digits.Train.Batches(100, rng) {
			net.Gradient(b)
			net.Update(stepper, 0.002)
		}
	}
	var weights []float32
	for _, name := range bookTensors {
		weights = append(weights, tensorOf(net, name)...)
	}
	return weights, nil
}

var bookTensors = []string{"layer0.W", "layer0.b", "layer2.W", "layer2.b", "layer4.W", "layer4.b"}

func tensorOf(net *nn.Net[float32], name string) []float32 {
	for _, s := range net.Segments() {
		if s.Name == name {
			return net.Params()[s.Off : s.Off+s.Len]
		}
	}
	panic("bench: no tensor " + name)
}

// readWeights gives the network the weights that WriteData wrote.
func readWeights(net *nn.Net[float32], file string) error {
	a, err := idx.ReadFile(file)
	if err != nil {
		return err
	}
	values, ok := a.Data.([]float32)
	if !ok || len(values) != len(net.Params()) {
		return fmt.Errorf("bench: %s: want %d numbers of float32", file, len(net.Params()))
	}
	for _, name := range bookTensors {
		values = values[copy(tensorOf(net, name), values):]
	}
	return nil
}

// pixelsOf returns the features of a whole set, as the peers hold them: float32 in memory.
func pixelsOf(set *dataset.Set) []float32 {
	x := make([]float32, set.Len()*set.X.Width())
	dataset.GatherX(set.All(), x, 0, set.Len())
	return x
}

// largestDifference of two slices of equal length.
func largestDifference(a, b []float64) float64 {
	worst := 0.0
	for i := range a {
		worst = math.Max(worst, math.Abs(a[i]-b[i]))
	}
	return worst
}
