package ch04

import (
	"math/rand/v2"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
)

// A Training is what Train has seen.
type Training struct {
	Loss              []float64 // of every batch, after the step
	TrainAcc, TestAcc []float64 // at the beginning, after every epoch, and at the end
}

// Train is the loop of section 4.5.2: draw a batch, with replacement; find the gradient; take a step against it.
func Train[F kernel.Float](net *TwoLayerNet[F], train, test *dataset.Set, iterations, batchSize int, learningRate float64, seed uint64) (Training, error) {
	var t Training
	perEpoch := max(train.Len()/batchSize, 1)
	rng := rand.New(rand.NewPCG(seed, 0))
	i := 0
	for batch := range train.Draws(batchSize, rng) {
		if i%perEpoch == 0 || i == iterations {
			trainAcc, err := net.Accuracy(train)
			if err != nil {
				return t, err
			}
			testAcc, err := net.Accuracy(test)
			if err != nil {
				return t, err
			}
			t.TrainAcc, t.TestAcc = append(t.TrainAcc, trainAcc), append(t.TestAcc, testAcc)
		}
		if i == iterations {
			break
		}
		for name, grad := range net.Gradient(batch) {
			kernel.Axpy(net.Params[name], -F(learningRate), grad) // params -= learningRate · grad
		}
		t.Loss = append(t.Loss, net.Loss(batch))
		i++
	}
	return t, nil
}
