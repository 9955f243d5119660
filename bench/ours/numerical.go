package ours

import (
	"fmt"
	"time"

	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// numerical differentiates the loss of 784-50-10 on 100 digits in all 39,760 parameters, by central differences with
// the book's step of 1e-4, in float64. The value is in seconds.
func numerical(s Settings) (Round, error) {
	digits, err := loadDigits()
	if err != nil {
		return nil, err
	}
	net, err := nn.Compile[float64](nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: 50, Init: initializer.Normal{Std: 0.01}},
			layer.Sigmoid{},
			layer.Dense{Units: 10, Init: initializer.Normal{Std: 0.01}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}, nn.Config{Batch: 100, Threads: s.Int("threads", 0)})
	if err != nil {
		return nil, err
	}
	b := digits.Train.Head(100).All()
	net.Gradient(b)
	return func() (float64, string) {
		begun := time.Now()
		gradient, err := gradcheck.Numerical(net, b, 1e-4, gradcheck.Config{})
		if err != nil {
			return 0, err.Error()
		}
		return time.Since(begun).Seconds(), fmt.Sprintf("%.0e from backprop", largestDifference(gradient, net.Grads()))
	}, nil
}
