package train_test

import (
	"context"
	"fmt"
	"os"

	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
	"github.com/gradus-nn/gradus/train"
)

var spec = nn.Spec{
	Input:  tensor.Shape{2},
	Layers: []layer.Layer{layer.Dense{Units: 16}, layer.ReLU{}, layer.Dense{Units: 2}},
	Loss:   loss.SoftmaxCrossEntropy{},
}

// Train until the held-out accuracy is good enough.
func ExampleRun() {
	learn, held := synthetic.Moons(600, 0.1, 1).Split(400)
	net, err := nn.Compile[float32](spec, nn.Config{Batch: 32, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	history, err := train.Run(context.Background(), net, learn, train.Config{
		Epochs: 100, Seed: 1, Optimizer: optim.NewAdam(0.01), HeldOut: held,
		Monitors: []train.Monitor{train.StopAt(0.99)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := history.Epochs[len(history.Epochs)-1]
	fmt.Println(history.Stopped, last.HeldOut.Accuracy() >= 0.99)
	// Output: stopped true
}

// A Monitor is told about every epoch.
func ExampleMonitorFunc() {
	net, _ := nn.Compile[float32](spec, nn.Config{Batch: 4, Seed: 1})
	report := train.MonitorFunc(func(ctx context.Context, e *train.Epoch) error {
		if e.Number%100 == 0 {
			fmt.Printf("epoch %d: %d of %d\n", e.Number, e.HeldOut.Correct, e.HeldOut.Examples)
		}
		return nil
	})
	train.Run(context.Background(), net, synthetic.XOR(), train.Config{
		Epochs: 300, Optimizer: optim.NewSGD(0.5), HeldOut: synthetic.XOR(), Monitors: []train.Monitor{report},
	})
	// Output:
	// epoch 100: 4 of 4
	// epoch 200: 4 of 4
	// epoch 300: 4 of 4
}

// Interrupt a training, and go on where it was: the result is the same.
func ExampleLatest() {
	dir, _ := os.MkdirTemp("", "run")
	defer os.RemoveAll(dir)

	set := synthetic.Moons(100, 0.1, 1)
	config := train.Config{Epochs: 10, Seed: 1, HeldOut: set}
	ctx, cancel := context.WithCancel(context.Background())
	net, _ := nn.Compile[float32](spec, nn.Config{Batch: 10, Seed: 1})
	interrupted := config
	interrupted.Monitors = []train.Monitor{
		train.Checkpoint(dir),
		train.MonitorFunc(func(context.Context, *train.Epoch) error { cancel(); return nil }),
	}
	history, err := train.Run(ctx, net, set, interrupted)
	fmt.Println(len(history.Epochs), "epoch:", err)

	snapshot, _, err := train.Latest(dir)
	if err != nil {
		fmt.Println(err)
	}
	config.Resume = snapshot
	net, _ = nn.Compile[float32](spec, nn.Config{Batch: 10, Seed: 1})
	history, err = train.Run(context.Background(), net, set, config)
	fmt.Println(len(history.Epochs), "epochs:", err)
	// Output:
	// 1 epoch: context canceled
	// 10 epochs: <nil>
}
