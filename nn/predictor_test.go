package nn_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// Rows that are read where they lie, copied, or gathered from a set, alone or among others, have the same predictions.
func TestPredictionsDoNotDependOnTheWay(t *testing.T) {
	const in, rows = 6, 700 // several chunks for each worker
	dense := func(units int) layer.Layer { return layer.Dense{Units: units} }
	for name, layers := range map[string][]layer.Layer{
		"dense":      {dense(in), layer.Tanh{}, dense(3)},
		"relu first": {layer.ReLU{}, dense(3)},
		"residual":   {layer.Residual{Layers: []layer.Layer{dense(in), layer.ReLU{}}}, dense(3)}, // the join reads x, too
		"no step":    {layer.Flatten{}},
	} {
		t.Run(name, func(t *testing.T) {
			net, err := nn.Compile[float32](nn.Spec{Input: tensor.Shape{in}, Layers: layers, Loss: loss.MeanSquared{}}, nn.Config{Threads: 3, Seed: 5})
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			rng := rand.New(rand.NewPCG(1, 2))
			x := make([]float32, rows*in)
			for i := range x {
				x[i] = float32(rng.NormFloat64())
			}
			before, out := slices.Clone(x), net.Out()
			all, err := net.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(x, before) {
				t.Error("Predict has changed the rows it was given")
			}
			one, err := net.Predictor(1)
			if err != nil {
				t.Fatal(err)
			}
			y := make([]float32, out)
			for r := range rows {
				if err := one.PredictInto(y, x[r*in:(r+1)*in]); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(y, all[r*out:(r+1)*out]) {
					t.Fatalf("row %d alone: %v, among others %v", r, y, all[r*out:(r+1)*out])
				}
			}
			set, err := dataset.FromTargets("rows", dataset.NewFloats(x, in), nil, make([]float32, rows*out), out, nil)
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			if err := net.Each(context.Background(), set, func(i int, p []float32, _ float64) {
				if i != seen || !slices.Equal(p, all[i*out:(i+1)*out]) {
					t.Fatalf("example %d of the set (call %d): %v, want %v", i, seen, p, all[i*out:(i+1)*out])
				}
				seen++
			}); err != nil {
				t.Fatal(err)
			}
			if seen != rows {
				t.Errorf("Each called for %d of %d examples", seen, rows)
			}
			if n := testing.AllocsPerRun(10, func() { one.PredictInto(y, x[:in]) }); n != 0 {
				t.Errorf("a prediction allocates %v times", n)
			}
		})
	}
}
