package ch06

import (
	"embed"
	"fmt"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/optim"
)

//go:embed *.go
var source embed.FS

// Chapter shows optimisers, initial weights and weight decay. Batch normalisation, dropout's relative in the same chapter,
// is not in gradus yet.
var Chapter = book.Chapter{
	Book: "saito", Number: 6, Title: "learning well", Source: source,
	Shows: "The same network learns or does not, by how it steps, how it begins, and what holds it back from learning by heart.",
	Sections: []book.Section{
		{
			Title: "6.1 four ways down a long valley",
			Text: `f = x²/20 + y² from (-7, 2), 30 updates. Plain descent zigzags, momentum rolls through, AdaGrad brakes where it was steep, Adam
does both. The book's Adam adds its 1e-7 outside the root and corrects the rate, not the means: NewAdamSaito.`,
			Names: [][2]string{
				{"SGD(lr=0.95)", "optim.NewSGD(0.95)"},
				{"Momentum(lr=0.1)", "optim.NewMomentum(0.1)"},
				{"AdaGrad(lr=1.5)", "optim.NewAdaGrad(1.5)"},
				{"Adam(lr=0.3)", "optim.NewAdamSaito(0.3)"},
				{"optimizer.update(params, grads)", "stepper.Step(params, grads)"},
			},
			Code: []string{"Bowl", "BowlGradient", "Path"},
			Run: func(p *book.Page) error {
				for _, c := range []struct {
					o    optim.Optimizer
					x, y float64
				}{
					{optim.NewSGD(0.95), -0.3503929958, 0.0847823166},
					{optim.NewMomentum(0.1), 0.8964138585, 0.0880856017},
					{optim.NewAdaGrad(1.5), -0.1201623223, 2.4864e-17},
					{optim.NewAdamSaito(0.3), 0.1360068524, 0.3182453755},
				} {
					path := Path(c.o, -7, 2, 30)
					end := path[len(path)-1]
					p.Number(c.o.Kind()+", x", end[0], c.x, 1e-6)
					tolerance := 1e-6
					if c.y < 1e-10 {
						tolerance = 2e-5 // known to five digits
					}
					p.Number(c.o.Kind()+", y", end[1], c.y, tolerance)
				}
				return nil
			},
			Plot: `gradus plot -f "x0^2/20+x1^2" --descent --opt sgd,momentum,adagrad,adam`,
		},
		{
			Title: "6.2 initial weights: what the layers put out",
			Text: `Five layers of 100 sigmoids, before any learning. With deviation 1 every unit sits at 0 or 1, where there is no slope; with 0.01 all
units say the same, 0.5; with 1/√n, which the book calls Xavier, they spread out and stay so. A note that draws weights from [0, 1), np.random.rand
where randn was meant, makes them all positive: every unit says 1.`,
			Names: [][2]string{
				{"np.random.randn(n, n) * 1", "initializer.Normal{Std: 1}"},
				{"np.random.randn(n, n) * 0.01", "initializer.Normal{Std: 0.01}"},
				{"np.random.randn(n, n) / np.sqrt(n)", "initializer.LeCun{}"},
				{"np.random.randn(n, n) * np.sqrt(2/n)", "initializer.He{}"},
				{"np.random.rand(n, n)", "initializer.Uniform{Low: 0, High: 1}"},
			},
			Code: []string{"Activations"},
			Run:  spread,
			Plot: "gradus plot activations --init std=1,std=0.01,xavier --act sigmoid",
		},
		{
			Title: "6.2.4 initial weights: what is learnt",
			Text:  "784-100-100-100-100-10 with ReLU, plain descent at 0.01; the recipes saito-ch6-init-std, -xavier and -he keep a record of it. With deviation 0.01 the signal dies out on its way and nothing is learnt: the loss stays at ln 10 = 2.303.",
			Names: [][2]string{{"MultiLayerNet(..., weight_init_std='relu')", "MultiLayerNet(4, initializer.He{}, 0)"}},
			Code:  []string{"MultiLayerNet"},
			Run:   learnFrom,
		},
		{
			Title: "6.4 weight decay",
			Text: `Seven layers learn 300 images by heart. Weight decay, λ = 0.1, costs some of that and leaves a smaller gap to the test images. Beware
of whose λ it is: the book's is λ/2·ΣW², over every W, not divided by the number of examples; Nielsen's λ is divided by it.`,
			Names: [][2]string{{"weight_decay_lambda", "regularizer.L2{Lambda: 0.1, Style: regularizer.Saito}   --l2 0.1 --l2-style saito"}},
			Code:  []string{"Overfit"},
			Run:   decay,
		},
	},
}

func spread(p *book.Page) error {
	for _, c := range []struct {
		name                  string
		weights               initializer.Initializer
		lowEnds, highEnds     float64 // share at the ends in the last layer
		lowSpread, highSpread float64 // its deviation
		book                  string
	}{
		{"deviation 1", initializer.Normal{Std: 1}, 0.5, 1, 0.4, 0.5, "piled up at 0 and 1"},
		{"deviation 0.01", initializer.Normal{Std: 0.01}, 0, 0.001, 0, 0.05, "gathered at 0.5"},
		{"Xavier, 1/√n", initializer.LeCun{}, 0, 0.02, 0.08, 0.15, "spread out"},
		{"all positive, [0, 1)", initializer.Uniform{High: 1}, 0.99, 1, 0, 0.01, "a study note's slip: all at 1"},
	} {
		layers := Activations(c.weights, layer.Sigmoid{}, 1)
		p.Printf("%s: %s", c.name, c.book)
		for i, m := range layers {
			mean, deviation, ends := Spread(m)
			p.Printf("   layer %d   mean %.3f   deviation %.3f   near 0 or 1: %3.0f %%", i+1, mean, deviation, 100*ends)
		}
		_, deviation, ends := Spread(layers[4])
		p.Bounds("   near 0 or 1 in layer 5", ends, c.lowEnds, c.highEnds)
		p.Bounds("   deviation in layer 5", deviation, c.lowSpread, c.highSpread)
	}
	return nil
}

func learnFrom(p *book.Page) error {
	digits, err := mnist.Load()
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name    string
		weights initializer.Initializer
		low     float64
		high    float64
		book    string
	}{
		{"std=0.01", initializer.Normal{Std: 0.01}, 2.2, 2.4, "2.305"},
		{"Xavier", initializer.LeCun{}, 0, .6, ".377"},
		{"He", initializer.He{}, 0, .6, ".286"},
	} {
		last, err := LossAfter(p.Context, MultiLayerNet(4, c.weights, 0), digits.Train, optim.NewSGD(0.01), 1900)
		if err != nil {
			return err
		}
		p.Band(fmt.Sprintf("%s, loss at 1,900", c.name), last, c.low, c.high, c.book)
	}
	return nil
}

func decay(p *book.Page) error {
	digits, err := mnist.Load()
	if err != nil {
		return err
	}
	var gaps [2]float64
	for i, lambda := range []float64{0, 0.1} {
		onTrain, onTest, err := Overfit(p.Context, digits.Train, digits.Test, lambda)
		if err != nil {
			return err
		}
		p.Printf("λ = %-4v   train %.3f   test %.3f", lambda, onTrain, onTest)
		gaps[i] = onTrain - onTest
	}
	p.Bounds("gap with decay / without", gaps[1]/gaps[0], 0, 0.99)
	return nil
}
