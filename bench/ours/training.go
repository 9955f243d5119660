package ours

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// Training is the study note's run: 512 rows drawn from 30,000 of 784 numbers, 784-80-10 with sigmoids, gradient, update,
// and a second forward pass for the loss. The value is seconds for 1000 iterations, of which n are done.
func Training(s Settings) (Round, error) {
	const rows, in, hidden, out, batch, rate = 30_000, 784, 80, 10, 512, 0.01
	rng := rand.New(rand.NewPCG(17, 0))
	x, labels := make([]float32, rows*in), make([]int32, rows)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range labels {
		labels[i] = int32(rng.IntN(out))
	}
	set, err := dataset.FromLabels("noise", dataset.NewFloats(x, in), nil, labels, nil)
	if err != nil {
		return nil, err
	}
	net, err := nn.Compile[float32](nn.Spec{
		Input: tensor.Shape{in},
		Layers: []layer.Layer{
			layer.Dense{Units: hidden, Init: initializer.Normal{Std: 0.01}},
			layer.Sigmoid{},
			layer.Dense{Units: out, Init: initializer.Normal{Std: 0.01}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}, nn.Config{Batch: batch, Threads: s.Int("threads", 0)})
	if err != nil {
		return nil, err
	}
	stepper := net.NewStepper(optim.NewSGD(rate))
	n := s.Int("n", 1000)
	return func() (float64, string) {
		begun, done, last := time.Now(), 0, 0.0
		for b := range set.Draws(batch, rng) {
			if done == n {
				break
			}
			net.Gradient(b)
			net.Update(stepper, rate)
			last = net.LossAgain()
			done++
		}
		return time.Since(begun).Seconds() * 1000 / float64(n), fmt.Sprintf("loss %.2f", last)
	}, nil
}

// epoch is a pass over the 60,000 digits in batches of 100: 784-100-10, ReLU, Adam. The value is in seconds.
func epoch(s Settings) (Round, error) {
	digits, err := loadDigits()
	if err != nil {
		return nil, err
	}
	const batch, rate = 100, 0.001
	net, err := nn.Compile[float32](perceptron(100), nn.Config{Batch: batch, Seed: 1, Threads: s.Int("threads", 0)})
	if err != nil {
		return nil, err
	}
	stepper := net.NewStepper(optim.NewAdam(rate))
	rng := rand.New(rand.NewPCG(1, 0))
	return func() (float64, string) {
		begun := time.Now()
		for b := range digits.Train.Batches(batch, rng) {
			net.Gradient(b)
			net.Update(stepper, rate)
		}
		return time.Since(begun).Seconds(), describe(net, digits.Test)
	}, nil
}

// network2 is Nielsen's: 784-30-10, sigmoids, cross-entropy, η 0.5, λ 5, mini-batches of 10. The value is seconds for an
// epoch of 50,000 images, of which n are walked.
func network2(s Settings) (Round, error) {
	digits, err := loadDigits()
	if err != nil {
		return nil, err
	}
	const images, batch, rate = 50_000, 10, 0.5
	train, validation := digits.Train.Split(images)
	net, err := nn.Compile[float32](network2Spec(), nn.Config{Batch: batch, Seed: 1, Examples: images, Threads: s.Int("threads", 0)})
	if err != nil {
		return nil, err
	}
	stepper := net.NewStepper(optim.NewSGD(rate))
	rng := rand.New(rand.NewPCG(1, 0))
	n := s.Int("n", images)
	return func() (float64, string) {
		begun, done := time.Now(), 0
		for b := range train.Batches(batch, rng) {
			if done >= n {
				break
			}
			net.Gradient(b)
			net.Update(stepper, rate)
			done += b.Len()
		}
		return time.Since(begun).Seconds() * images / float64(n), describe(net, validation)
	}, nil
}

// xor trains 2-4-1 on the four cases, all in one batch. The value is microseconds a sample.
func xor(s Settings) (Round, error) {
	cases, err := dataset.FromTargets("xor", dataset.NewFloats([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 2), nil, []float32{0, 1, 1, 0}, 1, nil)
	if err != nil {
		return nil, err
	}
	const rate = 2
	net, err := nn.Compile[float32](nn.Spec{
		Input: tensor.Shape{2},
		Layers: []layer.Layer{
			layer.Dense{Units: 4, Init: initializer.Normal{Std: 1}},
			layer.Sigmoid{},
			layer.Dense{Units: 1, Init: initializer.Normal{Std: 1}},
			layer.Sigmoid{},
		},
		Loss: loss.Quadratic{},
	}, nn.Config{Batch: 4, Seed: 1})
	if err != nil {
		return nil, err
	}
	stepper := net.NewStepper(optim.NewSGD(rate))
	n := s.Int("n", 5000)
	return func() (float64, string) {
		begun, last := time.Now(), 0.0
		all := cases.All()
		for range n {
			last = net.Gradient(all)
			net.Update(stepper, rate)
		}
		return time.Since(begun).Seconds() * 1e6 / float64(4*n), fmt.Sprintf("cost %.3f", last)
	}, nil
}
