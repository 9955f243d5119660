package ch05

import (
	"embed"
	"math"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/book/matrix"
)

//go:embed *.go
var source embed.FS

// Chapter shows backpropagation through graphs and layers.
var Chapter = book.Chapter{
	Book: "saito", Number: 5, Title: "backpropagation", Source: source,
	Shows: "Each node knows its own derivative. Multiplied along the way back, they give the derivative of the end in every beginning.",
	Sections: []book.Section{
		{
			Title: "5.4 apples and oranges",
			Text:  "Two apples at 100 with 10 % tax cost 220. Backward: if an apple becomes dearer by 1, the whole by 2.2. A node that multiplies swaps its inputs on the way back; one that adds passes on.",
			Names: [][2]string{{"mul_apple_layer.forward(apple, apple_num)", "mulApple.Forward(apple, appleNum)"}},
			Code:  []string{"MulLayer", "MulLayer.Backward", "AddLayer.Backward", "BuyApples"},
			Run: func(p *book.Page) error {
				a := BuyApples(100, 2, 1.1)
				p.Number("2 apples at 100, tax 1.1", a.Price, 220, 1e-12)
				p.Numbers("dApple, dNumber, dTax", []float64{a.DApple, a.DAppleNum, a.DTax}, []float64{2.2, 110, 200}, 1e-12)
				b := BuyApplesAndOranges(100, 2, 150, 3, 1.1)
				p.Number("and 3 oranges at 150", b.Price, 715, 1e-12)
				p.Numbers("apples", []float64{b.DApple, b.DAppleNum}, []float64{2.2, 110}, 1e-12)
				p.Numbers("oranges, tax", []float64{b.DOrange, b.DOrangeNum, b.DTax}, []float64{3.3, 165, 650}, 1e-12)
				return nil
			},
		},
		{
			Title: "5.5 a neuron of such nodes",
			Text:  "A sigmoid neuron with weights (2, -3) and bias -3 at x = (-1, -2), as in Stanford's CS231n: the slope of the sigmoid, y(1-y), times the other factor of each product.",
			Run: func(p *book.Page) error {
				affine := &Affine{W: matrix.Of([]float64{2}, []float64{-3}), B: matrix.Row(-3)}
				var sigmoid Sigmoid
				y := sigmoid.Forward(affine.Forward(matrix.Row(-1, -2)))
				p.Number("out", y.At(0, 0), 0.7310585786, 1e-9)
				dx := affine.Backward(sigmoid.Backward(matrix.Row(1)))
				p.Numbers("dw", append(affine.DW.Data, affine.DB.Data...), []float64{-.19661193, -.39322387, .19661193}, 1e-6)
				p.Numbers("dx", dx.Data, []float64{.39322387, -.5898358}, 1e-6)
				return nil
			},
		},
		{
			Title: "5.6 layers",
			Text: `A layer is a node for a whole batch. The gradient of the bias is a sum over the batch; to forget that is a common slip, and so is
to transpose the wrong factor. Softmax and cross-entropy make one layer, because together their gradient is simply (y - t)/n.`,
			Names: [][2]string{
				{"Affine", "Affine             layer.Dense"},
				{"Relu", "Relu               layer.ReLU"},
				{"Sigmoid", "Sigmoid            layer.Sigmoid"},
				{"SoftmaxWithLoss", "SoftmaxWithLoss    loss.SoftmaxCrossEntropy"},
				{"np.sum(dout, axis=0)", "db: the sum over the batch"},
			},
			Code: []string{"Affine", "Affine.Backward", "SoftmaxWithLoss", "TwoLayerNet.Gradient"},
			Run: func(p *book.Page) error {
				a := &Affine{W: matrix.Of([]float64{1, 2, 3}, []float64{4, 5, 6}), B: matrix.Row(0, 0, 0)}
				a.Forward(matrix.Of([]float64{1, 2}, []float64{3, 4}))
				dx := a.Backward(matrix.Of([]float64{1, 0, 0}, []float64{1, 1, 0}))
				p.Numbers("db of dout (1,0,0), (1,1,0)", a.DB.Data, []float64{2, 1, 0}, 0)
				p.Numbers("dW = xᵀ·dout", a.DW.Data, []float64{4, 3, 0, 6, 4, 0}, 0)
				p.Numbers("dx = dout·Wᵀ", dx.Data, []float64{1, 4, 3, 9}, 0)
				return nil
			},
			Plot: "gradus plot sigmoid relu --derivative",
		},
		{
			Title: "5.7 the gradient check",
			Text:  "Backpropagation is fast and easy to get wrong; the numerical gradient is slow and simple. Compare the numbers, not the shapes.",
			Code:  []string{"TwoLayerNet.NumericalGradient"},
			Run:   check,
		},
	},
}

// small returns a network of 6-5-4 units and a batch of three with one-hot targets.
func small(activation Layer) (n *TwoLayerNet, x, t matrix.Matrix) {
	rng := rand.New(rand.NewPCG(5, 7))
	normal := func(rows, cols int) matrix.Matrix {
		return matrix.New(rows, cols).Map(func(float64) float64 { return rng.NormFloat64() })
	}
	n = NewTwoLayerNet(normal(6, 5), normal(1, 5), normal(5, 4), normal(1, 4), activation)
	return n, normal(3, 6), matrix.Of([]float64{0, 0, 1, 0}, []float64{1, 0, 0, 0}, []float64{0, 0, 0, 1})
}

func check(p *book.Page) error {
	for _, c := range []struct {
		name       string
		activation Layer
	}{{"sigmoid", &Sigmoid{}}, {"relu", &Relu{}}} {
		n, x, t := small(c.activation)
		exact, numeric := n.Gradient(x, t), n.NumericalGradient(x, t)
		for _, name := range []string{"W1", "b1", "W2", "b2"} {
			p.Bounds(c.name+" "+name, furthest(exact[name], numeric[name]), 0, 1e-7)
		}
	}
	return nil
}

// furthest is the largest difference over the largest element.
func furthest(a, b matrix.Matrix) float64 {
	var difference, size float64
	for i, v := range a.Data {
		difference, size = max(difference, math.Abs(v-b.Data[i])), max(size, math.Abs(v), math.Abs(b.Data[i]))
	}
	return difference / size
}
