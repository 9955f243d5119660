package nn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// categories is a set like a table of two numbers and two categories: most features are zero.
func categories(t *testing.T, rows int) *dataset.Set {
	t.Helper()
	const width = 2 + 30 + 17
	rng := rand.New(rand.NewPCG(3, 4))
	x, labels := make([]float32, rows*width), make([]int32, rows)
	for i := range rows {
		row := x[i*width:][:width]
		row[0], row[1] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
		k := rng.IntN(30)
		row[2+k], row[32+rng.IntN(17)] = 1, 1
		labels[i] = int32(k % 3)
	}
	set, err := dataset.FromLabels("categories", dataset.NewFloats(x, width), nil, labels, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestZeros: whether a network skips the zeros of its input decides no bit of weights, losses and predictions, for any number of
// threads; and where there are kernels for it, it does skip them.
func TestZeros(t *testing.T) {
	set := categories(t, 600)
	spec := Spec{
		Input:  tensor.Shape{set.X.Width()},
		Layers: []layer.Layer{layer.Dense{Units: 40}, layer.ReLU{}, layer.Dense{Units: 3}},
		Loss:   loss.SoftmaxCrossEntropy{},
	}
	train := func(path string, threads int) (params, y []float32) {
		t.Helper()
		before := kernel.Active()
		if err := kernel.Use(path); err != nil {
			t.Fatal(err)
		}
		defer kernel.Use(before)
		net, err := Compile[float32](spec, Config{Batch: 60, Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		s := net.NewStepper(optim.SGD{Rate: 0.1})
		for b := range set.Batches(60, rand.New(rand.NewPCG(1, 1))) {
			net.Gradient(b)
			net.Update(s, 0.1)
		}
		if share := net.workspace.steps[0].view.Zeros; share < 0.9 {
			t.Errorf("%s: a share of %v is zero; 45 of 49 are", path, share)
		}
		if path == "avx512" && !kernel.SkipPays(0.9, set.X.Width(), 40) {
			t.Errorf("%s does not skip", path)
		}
		x := make([]float32, set.Len()*set.X.Width())
		dataset.GatherX(set.All(), x, 0, set.Len())
		for range 3 { // the first chunk of a worker is the one that is looked at
			if y, err = net.Predict(x); err != nil {
				t.Fatal(err)
			}
		}
		return slices.Clone(net.Params()), y
	}
	wantParams, wantY := train("reference", 1)
	for _, path := range kernel.Paths() {
		for _, threads := range []int{1, 2, 3} {
			if params, y := train(path, threads); !slices.Equal(params, wantParams) || !slices.Equal(y, wantY) {
				t.Errorf("%s, %d threads: other weights or predictions than by the reference", path, threads)
			}
		}
	}
}
