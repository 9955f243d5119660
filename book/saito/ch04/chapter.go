package ch04

import (
	"embed"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/numdiff"
)

//go:embed *.go
var source embed.FS

// Chapter shows losses, numerical gradients, and the first network that learns.
var Chapter = book.Chapter{
	Book: "saito", Number: 4, Title: "learning", Source: source,
	Shows: "A loss says how wrong a network is, its gradient which way is down, and many small steps that way are learning.",
	Sections: []book.Section{
		{
			Title: "4.2 losses",
			Text: `The right class is 2. The first answer gives it 0.6, the second 0.1. A study note overwrites the target by the answer where
a single example is made a batch of one, t = y.reshape(...): then the loss no longer depends on the labels, and a check is to shuffle them.`,
			Names: [][2]string{
				{"sum_squared_error(y, t)", "SumSquaredError(y, t)           loss.Quadratic"},
				{"cross_entropy_error(y, t)", "CrossEntropyError(y, t)         loss.SoftmaxCrossEntropy, from logits"},
				{"y[np.arange(batch_size), t]", "CrossEntropyErrorLabels(y, t)"},
			},
			Code: []string{"CrossEntropyError", "CrossEntropyErrorLabels"},
			Run:  losses,
		},
		{
			Title: "4.3 the numerical derivative",
			Text: `f(x) = 0.01x² + 0.1x has the derivatives 0.2 at 5 and 0.3 at 10. Central differences come close; these are the book's numbers bit for
bit. A study note writes (f(x+h) - f(x-h))/2*h without the parentheses, which multiplies by h: the result is h² = 1e-8 times the
derivative.`,
			Names: [][2]string{
				{"numerical_diff(f, x)", "numdiff.DerivativeH(f, x, numdiff.BookStep)"},
				{"h = 1e-4", "numdiff.BookStep; numdiff.Derivative chooses its own"},
			},
			Code: []string{"Function1"},
			Run:  derivative,
			Plot: `gradus plot -f "0.01*x^2+0.1*x" --tangent 5`,
		},
		{
			Title: "4.4 gradient and descent",
			Text:  "The gradient of x0² + x1² points away from the minimum. Steps against it lead there, if the learning rate is neither too large nor too small.",
			Names: [][2]string{
				{"numerical_gradient(f, x)", "numdiff.GradientH(f, x, numdiff.BookStep)"},
				{"gradient_descent(f, init_x, lr, step_num)", "numdiff.Descend(f, start, numdiff.Descent{Rate, Steps, H})"},
			},
			Code: []string{"Function2"},
			Run:  descent,
			Plot: `gradus plot -f "x0^2+x1^2" --descent --from -3,4 --opt sgd --lr 0.1 --steps 100`,
		},
		{
			Title: "4.4.2 the gradient of a network",
			Text:  "A weight's partial derivative says how the loss changes when that weight grows a little.",
			Names: [][2]string{{"simpleNet", "SimpleNet"}, {"net.W", "net.W"}},
			Code:  []string{"SimpleNet", "SimpleNet.Loss", "SimpleNet.NumericalGradient"},
			Run:   simple,
		},
		{
			Title: "4.5 a network of two layers, and its gradient in two ways",
			Text: `Backpropagation finds all partial derivatives at once; the numerical gradient finds each by two losses, and judges. Two slips of
study notes show here: a second layer that adds b1 in place of b2 leaves the gradient of b2 zero everywhere, and a missing call,
grads["w1"] = (loss_w, w1), leaves W1 without any.`,
			Names: [][2]string{
				{"net.params['W1']", `net.Params["W1"]`},
				{"net.predict(x)", "net.Predict(x)"},
				{"net.loss(x, t)", "net.Loss(batch)"},
				{"net.accuracy(x, t)", "net.Accuracy(set)"},
				{"net.numerical_gradient(x, t)", "net.NumericalGradient(batch)    gradcheck.Numerical"},
				{"net.gradient(x, t)", "net.Gradient(batch)             nn.Net.Gradient"},
			},
			Code: []string{"NewTwoLayerNet", "TwoLayerNet.Gradient", "TwoLayerNet.NumericalGradient"},
			Run:  twoWays,
		},
		{
			Title: "4.5.2 learning from mini-batches",
			Text:  "784-50-10, batches of 100 drawn with replacement, learning rate 0.1, 10,000 steps; gradus train --recipe saito-ch4 keeps a record of it. The test images are never learnt from: that both curves rise together says that the network has not just learnt by heart.",
			Names: [][2]string{
				{"np.random.choice(train_size, batch_size)", "train.Draws(batchSize, rng)"},
				{"params[key] -= learning_rate * grad[key]", "kernel.Axpy(params[name], -rate, grad)"},
				{"iter_per_epoch", "600"},
			},
			Code: []string{"Train"},
			Run:  learn,
		},
		{
			Title: "a loop whose loss and gradient do not belong together",
			Text: `A study note trains 784-80-10 on 30,000 rows of random numbers. Each of ten labels is 0 or 1 at random, the output is a softmax,
the loss is the binary cross-entropy of each output, and the gradient is (y - t)/n. That gradient belongs to softmax with
cross-entropy and one-hot labels, or to sigmoids with this loss, but not to this pair. The note's gradient check printed the
shapes of the tensors, which agree. The numbers do not.`,
			Code: []string{"MismatchedLoss"},
			Run:  noise,
		},
	},
}

// Function1 is 0.01x² + 0.1x. The conversions keep a processor from fusing products and sums, which would change the last
// bits.
func Function1(x float64) float64 { return float64(0.01*float64(x*x)) + float64(0.1*x) }

// Function2 is x0² + x1².
func Function2(x []float64) float64 { return float64(x[0]*x[0]) + float64(x[1]*x[1]) }

func losses(p *book.Page) error {
	t := []float64{0, 0, 1, 0, 0, 0, 0, 0, 0, 0}
	good := []float64{.1, .05, .6, 0, .05, .1, 0, .1, 0, 0}
	bad := []float64{.1, .05, .1, 0, .05, .1, 0, .6, 0, 0}
	p.Number("half sum of squares, 0.6", SumSquaredError(good, t), 0.0975, 1e-12)
	p.Number("half sum of squares, 0.1", SumSquaredError(bad, t), 0.5975, 1e-12)
	for _, y := range []struct {
		name string
		y    []float64
		book float64
	}{{"0.6", good, 0.5108254571}, {"0.1", bad, 2.3025840930}} {
		p.Number("cross-entropy, "+y.name, CrossEntropyError([][]float64{y.y}, [][]float64{t}), y.book, 1e-10)
		p.Number("the same by label", CrossEntropyErrorLabels([][]float64{y.y}, []int{2}), y.book, 1e-10)
	}
	return nil
}

func derivative(p *book.Page) error {
	p.Number("f′(5), h = 1e-4", numdiff.DerivativeH(Function1, 5, numdiff.BookStep), 0.1999999999990898, 0)
	p.Number("f′(10), h = 1e-4", numdiff.DerivativeH(Function1, 10, numdiff.BookStep), 0.2999999999986347, 0)
	h := numdiff.BookStep
	slip := (Function1(5+h) - Function1(5-h)) / 2 * h
	p.Number("the slip over the truth", slip/numdiff.DerivativeH(Function1, 5, h), 1e-8, 1e-9)
	p.Printf("forward difference             %.10f   its error shrinks like h only", numdiff.ForwardH(Function1, 5, h))
	p.Printf("with a step of our own         %.16f", numdiff.Derivative(Function1, 5))
	return nil
}

func descent(p *book.Page) error {
	for _, c := range []struct{ x, book []float64 }{
		{[]float64{3, 4}, []float64{6, 8}}, {[]float64{0, 2}, []float64{0, 4}}, {[]float64{3, 0}, []float64{6, 0}},
	} {
		g := numdiff.GradientH(Function2, c.x, numdiff.BookStep)
		p.Numbers(fmt.Sprintf("∇f at %v", c.x), []float64{math.Round(g[0]*1e9) / 1e9, math.Round(g[1]*1e9) / 1e9}, c.book, 0)
	}
	for _, c := range []struct {
		rate      float64
		book      []float64
		tolerance float64
	}{
		{0.1, []float64{-6.11110793e-10, 8.14814391e-10}, 1e-8},
		{1e-10, []float64{-2.99999994, 3.99999992}, 1e-8},
		{10, []float64{-2.59e13, -1.30e12}, 1e-2},
	} {
		path, err := numdiff.Descend(Function2, []float64{-3, 4}, numdiff.Descent{Rate: c.rate, Steps: 100, H: numdiff.BookStep})
		p.Numbers(fmt.Sprintf("from (-3, 4), lr = %v", c.rate), path.End(), c.book, c.tolerance)
		if diverged := err != nil; diverged != (c.rate == 10) {
			return fmt.Errorf("rate %v: %v", c.rate, err)
		}
		if err != nil {
			p.Printf("warning: %v", err)
		}
	}
	return nil
}

func simple(p *book.Page) error {
	net := SimpleNet{matrix.Of([]float64{.47355232, .9977393, .84668094}, []float64{.85557411, .03563661, .69422093})}
	x, t := matrix.Row(0.6, 0.9), []float64{0, 0, 1}
	p.Numbers("z = x·W", net.Predict(x).Data, []float64{1.05414809, 0.63071653, 1.1328074}, 1e-7)
	p.Number("loss", net.Loss(x, t), 0.9280682858, 1e-8)
	p.Numbers("dW", net.NumericalGradient(x, t).Data, []float64{.21924757, .14356243, -.36281, .32887136, .21534364, -.544215}, 1e-6)
	return nil
}

func twoWays(p *book.Page) error {
	digits, err := mnist.Load()
	if err != nil {
		return err
	}
	net, err := NewTwoLayerNet[float64](784, 50, 10, 0.01, 100, 1)
	if err != nil {
		return err
	}
	defer net.Close()
	for _, name := range []string{"W1", "b1", "W2", "b2"} {
		p.Printf("%s   %6d numbers", name, len(net.Params[name]))
	}
	batch := digits.Train.Head(3).All()
	numeric, err := net.NumericalGradient(batch)
	if err != nil {
		return err
	}
	exact := net.Gradient(batch)
	for _, c := range []struct {
		name string
		book float64
	}{{"W1", 1.8e-6}, {"b1", 2.4e-5}, {"W2", 6.2e-9}, {"b2", 1.4e-7}} {
		var mean, difference, size float64
		for i, g := range exact[c.name] {
			mean += math.Abs(g-numeric[c.name][i]) / float64(len(exact[c.name]))
			difference = max(difference, math.Abs(g-numeric[c.name][i]))
			size = max(size, math.Abs(g), math.Abs(numeric[c.name][i]))
		}
		p.Printf("%s   mean |difference| %.1e   (a published check of such a network prints %.1e)", c.name, mean, c.book)
		p.Bounds(c.name+", largest over largest", difference/size, 0, 1e-7)
	}
	return nil
}

func learn(p *book.Page) error {
	digits, err := mnist.Load()
	if err != nil {
		return err
	}
	net, err := NewTwoLayerNet[float32](784, 50, 10, 0.01, 100, 0)
	if err != nil {
		return err
	}
	defer net.Close()
	t, err := Train(net, digits.Train, digits.Test, 10_000, 100, 0.1, 0)
	if err != nil {
		return err
	}
	for epoch := range t.TestAcc {
		if epoch%4 == 0 || epoch == len(t.TestAcc)-1 {
			p.Printf("epoch %2d   train %.4f   test %.4f", epoch, t.TrainAcc[epoch], t.TestAcc[epoch])
		}
	}
	p.Band("test accuracy", t.TestAcc[len(t.TestAcc)-1], .940, .955, ".9465")
	return nil
}

func noise(p *book.Page) error {
	set := synthetic.Noise(30_000, 784, 10, 1)
	iterations := 1000
	if p.Quick {
		iterations = 200
	}
	history, err := TrainOnNoise(set, MismatchedLoss{}, iterations)
	if err != nil {
		return err
	}
	p.Printf("the note's loss, every 100 steps  %.4f", history)
	if history, err = TrainOnNoise(set, loss.BinaryCrossEntropy{}, iterations); err != nil {
		return err
	}
	p.Printf("with sigmoids, as it should be    %.4f", history)
	p.Printf("labels are random: for new examples no loss stays below 10·ln 2 = %.4f", 10*math.Ln2)
	oneHot := synthetic.Noise(64, 784, 10, 1)
	clear(oneHot.Targets)
	for i := range 64 {
		oneHot.Targets[i*10+i%10] = 1
	}
	for _, c := range []struct {
		what      string
		set       *dataset.Set
		loss      loss.Loss
		low, high float64
	}{
		{"the note's gradient against the numerical one", set.Head(64), MismatchedLoss{}, .29, 1},
		{"the same with one-hot labels: near the start 9/10 of the true one", oneHot, MismatchedLoss{}, .04, .15},
		{"sigmoids with the same loss", set.Head(64), loss.BinaryCrossEntropy{}, 0, 1e-7},
	} {
		found, err := CheckNote(c.set, c.loss)
		if err != nil {
			return err
		}
		p.Printf("")
		p.Printf("%s", c.what)
		worst := 0.0
		for _, d := range found {
			p.Printf("   %s   relative error %.1e   cosine %.3f", d.Tensor, d.Relative, d.Cosine)
			worst = max(worst, d.Relative)
		}
		p.Bounds("worst relative error", worst, c.low, c.high)
	}
	return nil
}
