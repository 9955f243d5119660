package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleSoftmaxCrossEntropy_weights() {
	// Nine of ten examples are well. An ill one is to count nine times as much, so that both classes count the same.
	y := []float64{0, 0} // undecided
	t := []float64{0, 1} // ill

	plan, _ := loss.SoftmaxCrossEntropy{Weights: []float64{1, 9}}.Plan(tensor.Shape{2})
	l, dy := make([]float64, 1), make([]float64, 2)
	plan.F64.Loss(l, dy, y, t, 1, 0, 1)

	fmt.Printf("l  %.4f = 9·ln 2\n", l[0])
	fmt.Printf("dy %.2f = 9·(p - t)\n", dy)
	// Output:
	// l  6.2383 = 9·ln 2
	// dy [4.50 -4.50] = 9·(p - t)
}

func ExampleBinaryCrossEntropy_positive() {
	// Two questions, undecided. A yes to the first is rare and counts three times.
	plan, _ := loss.BinaryCrossEntropy{Positive: []float64{3, 1}}.Plan(tensor.Shape{2})
	l, dy := make([]float64, 2), make([]float64, 4)
	plan.F64.Loss(l, dy, make([]float64, 4), []float64{1, 1, 0, 0}, 1, 0, 2)

	fmt.Printf("yes, yes: l %.4f = 3·ln 2 + ln 2   dy %.2f\n", l[0], dy[:2])
	fmt.Printf("no, no:   l %.4f = ln 2 + ln 2     dy %.2f\n", l[1], dy[2:])
	// Output:
	// yes, yes: l 2.7726 = 3·ln 2 + ln 2   dy [-1.50 -0.50]
	// no, no:   l 1.3863 = ln 2 + ln 2     dy [0.50 0.50]
}

// An example of weight 2 has the loss and the gradient of two examples, whatever the target: by the definitions.
func TestWeightsAreCounts(t *testing.T) {
	y, weights := []float64{0.5, -1, 2}, []float64{2, 0.5, 1}
	for _, target := range [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.25, 0.25, 0.5}, {0, 1, 1}} {
		plain, d1, p := example(loss.SoftmaxCrossEntropy{}, y, target)
		l, d, _ := example(loss.SoftmaxCrossEntropy{Weights: weights}, y, target)
		var want, sum float64
		wantD := make([]float64, 3)
		for j := range y {
			want -= weights[j] * target[j] * math.Log(p[j])
			sum += weights[j] * target[j]
		}
		for j := range y {
			wantD[j] = sum*p[j] - weights[j]*target[j]
		}
		closeTo(t, "weighted cross-entropy", []float64{l}, []float64{want}, 1e-14)
		closeTo(t, "its gradient", d, wantD, 1e-14)
		one, dOne, _ := example(loss.SoftmaxCrossEntropy{Weights: []float64{1, 1, 1}}, y, target)
		closeTo(t, "weights of 1", []float64{one}, []float64{plain}, 0)
		closeTo(t, "gradient with weights of 1", dOne, d1, 1e-16)

		l, d, p = example(loss.BinaryCrossEntropy{Positive: weights}, y, target)
		want = 0
		for j := range y {
			want -= weights[j]*target[j]*math.Log(p[j]) + (1-target[j])*math.Log(1-p[j])
			wantD[j] = p[j]*(weights[j]*target[j]+1-target[j]) - weights[j]*target[j]
		}
		closeTo(t, "weighted binary cross-entropy", []float64{l}, []float64{want}, 1e-14)
		closeTo(t, "its gradient", d, wantD, 1e-15)
	}
}

func TestWeightedEdges(t *testing.T) {
	nan := math.NaN()
	testEdges(t, loss.BinaryCrossEntropy{Positive: []float64{4, 4}}, []edge{
		{"right by far", []float64{1e4, -1e4}, []float64{1, 0}, 0, []float64{0, 0}, 0},
		{"wrong by far", []float64{-1e4, 1e4}, []float64{1, 0}, 5e4, []float64{-4, 1}, 0},
		{"NaN", []float64{0, nan}, []float64{1, 1}, nan, []float64{-2, nan}, 0},
	})
	testEdges(t, loss.SoftmaxCrossEntropy{Weights: []float64{4, 1}}, []edge{
		{"wrong by far", []float64{-1e4, 0}, []float64{1, 0}, 4e4, []float64{-4, 4}, 0},
		{"right by far", []float64{-1e4, 0}, []float64{0, 1}, 0, []float64{0, 0}, 0},
		{"NaN", []float64{0, nan}, []float64{1, 0}, nan, []float64{nan, nan}, 0},
	})
}

func TestWeightsRefused(t *testing.T) {
	out := tensor.Shape{2}
	testRefuses(t, loss.SoftmaxCrossEntropy{Weights: []float64{1}}, out, "weight for each class", "2", "have 1")
	testRefuses(t, loss.SoftmaxCrossEntropy{Weights: []float64{1, 0}}, out, "above 0", "have 0", "class 1")
	testRefuses(t, loss.BinaryCrossEntropy{Positive: []float64{1, math.NaN()}}, out, "above 0", "NaN")
	testRefuses(t, loss.BinaryCrossEntropy{Positive: []float64{1e39, 1}}, out, "float32 can hold", "1e+39")
	testRefuses(t, loss.BinaryCrossEntropy{Positive: []float64{1e-50, 1}}, out, "above 0", "1e-50")
}

// PyTorch 1.13, float64: cross_entropy(weight=w, reduction="none"), binary_cross_entropy_with_logits(pos_weight=w).
func TestWeightedAsPyTorch(t *testing.T) {
	y, w := []float64{0.5, -1, 2}, []float64{2, 0.5, 1}
	l, dy, _ := example(loss.SoftmaxCrossEntropy{Weights: w}, y, []float64{0.25, 0.25, 0.5})
	closeTo(t, "cross-entropy", []float64{l}, []float64{1.3964752087393018}, 1e-14)
	closeTo(t, "its gradient", dy, []float64{-0.30279830884245873, -0.08099835507047662, 0.3837966639129354}, 1e-14)
	l, dy, _ = example(loss.BinaryCrossEntropy{Positive: w}, y, []float64{0, 1, 1})
	closeTo(t, "binary cross-entropy", []float64{l}, []float64{1.757635838982191}, 1e-14)
	closeTo(t, "its gradient", dy, []float64{0.6224593312018546, -0.36552928931500245, -0.11920292202211769}, 1e-14)
}
