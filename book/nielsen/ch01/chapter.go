package ch01

import (
	"embed"
	"fmt"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/dataset/mnist"
)

//go:embed *.go
var source embed.FS

// Chapter shows network.py at work.
var Chapter = book.Chapter{
	Book: "nielsen", Number: 1, Title: "recognising handwritten digits", Source: source,
	Shows: "784 pixels, 30 hidden sigmoid neurons, 10 outputs: a network that nobody told what a digit is.",
	Sections: []book.Section{
		{
			Title: "network.py",
			Text: `The first 50,000 images train, the test images judge. Quadratic cost, mini-batches of 10, η = 3.0. In the book the first
three epochs end at 9,129, 9,295 and 9,348 of 10,000, and the best of thirty at 9,542: gradus train --recipe nielsen-ch1 does the
thirty. Here are three.`,
			Names: [][2]string{
				{"Network([784, 30, 10])", "NewNetwork([]int{784, 30, 10}, seed)"},
				{"training_data, ..., test_data", "mnist.Nielsen()"},
				{"net.SGD(training_data, 30, 10, 3.0, test_data=test_data)", "net.SGD(ctx, training, 30, 10, 3.0, test, report)"},
				{"net.update_mini_batch(mini_batch, eta)", "net.UpdateMiniBatch(miniBatch, step, eta)"},
				{"net.feedforward(a)", "net.Feedforward(a)"},
				{"net.evaluate(test_data)", "net.Evaluate(ctx, test)"},
				{"self.cost_derivative(a, y)", "CostDerivative(a, y)"},
				{"η, eta", "--eta, --lr"},
			},
			Code: []string{"NewNetwork", "Network.SGD", "Network.UpdateMiniBatch"},
			Run: func(p *book.Page) error {
				training, _, test, err := mnist.Nielsen()
				if err != nil {
					return err
				}
				net, err := NewNetwork([]int{784, 30, 10}, 1)
				if err != nil {
					return err
				}
				defer net.Close()
				share := 0.0
				err = net.SGD(p.Context, training, 3, 10, 3.0, test, func(epoch, correct, examples int) {
					p.Printf("Epoch %d: %d / %d", epoch, correct, examples)
					share = max(share, float64(correct)/float64(examples))
				})
				if err != nil {
					return err
				}
				p.Band("best of three epochs", share, 0.90, 0.96, "9,348 of 10,000")
				return nil
			},
			Plot: "gradus plot sigmoid step",
		},
		{
			Title: "the worst that a guess can do",
			Text:  "A network knows something only if it beats the simplest answers: one digit in ten by chance, or the digit that is most frequent.",
			Run: func(p *book.Page) error {
				_, _, test, err := mnist.Nielsen()
				if err != nil {
					return err
				}
				digit, count := test.Majority()
				p.Text("always the same digit", fmt.Sprintf("%d: %d / %d", digit, count, test.Len()), "1: 1135 / 10000")
				return nil
			},
		},
	},
}
