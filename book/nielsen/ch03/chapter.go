package ch03

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
)

//go:embed *.go
var source embed.FS

// Chapter shows network2.py at work.
var Chapter = book.Chapter{
	Book: "nielsen", Number: 3, Title: "improving the way neural networks learn", Source: source,
	Shows: "A better cost, better initial weights, and a penalty on large weights: each makes the same 30 neurons learn sooner or know more.",
	Sections: []book.Section{
		{
			Title: "the cross-entropy cost",
			Text: `One neuron shall learn to put out 0 for the input 1. Begun at w = 0.6, b = 0.9 it puts out 0.82; begun at w = b = 2 it puts out 0.98,
is worse, and with the quadratic cost learns more slowly, for its slope σ′(z) is small. In the cross-entropy's δ that slope has
cancelled. After 300 steps of 0.15 the book shows 0.09 and 0.20.`,
			Names: [][2]string{
				{"QuadraticCost.fn, .delta", "QuadraticCost{}.Fn, .Delta          loss.Quadratic after layer.Sigmoid"},
				{"CrossEntropyCost.fn, .delta", "CrossEntropyCost{}.Fn, .Delta       loss.BinaryCrossEntropy, from z"},
				{"np.nan_to_num(0*log(0))", "0"},
			},
			Code: []string{"QuadraticCost.Delta", "CrossEntropyCost.Delta"},
			Run:  oneNeuron,
			Plot: "gradus plot sigmoid --derivative",
		},
		{
			Title: "overfitting and regularisation",
			Text: `L2 shrinks each weight by the factor 1 - ηλ/n in every step. L1 takes ηλ/n·sign(w) off, the same for large and small. A study note's answer to the
exercise about L1 multiplies by (1 - ηλ/n·sign(w)), which makes negative weights grow, and adds the L2 norm to the cost: L1's
cost is λ/n·Σ|w|.`,
			Names: [][2]string{
				{"lmbda", "Options.Lmbda   regularizer.L2   --lmbda, --l2"},
				{"L1 (exercise)", "Options.L1      regularizer.L1   --l1"},
			},
			Code: []string{"Options", "Network.SGD"},
			Run:  penalties,
		},
		{
			Title: "initial weights, and the four monitors",
			Text: `784-30-10 with cross-entropy, η = 0.1, λ = 5, judged by the validation data. With weights from N(0, 1) the book's first epoch ends at 86.43 %, with
N(0, 1/n) at 92.70 %; in the end both come near 96.5 %. gradus train --recipe nielsen-ch3-l2, and nielsen-ch3-l2-large, run all 30 epochs. A
note that draws from np.random.rand in place of randn has positive weights only.`,
			Names: [][2]string{
				{"default_weight_initializer", "DefaultWeightInitializer   initializer.LeCun, --init nielsen"},
				{"large_weight_initializer", "LargeWeightInitializer     initializer.NielsenLarge, --init large"},
				{"vectorized_result(j)", "VectorizedResult(j)        dataset.Set.OneHot"},
				{"total_cost(data, lmbda, convert)", "TotalCost(ctx, data, lmbda, convert)"},
				{"accuracy(data, convert)", "Accuracy(ctx, data, convert)"},
				{"monitor_evaluation_cost=True ...", "Options.MonitorEvaluationCost ...  --monitor"},
				{"1/n · Σ|w|", "the regularisers' n is the number of training examples"},
			},
			Code: []string{"Network.TotalCost", "Network.Accuracy"},
			Run:  initialWeights,
			Plot: "gradus plot activations --init large,lecun --act sigmoid",
		},
		{
			Title: "save and load",
			Text:  "A network is saved as the book's JSON, which network2.load reads in Python.",
			Names: [][2]string{{"net.save(filename)", "net.Save(w)"}, {"network2.load(filename)", "Load(r)"}},
			Run:   saveAndLoad,
		},
	},
}

// learn trains one neuron on the example 1 → 0 and returns its output before and after.
func learn(cost Cost, w, b float32, steps int) (before, after float64, err error) {
	n, err := NewNetwork([]int{1, 1}, cost, 1)
	if err != nil {
		return 0, 0, err
	}
	defer n.Close()
	n.Weights(1)[0], n.Biases(1)[0] = w, b
	example, err := dataset.FromTargets("one example", dataset.NewFloats([]float32{1}, 1), nil, []float32{0}, 1, nil)
	if err != nil {
		return 0, 0, err
	}
	first, err := n.Feedforward([]float32{1})
	if err != nil {
		return 0, 0, err
	}
	for range steps {
		n.net.Gradient(example.All())
		for i, g := range n.net.Grads() {
			n.net.Params()[i] -= 0.15 * g
		}
	}
	last, err := n.Feedforward([]float32{1})
	if err != nil {
		return 0, 0, err
	}
	return float64(first[0]), float64(last[0]), nil
}

func oneNeuron(p *book.Page) error {
	for _, c := range []struct {
		w, b          float32
		before, after float64
	}{{0.6, 0.9, 0.82, 0.09}, {2, 2, 0.98, 0.20}} {
		before, after, err := learn(QuadraticCost{}, c.w, c.b, 300)
		if err != nil {
			return err
		}
		p.Number(fmt.Sprintf("w = %v, output at first", c.w), math.Round(before*100)/100, c.before, 0)
		p.Number("after 300 steps, quadratic", math.Round(after*100)/100, c.after, 0)
		if _, after, err = learn(CrossEntropyCost{}, c.w, c.b, 300); err != nil {
			return err
		}
		p.Printf("after 300 steps, cross-entropy %.4f", after)
	}
	z, y := []float64{4}, []float64{0}
	a := []float64{Sigmoid(4)}
	p.Number("δ at z = 4, quadratic", QuadraticCost{}.Delta(z, a, y)[0], 0.0173450211, 1e-7)
	p.Number("δ at z = 4, cross-entropy", CrossEntropyCost{}.Delta(z, a, y)[0], 0.98201379, 1e-8)
	return nil
}

// step returns the weights of a small network before and after one step on some digits.
func step(ctx context.Context, digits *dataset.Set, o Options) (before, after []float32, err error) {
	n, err := NewNetwork([]int{784, 5, 10}, CrossEntropyCost{}, 4)
	if err != nil {
		return nil, nil, err
	}
	defer n.Close()
	before = slices.Clone(n.Weights(1))
	o.Epochs, o.MiniBatchSize, o.Eta = 1, digits.Len(), 0.5
	_, err = n.SGD(ctx, digits, o)
	return before, slices.Clone(n.Weights(1)), err
}

func penalties(p *book.Page) error {
	training, _, _, err := mnist.Nielsen()
	if err != nil {
		return err
	}
	digits := training.Head(100)
	before, plain, err := step(p.Context, digits, Options{})
	if err != nil {
		return err
	}
	const lambda, factor = 10, 0.5 * 10 / 100. // ηλ/n
	for _, c := range []struct {
		name string
		o    Options
		off  func(w float64) float64 // what the penalty takes off a weight
	}{
		{"L2 takes ηλ/n·w off", Options{Lmbda: lambda}, func(w float64) float64 { return factor * w }},
		{"L1 takes ηλ/n·sign(w) off", Options{L1: lambda}, func(w float64) float64 { return math.Copysign(factor, w) }},
	} {
		_, after, err := step(p.Context, digits, c.o)
		if err != nil {
			return err
		}
		worst := 0.0
		for i, w := range before {
			worst = max(worst, math.Abs(float64(plain[i]-after[i])-c.off(float64(w))))
		}
		p.Bounds(c.name+": error", worst, 0, 1e-6)
	}
	const small = 0.0025
	for _, w := range []float64{0.5, -0.5} {
		right, slip := w-math.Copysign(small, w), (1-math.Copysign(small, w))*w
		p.Printf("w = %4v, ηλ/n = %v: L1 makes it %v; the slip %v", w, small, right, slip)
	}
	return nil
}

func initialWeights(p *book.Page) error {
	training, validation, _, err := mnist.Nielsen()
	if err != nil {
		return err
	}
	n, err := NewNetwork([]int{784, 30, 10}, CrossEntropyCost{}, 1)
	if err != nil {
		return err
	}
	defer n.Close()
	for _, c := range []struct {
		name      string
		draw      func() error
		low, high float64
		book      string
	}{
		{"default weights", n.DefaultWeightInitializer, .92, .94, "92.70 %"},
		{"large weights", n.LargeWeightInitializer, .80, .89, "86.43 %"},
	} {
		if err := c.draw(); err != nil {
			return err
		}
		m, err := n.SGD(p.Context, training, Options{
			Epochs: 1, MiniBatchSize: 10, Eta: 0.1, Lmbda: 5, EvaluationData: validation,
			MonitorEvaluationCost: true, MonitorEvaluationAccuracy: true, MonitorTrainingCost: true, MonitorTrainingAccuracy: true,
		})
		if err != nil {
			return err
		}
		p.Printf("%s", c.name)
		p.Printf("   Cost on training data: %.4f", m.TrainingCost[0])
		p.Printf("   Accuracy on training data: %d / %d", m.TrainingAccuracy[0], training.Len())
		p.Printf("   Cost on evaluation data: %.4f", m.EvaluationCost[0])
		p.Printf("   Accuracy on evaluation data: %d / %d", m.EvaluationAccuracy[0], validation.Len())
		p.Band("   first epoch", float64(m.EvaluationAccuracy[0])/float64(validation.Len()), c.low, c.high, c.book)
	}
	return nil
}

func saveAndLoad(p *book.Page) error {
	n, err := NewNetwork([]int{2, 3, 1}, CrossEntropyCost{}, 1)
	if err != nil {
		return err
	}
	defer n.Close()
	var file bytes.Buffer
	if err := n.Save(&file); err != nil {
		return err
	}
	size := file.Len()
	back, err := Load(&file)
	if err != nil {
		return err
	}
	defer back.Close()
	x := []float32{0.25, -1}
	a, err := n.Feedforward(x)
	if err != nil {
		return err
	}
	b, err := back.Feedforward(x)
	if err != nil {
		return err
	}
	p.Printf("2-3-1 saved in %d bytes", size)
	p.Number("output after loading", float64(b[0]), float64(a[0]), 0)
	return nil
}
