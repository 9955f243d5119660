package bookloss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/bookloss"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// Saito's ten probabilities of chapter 4: the class is 2, and the network says 0.6, or 0.1.
func ExampleCrossEntropy() {
	plan, err := bookloss.CrossEntropy{Epsilon: 1e-7}.Plan(tensor.Shape{10})
	if err != nil {
		panic(err)
	}
	y := []float64{
		.1, .05, .6, 0, .05, .1, 0, .1, 0, 0,
		.1, .05, .1, 0, .05, .1, 0, .6, 0, 0,
	}
	t := make([]float64, 20)
	t[2], t[12] = 1, 1
	l := make([]float64, 2)
	plan.F64.Loss(l, nil, y, t, 1, 0, 2)
	fmt.Printf("%.10f %.10f\n", l[0], l[1])
	// Output: 0.5108254571 2.3025840930
}

// Every gradient against differences of the loss, at 1e-7 or better.
func TestGradients(t *testing.T) {
	x := []float32{.5, -1, 2, .25, -.75, 1, 1.5, -.5, .1, -2, .3, .7}
	labels, err := dataset.FromLabels("by hand", dataset.NewFloats(x, 3), nil, []int32{2, 0, 1, 2}, dataset.Numbered(3))
	if err != nil {
		t.Fatal(err)
	}
	probabilities := []layer.Layer{layer.Dense{Units: 4}, layer.Tanh{}, layer.Dense{Units: 3}, layer.Softmax{}}
	logits := probabilities[:3]
	for _, c := range []struct {
		name   string
		layers []layer.Layer
		loss   loss.Loss
	}{
		{"cross-entropy", probabilities, bookloss.CrossEntropy{}},
		{"cross-entropy with 1e-7", probabilities, bookloss.CrossEntropy{Epsilon: 1e-7}},
		{"binary", probabilities, bookloss.BinaryCrossEntropy{}},
		{"binary with 1e-3", probabilities, bookloss.BinaryCrossEntropy{Epsilon: 1e-3}},
		{"mean", probabilities, bookloss.Mean{Loss: loss.Quadratic{}}},
		{"own prediction of softmax", logits, bookloss.OwnPrediction{Output: "softmax"}},
		{"own prediction of sigmoid", logits, bookloss.OwnPrediction{Output: "sigmoid"}},
	} {
		report, err := gradcheck.Check(nn.Spec{Input: tensor.Shape{3}, Layers: c.layers, Loss: c.loss}, labels, gradcheck.Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range report.Tensors {
			if g.Verdict() != gradcheck.OK || !(g.Relative <= 1e-7) {
				t.Errorf("%s:\n%s", c.name, report)
				break
			}
		}
	}
}

// Without ε, and where no probability is near 0, these are the library's losses.
func TestAgree(t *testing.T) {
	y := []float64{.3, -1, .2, 2, 0, -.5}
	targets := []float64{0, 0, 1, 1, 0, 0}
	for _, c := range []struct {
		output  layer.Layer
		book    loss.Loss
		library loss.Loss
	}{
		{layer.Softmax{}, bookloss.CrossEntropy{}, loss.SoftmaxCrossEntropy{}},
		{layer.Sigmoid{}, bookloss.BinaryCrossEntropy{}, loss.BinaryCrossEntropy{}},
	} {
		activation, _ := c.output.Plan(tensor.Shape{3})
		p := make([]float64, 6)
		activation.F64.Forward(&layer.View[float64]{N: 2, X: y, Y: p}, layer.Share{Lo: 0, Hi: 2})
		book, _ := c.book.Plan(tensor.Shape{3})
		library, _ := c.library.Plan(tensor.Shape{3})
		have, want := make([]float64, 2), make([]float64, 2)
		book.F64.Loss(have, nil, p, targets, 1, 0, 2)
		library.F64.Loss(want, nil, y, targets, 1, 0, 2)
		for i := range have {
			if math.Abs(have[i]-want[i]) > 1e-15*8 { // a few roundings of numbers of about 2
				t.Errorf("%s: row %d costs %v, want %v", c.book.Kind(), i, have[i], want[i])
			}
		}
	}
}
