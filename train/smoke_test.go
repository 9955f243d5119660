package train_test

import (
	"context"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
	"github.com/gradus-nn/gradus/train"
)

func TestSmoke(t *testing.T) {
	x := dataset.NewFloats([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 2)
	set, _ := dataset.FromLabels("xor", x, nil, []int32{0, 1, 1, 0}, nil)
	net, err := nn.Compile[float32](nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 4}, layer.Tanh{}, layer.Dense{Units: 2}}, Loss: loss.SoftmaxCrossEntropy{}}, nn.Config{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	h, err := train.Run(context.Background(), net, set, train.Config{HeldOut: set, Epochs: 5, Batch: 2, Monitors: []train.Monitor{train.Checkpoint(dir), train.CSV(t.Output())}})
	t.Log(h, err)
	s, note, err := train.Latest(dir)
	t.Logf("%+v %v %v", s, note, err)
}
