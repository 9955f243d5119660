package ch03

import (
	"embed"
	"fmt"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/dataset/mnist"
)

//go:embed *.go
var source embed.FS

// Chapter shows activation functions, softmax and the forward pass.
var Chapter = book.Chapter{
	Book: "saito", Number: 3, Title: "neural networks", Source: source,
	Shows: "Put a smooth function in place of the step, and put the perceptrons into layers: a layer is x·W + b for a whole batch at once.",
	Sections: []book.Section{
		{
			Title: "3.2 activation functions",
			Text: `The step function has no slope to learn from; sigmoid is its smooth form; ReLU passes on what is positive.
A study note prints 0.731 as h(2.0) of the sigmoid: that is h(1.0).`,
			Names: [][2]string{
				{"step_function(x)", "Step(x)         layer.Step"},
				{"sigmoid(x)", "Sigmoid(x)      layer.Sigmoid"},
				{"relu(x)", "ReLU(x)         layer.ReLU"},
				{"identity_function(x)", "Identity(x)     layer.Identity"},
			},
			Run: func(p *book.Page) error {
				x := matrix.Row(-1, 6.5, 0)
				p.Numbers("step(-1, 6.5, 0)", Step(x).Data, []float64{0, 1, 0}, 0)
				p.Numbers("relu(-1, 6.5, 0)", ReLU(x).Data, []float64{0, 6.5, 0}, 0)
				p.Number("sigmoid(1.0)", Sigmoid(matrix.Row(1)).At(0, 0), 0.7310585786, 1e-10)
				p.Number("sigmoid(2.0)", Sigmoid(matrix.Row(2)).At(0, 0), 0.8808, 1e-4)
				return nil
			},
			Plot: "gradus plot step sigmoid relu",
		},
		{
			Title: "3.4 a network of three layers",
			Text:  "Two inputs, three units, two units, two outputs: each arrow of the drawing is an element of W1, W2 or W3.",
			Names: [][2]string{
				{"network['W1']", `network["W1"]`},
				{"np.dot(x, W1) + b1", "x.Dot(W1).Plus(b1)"},
				{"init_network, forward", "InitNetwork, Forward"},
			},
			Code: []string{"InitNetwork", "Forward", "Network.last"},
			Run: func(p *book.Page) error {
				y := Forward(InitNetwork(), matrix.Row(1.0, 0.5))
				p.Numbers("forward(1.0, 0.5)", y.Data, []float64{0.31682708, 0.69627909}, 1e-7)
				return nil
			},
		},
		{
			Title: "3.5 softmax, and how it overflows",
			Text: `Softmax turns outputs into probabilities. Written as in mathematics it fails for large outputs: e to the power of 1010 is
infinite, and infinity divided by infinity is not a number. To take the largest output off first changes nothing else.`,
			Names: [][2]string{{"softmax(a)", "Softmax(a)      layer.Softmax"}},
			Code:  []string{"NaiveSoftmax"},
			Run: func(p *book.Page) error {
				small, large := matrix.Row(0.3, 2.9, 4.0), matrix.Row(1010, 1000, 990)
				book := []float64{0.01821127, 0.24519181, 0.73659691}
				p.Numbers("softmax(.3, 2.9, 4)", Softmax(small).Data, book, 1e-6)
				p.Numbers("naive", NaiveSoftmax(small).Data, book, 1e-6)
				p.Text("naive(1010, 1000, 990)", fmt.Sprint(NaiveSoftmax(large)), "[NaN NaN NaN]")
				p.Numbers("softmax(1010, 1000, 990)", Softmax(large).Data, []float64{9.9995460e-1, 4.53978686e-5, 2.06106005e-9}, 1e-6)
				return nil
			},
		},
		{
			Title: "3.6 recognising digits with ready weights",
			Text: `The book gives weights for 784-50-100-10 in a file, sample_weight.pkl, and they recognise 93.52 % of the 10,000 test images,
one by one or in batches of 100. Beware of the unit: a study note prints "0.9352%", a hundred times too little. Beware of the
scale: with pixels from 0 to 255 in place of 0 to 1 the same weights reach only 92.07 %.`,
			Names: [][2]string{
				{"pickle.load(f)", "ReadWeights(path)"},
				{"predict(network, x)", "Predict(network, x)"},
				{"np.argmax(y)", "nn.Argmax(y)"},
				{"for i in range(0, len(x), batch_size)", "for b := range set.Batches(size, nil)"},
			},
			Code: []string{"Predict", "Recognise"},
			Run:  recognise,
		},
	},
}

func recognise(p *book.Page) error {
	digits, err := mnist.Load()
	if err != nil {
		return err
	}
	p.Text("test images", fmt.Sprint(digits.Test.X.Len(), "×", digits.Test.X.Width()), "10000×784")
	p.Text("the first is a", fmt.Sprint(digits.Test.Label(0)), "7")
	if p.Weights == "" {
		p.Printf("the weights are not here: --weights sample_weight.pkl runs them")
		return nil
	}
	network, err := ReadWeights(p.Weights)
	if err != nil {
		return err
	}
	for _, batch := range []int{100, 1} {
		r := Recognise(network, digits.Test, batch)
		p.Text(fmt.Sprintf("right, %d at a time", batch), fmt.Sprintf("%.2f %% (%d / %d)", 100*float64(r.Correct)/float64(r.Examples), r.Correct, r.Examples), "93.52 % (9352 / 10000)")
		p.Text("first wrong ones", fmt.Sprint(r.Wrong[:12]), "[8 33 66 92 124 149 217 233 241 245 247 259]")
		answers := make([]int, 12)
		for i, row := range r.Wrong[:12] {
			answers[i] = r.Answers[row]
		}
		p.Text("taken for", fmt.Sprint(answers), "[6 6 2 4 4 9 5 7 8 5 2 0]")
		diagonal := make([]int, 10) // of the confusion matrix: the right answers of each digit
		for i, answer := range r.Answers {
			if digits.Test.Label(i) == answer {
				diagonal[answer]++
			}
		}
		p.Text("right of each digit", fmt.Sprint(diagonal), "[962 1109 952 937 921 793 910 958 888 922]")
		p.Number("mean cross-entropy", r.Loss, 0.22454, 3e-5)
		p.Number("p(7) of image 0", r.First.At(0, 7), 0.997065, 1e-6)
	}
	raw, err := mnist.LoadWith(mnist.Options{Flatten: true})
	if err != nil {
		return err
	}
	r := Recognise(network, raw.Test, 100)
	p.Text("right, pixels not scaled", fmt.Sprint(r.Correct), "9207")
	return nil
}
