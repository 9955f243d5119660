package ch04

import (
	"math"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// noteSpec is the note's network, 784-80-10 with the given loss.
func noteSpec(l loss.Loss) nn.Spec {
	normal := initializer.Normal{Std: 0.01}
	return nn.Spec{
		Input:  tensor.Shape{784},
		Layers: []layer.Layer{layer.Dense{Units: 80, Init: normal}, layer.Sigmoid{}, layer.Dense{Units: 10, Init: normal}},
		Loss:   l,
	}
}

// TrainOnNoise is the note's loop: batches of 512 drawn with replacement, steps of 0.01, and the loss after every 100th of
// 1,000 steps. The labels are random, so that there is nothing to learn but how often each is 1.
func TrainOnNoise(set *dataset.Set, l loss.Loss, iterations int) ([]float64, error) {
	net, err := nn.Compile[float32](noteSpec(l), nn.Config{Batch: 512, Seed: 17})
	if err != nil {
		return nil, err
	}
	defer net.Close()
	sgd := net.NewStepper(optim.NewSGD(0.01))
	var lossHistory []float64
	i := 0
	for batch := range set.Draws(512, rand.New(rand.NewPCG(17, 0))) {
		net.Gradient(batch)
		net.Update(sgd, 0.01)
		if i++; i%100 == 0 {
			lossHistory = append(lossHistory, net.LossAgain())
		}
		if i == iterations {
			break
		}
	}
	return lossHistory, nil
}

// A Disagreement compares two gradients of one tensor.
type Disagreement struct {
	Tensor   string
	Relative float64 // ‖a - b‖ / (‖a‖ + ‖b‖)
	Cosine   float64 // of the angle between them: 1 is the same direction
}

// CheckNote compares the gradient of the note's network with the numerical one, as the note set out to do; it printed only
// the shapes, which agree however wrong the numbers are.
func CheckNote(set *dataset.Set, l loss.Loss) ([]Disagreement, error) {
	net, err := nn.Compile[float64](noteSpec(l), nn.Config{Batch: set.Len(), Seed: 17})
	if err != nil {
		return nil, err
	}
	defer net.Close()
	report, err := gradcheck.CheckNet(net, set.All(), gradcheck.Config{Sample: 400})
	if err != nil {
		return nil, err
	}
	var all []Disagreement
	for _, t := range report.Tensors {
		var difference, dot, aa, bb float64
		for i, a := range t.Backprop {
			b := t.Numeric[i]
			difference += (a - b) * (a - b)
			dot, aa, bb = dot+a*b, aa+a*a, bb+b*b
		}
		all = append(all, Disagreement{names[t.Name], math.Sqrt(difference) / (math.Sqrt(aa) + math.Sqrt(bb)), dot / math.Sqrt(aa*bb)})
	}
	return all, nil
}
