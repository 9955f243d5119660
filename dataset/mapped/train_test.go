package mapped_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mapped"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
	"github.com/gradus-nn/gradus/train"
)

// learn trains on n rows of the given width for two epochs.
func learn(t *testing.T, x dataset.Rows, after func()) ([]float32, error) {
	t.Helper()
	labels := make([]int32, x.Len())
	for i := range labels {
		labels[i] = int32(i % 2)
	}
	set, err := dataset.FromLabels("rows", x, nil, labels, []string{"even", "odd"})
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.Compile[float32](nn.Spec{Input: tensor.Shape{x.Width()}, Layers: []layer.Layer{layer.Dense{Units: 2}}, Loss: loss.SoftmaxCrossEntropy{}}, nn.Config{Batch: 4, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	_, err = train.Run(t.Context(), net, set, train.Config{Epochs: 2, Batch: 4, Seed: 1, Optimizer: optim.NewSGD(0.1), Monitors: []train.Monitor{
		train.MonitorFunc(func(context.Context, *train.Epoch) error { after(); return nil }),
	}})
	return slices.Clone(net.Params()), err
}

// TestTraining: the weights are those of the same rows in memory; and a file that is cut off between two epochs ends the training
// with a sentence.
func TestTraining(t *testing.T) {
	const n, width = 32, 5000
	pixels := make([]uint8, n*width)
	for i := range pixels {
		pixels[i] = uint8(i * i / 7)
	}
	name := filepath.Join(t.TempDir(), "rows")
	if err := idx.WriteFile(name, idx.Of(pixels, n, width)); err != nil {
		t.Fatal(err)
	}
	x, err := mapped.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	have, err := learn(t, x, func() {})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := learn(t, dataset.NewBytes(pixels, width), func() {})
	if !slices.Equal(have, want) {
		t.Error("other weights than in memory")
	}
	if testing.Short() {
		t.Skip("the rest needs faults with an address, which emulators do not report")
	}
	_, err = learn(t, x, func() {
		if err := os.Truncate(name, width); err != nil {
			t.Skip(err)
		}
	})
	if err == nil || !strings.Contains(err.Error(), "leave it alone while it is in use") {
		t.Errorf("%v; want a sentence", err)
	}
}
