package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleBinaryCrossEntropy() {
	// Two questions. A logit of 0 is a probability of 1/2, one of ln 3 is 3/4.
	y := []float64{0, math.Log(3)}
	t := []float64{1, 0} // yes, no

	plan, _ := loss.BinaryCrossEntropy{}.Plan(tensor.Shape{2})
	l, dy, p := make([]float64, 1), make([]float64, 2), make([]float64, 2)
	plan.F64.Loss(l, dy, y, t, 1, 0, 1)
	plan.F64.Output(p, y, 0, 1)

	fmt.Printf("p  %.2f\n", p)
	fmt.Printf("l  %.4f = ln 2 + ln 4\n", l[0])
	fmt.Printf("dy %.2f = p - t\n", dy)
	// Output:
	// p  [0.50 0.75]
	// l  2.0794 = ln 2 + ln 4
	// dy [-0.50 0.75] = p - t
}

// Nielsen ch. 3: one neuron with weight and bias 2 is to learn 0 for the input 1. It begins at 0.98, and its slope with the
// cross-entropy is all of 0.98, whereas the quadratic loss leaves it 0.98·0.98·(1-0.98).
func TestBinaryCrossEntropyKnown(t *testing.T) {
	l, dy, p := example(loss.BinaryCrossEntropy{}, []float64{4}, []float64{0})
	closeTo(t, "p", p, []float64{0.9820137900}, 1e-10)
	closeTo(t, "dy", dy, []float64{0.9820137900}, 1e-10)
	closeTo(t, "loss", []float64{l}, []float64{-math.Log(1 - 0.98201379003790845)}, 1e-13)
}

// The sum over the outputs is that of a loss for each; the mean is that divided by their number.
func TestBinaryCrossEntropyIsASum(t *testing.T) {
	y, target := []float64{-2, 0.5, 3, 1}, []float64{0, 1, 0.25, 1}
	all, dy, _ := example(loss.BinaryCrossEntropy{}, y, target)
	mean, dmean, _ := example(loss.BinaryCrossEntropy{Mean: true}, y, target)
	var sum float64
	for i := range y {
		l, d, p := example(loss.BinaryCrossEntropy{}, y[i:i+1], target[i:i+1])
		by := -(target[i]*math.Log(p[0]) + (1-target[i])*math.Log(1-p[0]))
		closeTo(t, "loss by the formula", []float64{l}, []float64{by}, 1e-14)
		closeTo(t, "gradient", d, dy[i:i+1], 0)
		closeTo(t, "mean gradient", dmean[i:i+1], []float64{d[0] / 4}, 1e-16)
		sum += l
	}
	closeTo(t, "loss", []float64{all, mean}, []float64{sum, sum / 4}, 1e-15)
}

func TestBinaryCrossEntropyEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	testEdges(t, loss.BinaryCrossEntropy{}, []edge{
		{"undecided", []float64{0}, []float64{1}, math.Ln2, []float64{-0.5}, 1e-7},
		{"right by far", []float64{1e4, -1e4}, []float64{1, 0}, 0, []float64{0, 0}, 0},
		{"wrong by far", []float64{-1e4, 1e4}, []float64{1, 0}, 2e4, []float64{-1, 1}, 0},
		{"nearly right", []float64{20}, []float64{1}, math.Log1p(math.Exp(-20)), nil, 1e-6},
		{"nearly certain target", []float64{1e4}, []float64{1 - 0x1p-20}, 1e4 * 0x1p-20, []float64{0x1p-20}, 1e-7},
		{"infinitely wrong", []float64{-inf}, []float64{1}, inf, []float64{-1}, 0},
		{"0·∞", []float64{inf}, []float64{1}, nan, []float64{0}, 0},
		{"NaN", []float64{0, nan}, []float64{1, 1}, nan, []float64{-0.5, nan}, 0},
	})
}
