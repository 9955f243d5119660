package nn_test

import (
	"context"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// A network that puts out what it is given, on two examples that are asked for 2 and 5: errors of -1 and 1 in a unit of 10. A tally may
// be asked before the end.
func TestTally(t *testing.T) {
	net, err := nn.Compile[float64](nn.Spec{Input: tensor.Shape{1}, Layers: []layer.Layer{layer.Flatten{}}, Loss: loss.MeanSquared{}}, nn.Config{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	set, err := dataset.FromTargets("two", dataset.NewFloats([]float32{1, 6}, 1), nil, []float32{2, 5}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	set.Unit = 10
	tally := nn.NewTally[float64](net.TaskOn(set), set)
	var first nn.Evaluation
	if err := net.Each(context.Background(), set, func(i int, p []float64, l float64) {
		tally.Add(i, p, l)
		if i == 0 {
			first = tally.Evaluation()
		}
	}); err != nil {
		t.Fatal(err)
	}
	if first.Examples != 1 || first.RMSE != 10 || first.MAE != 10 {
		t.Errorf("after one example: %+v; want a deviation of 10", first)
	}
	have := tally.Evaluation()
	// Σ(y-t)² is 2 and Σ(t-3.5)² is 4.5
	if have.Examples != 2 || have.RMSE != 10 || have.MAE != 10 || have.R2 != 1-2/4.5 {
		t.Errorf("after both: %+v; want 2 examples, deviations of 10, r2 %v", have, 1-2/4.5)
	}
	if want, err := net.Evaluate(context.Background(), set); err != nil || have != want {
		t.Errorf("Evaluate: %+v, %v; the tally %+v", want, err, have)
	}
}

// The share of a variance that is none: 0, or 1 for answers without a mistake.
func TestR2OfSameTargets(t *testing.T) {
	set, err := dataset.FromTargets("same", dataset.NewFloats([]float32{0.1, 0.1, 0.1}, 1), nil, []float32{0.1, 0.1, 0.1}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for answer, want := range map[float32]float64{0.1: 1, 0.2: 0} {
		tally := nn.NewTally[float32](loss.Regression, set)
		for i := range set.Len() {
			tally.Add(i, []float32{answer}, 0)
		}
		if have := tally.Evaluation().R2; have != want {
			t.Errorf("always %v where all are 0.1: r2 %v; want %v", answer, have, want)
		}
	}
}
