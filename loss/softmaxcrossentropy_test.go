package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleSoftmaxCrossEntropy() {
	// Three logits, equal but for the last, which is ln 2 larger: probabilities 1/4, 1/4, 1/2.
	y := []float64{0, 0, math.Ln2}
	t := []float64{0, 0, 1} // the last class is right

	plan, _ := loss.SoftmaxCrossEntropy{}.Plan(tensor.Shape{3})
	l, dy, p := make([]float64, 1), make([]float64, 3), make([]float64, 3)
	plan.F64.Loss(l, dy, y, t, 1, 0, 1)
	plan.F64.Output(p, y, 0, 1)

	fmt.Printf("p  %.2f\n", p)
	fmt.Printf("l  %.4f = ln 2\n", l[0])
	fmt.Printf("dy %.2f = p - t\n", dy)
	// Output:
	// p  [0.25 0.25 0.50]
	// l  0.6931 = ln 2
	// dy [0.25 0.25 -0.50] = p - t
}

// Saito ch. 3.
func TestSoftmaxKnown(t *testing.T) {
	for _, c := range []struct{ y, p []float64 }{
		{[]float64{0.3, 2.9, 4.0}, []float64{0.01821127, 0.24519181, 0.73659691}},
		{[]float64{1010, 1000, 990}, []float64{9.9995460e-1, 4.53978686e-5, 2.06106005e-9}},
	} {
		_, _, p := example(loss.SoftmaxCrossEntropy{}, c.y, make([]float64, 3))
		for i := range p {
			closeTo(t, "softmax", p[i:i+1], c.p[i:i+1], 1e-6*c.p[i]) // as many digits as are printed
		}
	}
}

// Saito ch. 4. The book adds 1e-7 to a probability before taking its logarithm, which makes the loss 1e-7/p smaller; here
// nothing needs to be added.
func TestSoftmaxCrossEntropyKnown(t *testing.T) {
	target := []float64{0, 0, 1, 0, 0, 0, 0, 0, 0, 0}
	for _, c := range []struct {
		p    []float64
		book float64
	}{
		{[]float64{.1, .05, .6, 0, .05, .1, 0, .1, 0, 0}, 0.5108254571},
		{[]float64{.1, .05, .1, 0, .05, .1, 0, .6, 0, 0}, 2.3025840930},
	} {
		y := make([]float64, 10)
		for i, p := range c.p {
			y[i] = math.Log(p) // -Inf where p is 0
		}
		l, dy, p := example(loss.SoftmaxCrossEntropy{}, y, target)
		closeTo(t, "loss", []float64{l}, []float64{c.book + 1e-7/c.p[2]}, 1e-9)
		for i := range p {
			closeTo(t, "p", p[i:i+1], c.p[i:i+1], 1e-15)
			closeTo(t, "dy", dy[i:i+1], []float64{c.p[i] - target[i]}, 1e-15)
		}
	}
}

// Saito ch. 4, simpleNet: the gradient in W is x times that in z = x·W. With the book's 1e-7 the loss is 1e-7/p smaller,
// and so is the gradient in proportion.
func TestSoftmaxCrossEntropySimpleNet(t *testing.T) {
	z := []float64{1.05414809, 0.63071653, 1.1328074}
	l, dz, p := example(loss.SoftmaxCrossEntropy{}, z, []float64{0, 0, 1})
	book := 1e-7 / p[2]
	closeTo(t, "loss", []float64{l - book}, []float64{0.9280682858}, 1e-8) // z is printed to 8 digits
	for i, dw := range [][]float64{{.21924757, .14356243, -.36281}, {.32887136, .21534364, -.544215}} {
		x := []float64{0.6, 0.9}[i] / (1 + book)
		closeTo(t, "dW", []float64{x * dz[0], x * dz[1], x * dz[2]}, dw, 1e-8)
	}
}

// A row with two ones is the sum of the two rows with one.
func TestSoftmaxCrossEntropyMultiHot(t *testing.T) {
	y := []float64{0.5, -1, 2}
	a, da, _ := example(loss.SoftmaxCrossEntropy{}, y, []float64{1, 0, 0})
	b, db, _ := example(loss.SoftmaxCrossEntropy{}, y, []float64{0, 0, 1})
	both, d, _ := example(loss.SoftmaxCrossEntropy{}, y, []float64{1, 0, 1})
	closeTo(t, "loss", []float64{both}, []float64{a + b}, 1e-15)
	closeTo(t, "dy", d, []float64{da[0] + db[0], da[1] + db[1], da[2] + db[2]}, 1e-15)
}

func TestSoftmaxCrossEntropyEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	first := []float64{1, 0, 0}
	testEdges(t, loss.SoftmaxCrossEntropy{}, []edge{
		{"all equal", []float64{7, 7, 7}, first, math.Log(3), []float64{-2. / 3, 1. / 3, 1. / 3}, 1e-6},
		{"right by far", []float64{1e4, -1e4, 0}, first, 0, []float64{0, 0, 0}, 0},
		{"wrong by far", []float64{-1e4, 1e4, 0}, first, 2e4, []float64{-1, 1, 0}, 0},
		{"another class ruled out", []float64{0, -inf, 0}, first, math.Ln2, []float64{-0.5, 0, 0.5}, 1e-6},
		{"the class ruled out", []float64{-inf, 0, 0}, first, inf, []float64{-1, 0.5, 0.5}, 1e-6},
		{"infinite", []float64{inf, 0, 0}, first, nan, []float64{nan}, 0},
		{"all -Inf", []float64{-inf, -inf, -inf}, first, nan, []float64{nan, nan, nan}, 0},
		{"NaN in the class", []float64{nan, 0, 0}, first, nan, []float64{nan, nan, nan}, 0},
		{"NaN elsewhere", []float64{0, nan, 0}, first, nan, []float64{nan, nan, nan}, 0},
		{"no target", []float64{1, 2, 3}, []float64{0, 0, 0}, 0, []float64{0, 0, 0}, 0},
	})
}

func TestSoftmaxCrossEntropyShapes(t *testing.T) {
	testRefuses(t, loss.SoftmaxCrossEntropy{}, tensor.Shape{10, 2}, "want a flat output", "10×2", "layer.Flatten{}")
	testRefuses(t, loss.SoftmaxCrossEntropy{}, tensor.Shape{1}, "at least 2 classes", "have 1", "BinaryCrossEntropy")
}
