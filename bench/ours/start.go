package ours

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"

	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// The recipe by which accuracy trains.
const (
	accuracyHidden = 256
	accuracyBatch  = 256
	accuracyRate   = 0.008
	accuracyEpochs = 4
	accuracyLooks  = 4 // evaluations an epoch
)

// accuracy trains on MNIST until the goal is reached on the 10,000 test digits, looking four times an epoch, and then
// says so: 784-256-10, ReLU, Adam with a one-cycle rate. The harness times the process from its start.
func accuracy(s Settings, out io.Writer) error {
	digits, err := loadDigits()
	if err != nil {
		return err
	}
	seed := uint64(s.Int("seed", 0))
	goal, err := strconv.ParseFloat(s["goal"], 64)
	if err != nil {
		return fmt.Errorf("bench: goal: %w", err)
	}
	hidden, batch, epochs := s.Int("hidden", accuracyHidden), s.Int("batch", accuracyBatch), s.Int("epochs", accuracyEpochs)
	rate := accuracyRate
	if r, err := strconv.ParseFloat(s["rate"], 64); err == nil {
		rate = r
	}
	net, err := nn.Compile[float32](perceptron(hidden), nn.Config{Batch: batch, Seed: seed})
	if err != nil {
		return err
	}
	stepper := net.NewStepper(optim.NewAdam(rate))
	schedule, rng := optim.OneCycle{}, rand.New(rand.NewPCG(seed, 1))
	steps := (digits.Train.Len() + batch - 1) / batch
	best := 0.0
	for e := range epochs {
		step := 0
		for b := range digits.Train.Batches(batch, rng) {
			net.Gradient(b)
			net.Update(stepper, schedule.Rate(rate, e*steps+step, epochs*steps))
			step++
			if step*accuracyLooks/steps == (step-1)*accuracyLooks/steps {
				continue
			}
			v, err := net.Evaluate(context.Background(), digits.Test)
			if err != nil {
				return err
			}
			best = max(best, v.Accuracy())
			if v.Accuracy() >= goal {
				_, err := fmt.Fprintf(out, "reached %.2f %% after %.2f epochs\n", 100*v.Accuracy(), float64(e)+float64(step)/float64(steps))
				return err
			}
		}
	}
	return fmt.Errorf("bench: seed %d: the best of %d epochs was %.2f %%", seed, epochs, 100*best)
}

// firstBatch decodes the whole of MNIST and trains one batch.
func firstBatch(_ Settings, out io.Writer) error {
	digits, err := loadDigits()
	if err != nil {
		return err
	}
	net, err := nn.Compile[float32](perceptron(100), nn.Config{Batch: 100, Seed: 1})
	if err != nil {
		return err
	}
	stepper := net.NewStepper(optim.NewAdam(0.001))
	for b := range digits.Train.Batches(100, rand.New(rand.NewPCG(1, 0))) {
		l := net.Gradient(b)
		net.Update(stepper, 0.001)
		_, err := fmt.Fprintf(out, "reached loss %.2f\n", l)
		return err
	}
	return nil
}
