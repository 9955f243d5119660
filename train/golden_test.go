package train

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// goldenFile holds the SHA-256 of trained weights, one run a line. The other tests of the promise "same bits" compare the
// paths of one machine; this file compares machines: it must come out on every processor.
const goldenFile = "testdata/weights.golden"

var updateGolden = flag.Bool("update-golden", false, "write "+goldenFile+" instead of comparing with it")

func TestGoldenWeights(t *testing.T) {
	runs := map[string]func(t *testing.T) string{"digits": digitsSum}
	for name, spec := range kindSpecs(t) {
		runs[name] = func(t *testing.T) string { return sum(t, spec, Config{Optimizer: optim.NewSGD(0.1)}, 2) }
	}
	for _, o := range optim.Kinds {
		o, err := optim.ByName(o.Kind(), 0)
		if err != nil {
			t.Fatal(err)
		}
		spec := nn.Spec{
			Input: tensor.Shape{inputs}, Loss: loss.SoftmaxCrossEntropy{},
			Layers: []layer.Layer{layer.Dense{Units: 51}, layer.Tanh{}, layer.Dense{Units: 3}},
		}
		runs["optimizer "+o.Kind()] = func(t *testing.T) string {
			return sum(t, spec, Config{Optimizer: o, Clip: Clip{Norm: 0.5}, Schedule: optim.Cosine{}}, 1)
		}
	}

	golden := readGolden(t)
	var file bytes.Buffer
	ran := 0
	for _, name := range slices.Sorted(maps.Keys(runs)) {
		t.Run(name, func(t *testing.T) {
			have := runs[name](t)
			fmt.Fprintf(&file, "%s %s\n", have, name)
			if want := golden[name]; have != want && !*updateGolden {
				t.Errorf("path %s: weights %s, want %q; if the arithmetic was meant to change, run go test ./train -run TestGoldenWeights -update-golden",
					kernel.Active(), have, want)
			}
			delete(golden, name)
			ran++
		})
	}
	if ran < len(runs) { // -run has picked some
		return
	}
	if len(golden) > 0 && !*updateGolden {
		t.Errorf("%s has sums of runs that are no more: %v", goldenFile, golden)
	}
	if *updateGolden {
		if err := os.WriteFile(goldenFile, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readGolden returns the file's sums by the runs' names.
func readGolden(t *testing.T) map[string]string {
	t.Helper()
	golden := map[string]string{}
	text, err := os.ReadFile(goldenFile)
	if err != nil && !*updateGolden {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			t.Fatalf("%s: a line %q", goldenFile, line)
		}
		golden[name] = sum
	}
	return golden
}

// digitsSum trains 784-30-10 for an epoch of 1000 digits.
func digitsSum(t *testing.T) string {
	digits, err := mnist.Load()
	if err != nil {
		t.Fatal(err)
	}
	spec := nn.Spec{
		Input: tensor.Shape{28 * 28}, Loss: loss.SoftmaxCrossEntropy{},
		Layers: []layer.Layer{
			layer.Dense{Units: 30, Init: initializer.Xavier{}}, layer.Sigmoid{},
			layer.Dense{Units: 10, Init: initializer.Xavier{}},
		},
	}
	net := compile[float32](t, spec, nn.Config{Batch: 50, Seed: 1, Threads: 2})
	if _, err := Run(t.Context(), net, digits.Train.Head(1000), Config{Epochs: 1, Seed: 1, Optimizer: optim.NewAdam(0.001)}); err != nil {
		t.Fatal(err)
	}
	return model.From(net).SHA256()
}
