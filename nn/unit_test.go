package nn

import (
	"context"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// TestUnit: errors are in the unit that targets were measured in; what has no unit stays.
func TestUnit(t *testing.T) {
	net, err := Compile[float32](Spec{Input: tensor.Shape{1}, Layers: []layer.Layer{layer.Dense{Units: 1}}, Loss: loss.MeanSquared{}}, Config{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	set, err := dataset.FromTargets("line", dataset.NewFloats([]float32{1, 2, 4}, 1), nil, []float32{3, 1, 2}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := net.Evaluate(context.Background(), set)
	if err != nil {
		t.Fatal(err)
	}
	set.Unit = 1000
	scaled, err := net.Evaluate(context.Background(), set.Head(3))
	if err != nil {
		t.Fatal(err)
	}
	close := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Abs(b) }
	if !close(scaled.RMSE, 1000*plain.RMSE) || !close(scaled.MAE, 1000*plain.MAE) || scaled.R2 != plain.R2 || scaled.Loss != plain.Loss || plain.RMSE == 0 {
		t.Errorf("%+v in a unit of 1000; %+v without", scaled, plain)
	}
}
