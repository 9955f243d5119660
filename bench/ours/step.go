package ours

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// Step measures a training step, gradient and update by SGD, of a network of depth hidden layers of width units on width
// inputs, with 10 outputs. It returns the median in seconds, and the floating-point operations of its products.
func Step(width, batch, depth, threads int) (seconds, flop float64, err error) {
	spec := nn.Spec{Input: tensor.Shape{width}, Loss: loss.SoftmaxCrossEntropy{}}
	for i := range depth {
		spec.Layers = append(spec.Layers, layer.Dense{Units: width, Init: initializer.He{}}, layer.ReLU{})
		// A layer has three products: forward, of its weights' gradient, and, but for the first, of its input's.
		flop += 2 * 2 * float64(batch) * float64(width) * float64(width)
		if i > 0 {
			flop += 2 * float64(batch) * float64(width) * float64(width)
		}
	}
	const out, rate = 10, 0.001
	spec.Layers = append(spec.Layers, layer.Dense{Units: out, Init: initializer.Xavier{}})
	flop += 3 * 2 * float64(batch) * float64(width) * out
	net, err := nn.Compile[float32](spec, nn.Config{Batch: batch, Threads: threads})
	if err != nil {
		return 0, 0, err
	}
	defer net.Close()
	rng := rand.New(rand.NewPCG(1, 0))
	x, labels := make([]float32, batch*width), make([]int32, batch)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range labels {
		labels[i] = int32(i % out)
	}
	set, err := dataset.FromLabels("noise", dataset.NewFloats(x, width), nil, labels, dataset.Numbered(out))
	if err != nil {
		return 0, 0, err
	}
	stepper, all := net.NewStepper(optim.NewSGD(rate)), set.All()
	const period = 200 * time.Millisecond
	var times []float64
	for begun := time.Now(); len(times) < 4 || time.Since(begun) < period; {
		at := time.Now()
		net.Gradient(all)
		net.Update(stepper, rate)
		times = append(times, time.Since(at).Seconds())
	}
	times = times[1:] // the first touches memory for the first time
	slices.Sort(times)
	return times[len(times)/2], flop, nil
}
