// Digits trains a network on MNIST, saves it, loads it again and reads one digit: the library in twenty lines.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
	"github.com/gradus-nn/gradus/train"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	digits, err := mnist.Load() // embedded: no download
	if err != nil {
		return err
	}
	spec := nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: 100, Init: initializer.He{}},
			layer.ReLU{},
			layer.Dense{Units: 10, Init: initializer.Xavier{}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
	net, err := nn.Compile[float32](spec, nn.Config{Batch: 100, Seed: 1})
	if err != nil {
		return err
	}
	history, err := train.Run(ctx, net, digits.Train, train.Config{
		Epochs: 5, Seed: 1, Optimizer: optim.NewAdam(0.001), HeldOut: digits.Test,
		Monitors: []train.Monitor{train.MonitorFunc(func(_ context.Context, e *train.Epoch) error {
			fmt.Printf("epoch %d  loss %.4f  %d of %d right\n", e.Number, e.TrainLoss(), e.HeldOut.Correct, e.HeldOut.Examples)
			return nil
		})},
	})
	if err != nil {
		return err
	}
	if err := model.Save("digits.gradus", net); err != nil {
		return err
	}

	m, err := model.Load("digits.gradus")
	if err != nil {
		return err
	}
	reader, err := model.Compile[float32](m, nn.Config{})
	if err != nil {
		return err
	}
	p, err := reader.Predict(digits.Test.Example(0))
	if err != nil {
		return err
	}
	fmt.Printf("test image 0 is a %d: %.4f sure, after %.1f s\n", nn.Argmax(p), p[nn.Argmax(p)], history.Seconds)
	return nil
}
