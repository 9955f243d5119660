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

// The recipe by which accuracy trains, 784-256-10 with ReLU by Adam and one cycle of the rate; the peer's is the same. A
// short memory of the squares (0.95 instead of 0.999) bears the high rate of a training this short.
const (
	accuracyHidden = 192
	accuracyBatch  = 192
	accuracyRate   = 0.007
	accuracyBeta2  = 0.95
	accuracyEpochs = 3
	accuracyLooks  = 4 // evaluations an epoch
)

// AccuracyRecipe is the recipe as settings of a side.
func AccuracyRecipe() []string {
	return []string{
		fmt.Sprint("hidden=", accuracyHidden), fmt.Sprint("batch=", accuracyBatch), fmt.Sprint("rate=", accuracyRate),
		fmt.Sprint("beta2=", accuracyBeta2), fmt.Sprint("epochs=", accuracyEpochs), fmt.Sprint("looks=", accuracyLooks),
	}
}

// accuracy trains on MNIST until the goal is reached on the 10,000 test digits, and then says so. The harness times the
// process from its start.
func accuracy(s Settings, out io.Writer) error {
	goal, err := strconv.ParseFloat(s["goal"], 64)
	if err != nil {
		return fmt.Errorf("bench: goal: %w", err)
	}
	digits, err := loadDigits()
	if err != nil {
		return err
	}
	seed := uint64(s.Int("seed", 0))
	net, err := nn.Compile[float32](perceptron(accuracyHidden), nn.Config{Batch: accuracyBatch, Seed: seed})
	if err != nil {
		return err
	}
	optimizer := optim.NewAdam(accuracyRate)
	optimizer.Beta2 = accuracyBeta2
	stepper := net.NewStepper(optimizer)
	schedule, rng := optim.OneCycle{}, rand.New(rand.NewPCG(seed, 1))
	steps := (digits.Train.Len() + accuracyBatch - 1) / accuracyBatch
	best := 0.0
	for epoch := range accuracyEpochs {
		step := 0
		for b := range digits.Train.Batches(accuracyBatch, rng) {
			net.Gradient(b)
			net.Update(stepper, schedule.Rate(accuracyRate, epoch*steps+step, accuracyEpochs*steps))
			step++
			if step*accuracyLooks/steps == (step-1)*accuracyLooks/steps {
				continue
			}
			v, err := net.Evaluate(context.Background(), digits.Test)
			if err != nil {
				return err
			}
			if best = max(best, v.Accuracy()); v.Accuracy() >= goal {
				_, err := fmt.Fprintf(out, "reached %.2f %% after %.2f epochs\n", 100*v.Accuracy(), float64(epoch)+float64(step)/float64(steps))
				return err
			}
		}
	}
	return fmt.Errorf("bench: seed %d: the best was %.2f %%", seed, 100*best)
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
