package ch06

import (
	"context"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
	"github.com/gradus-nn/gradus/train"
)

// MultiLayerNet describes the chapter's network for digits: hidden layers of 100 ReLU, as many as wanted, and a weight
// decay that the book writes into the loss as λ/2·ΣW² over every W, whatever the number of examples.
func MultiLayerNet(hidden int, weights initializer.Initializer, weightDecayLambda float64) nn.Spec {
	s := nn.Spec{Input: tensor.Shape{784}, Loss: loss.SoftmaxCrossEntropy{}}
	for range hidden {
		s.Layers = append(s.Layers, layer.Dense{Units: 100, Init: weights}, layer.ReLU{})
	}
	s.Layers = append(s.Layers, layer.Dense{Units: 10, Init: weights})
	if weightDecayLambda != 0 {
		s.Regularizers = append(s.Regularizers, regularizer.L2{Lambda: weightDecayLambda, Style: regularizer.Saito})
	}
	return s
}

// LossAfter trains on batches of 128 drawn with replacement, and returns the mean loss of the last hundred or so of them.
func LossAfter(ctx context.Context, spec nn.Spec, set *dataset.Set, o optim.Optimizer, iterations int) (float64, error) {
	net, err := nn.Compile[float32](spec, nn.Config{Batch: 128})
	if err != nil {
		return 0, err
	}
	defer net.Close()
	recent := recentLoss{}
	_, err = train.Run(ctx, net, set, train.Config{
		Iterations: iterations, Optimizer: o, Sampling: train.Replacement, Monitors: []train.Monitor{&recent},
	})
	return recent.mean, err
}

// recentLoss is a monitor that keeps a running mean over about the last hundred steps.
type recentLoss struct{ mean float64 }

func (r *recentLoss) Epoch(context.Context, *train.Epoch) error { return nil }

func (r *recentLoss) Step(_ context.Context, s *train.Step) error {
	r.mean += (s.Loss - r.mean) / float64(min(s.Step, 100))
	return nil
}

// Overfit is section 6.4: seven layers for only 300 images, 200 epochs. It returns the accuracy on these images and on
// the 10,000 test images.
func Overfit(ctx context.Context, digits, test *dataset.Set, weightDecayLambda float64) (trainAcc, testAcc float64, err error) {
	few := digits.Head(300)
	net, err := nn.Compile[float32](MultiLayerNet(6, initializer.He{}, weightDecayLambda), nn.Config{Batch: 100, Examples: few.Len()})
	if err != nil {
		return 0, 0, err
	}
	defer net.Close()
	_, err = train.Run(ctx, net, few, train.Config{Epochs: 200, Optimizer: optim.NewSGD(0.01)})
	if err != nil {
		return 0, 0, err
	}
	onTrain, err := net.Evaluate(ctx, few)
	if err != nil {
		return 0, 0, err
	}
	onTest, err := net.Evaluate(ctx, test)
	return onTrain.Accuracy(), onTest.Accuracy(), err
}
