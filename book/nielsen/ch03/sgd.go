package ch03

import (
	"context"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/train"
)

// Options are the arguments of the book's SGD by name.
type Options struct {
	Epochs, MiniBatchSize int
	Eta                   float64
	Lmbda                 float64 // of L2: w → (1 - ηλ/n)·w - η·∂C₀/∂w
	L1                    float64 // λ of L1: w → w - ηλ/n·sign(w) - η·∂C₀/∂w
	EvaluationData        *dataset.Set

	MonitorEvaluationCost, MonitorEvaluationAccuracy bool
	MonitorTrainingCost, MonitorTrainingAccuracy     bool
}

// Monitored is what SGD returns: a value an epoch in each list that was asked for.
type Monitored struct {
	EvaluationCost     []float64
	EvaluationAccuracy []int
	TrainingCost       []float64
	TrainingAccuracy   []int
}

// SGD trains by mini-batch stochastic gradient descent.
func (n *Network) SGD(ctx context.Context, trainingData *dataset.Set, o Options) (Monitored, error) {
	var penalties []regularizer.Regularizer
	if o.Lmbda != 0 {
		penalties = append(penalties, regularizer.L2{Lambda: o.Lmbda})
	}
	if o.L1 != 0 {
		penalties = append(penalties, regularizer.L1{Lambda: o.L1})
	}
	// The engine has the penalties in its description: the same network is compiled with them, and given its parameters.
	net, err := nn.Compile[float32](n.spec(initializer.Constant{}, penalties...), nn.Config{Batch: o.MiniBatchSize, Examples: trainingData.Len()})
	if err != nil {
		return Monitored{}, err
	}
	copy(net.Params(), n.net.Params())
	n.replace(net)

	var m Monitored
	n.seed++ // another order of the examples each time
	_, err = train.Run(ctx, net, trainingData, train.Config{
		Epochs: o.Epochs, Batch: o.MiniBatchSize, Seed: n.seed, Optimizer: optim.NewSGD(o.Eta),
		Monitors: []train.Monitor{train.MonitorFunc(func(ctx context.Context, _ *train.Epoch) error {
			return n.monitor(ctx, &m, trainingData, o)
		})},
	})
	return m, err
}

// monitor appends to the four lists.
func (n *Network) monitor(ctx context.Context, m *Monitored, trainingData *dataset.Set, o Options) error {
	for _, s := range []struct {
		cost, accuracy bool
		data           *dataset.Set
		costs          *[]float64
		accuracies     *[]int
	}{
		{o.MonitorTrainingCost, o.MonitorTrainingAccuracy, trainingData, &m.TrainingCost, &m.TrainingAccuracy},
		{o.MonitorEvaluationCost, o.MonitorEvaluationAccuracy, o.EvaluationData, &m.EvaluationCost, &m.EvaluationAccuracy},
	} {
		if s.cost {
			cost, err := n.TotalCost(ctx, s.data, o.Lmbda, s.data.Labels != nil)
			if err != nil {
				return err
			}
			*s.costs = append(*s.costs, cost)
		}
		if s.accuracy {
			correct, err := n.Accuracy(ctx, s.data, s.data.Labels == nil)
			if err != nil {
				return err
			}
			*s.accuracies = append(*s.accuracies, correct)
		}
	}
	return nil
}
