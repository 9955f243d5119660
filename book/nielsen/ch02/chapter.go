package ch02

import (
	"embed"
	"math"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/book/matrix"
)

//go:embed *.go
var source embed.FS

// Chapter shows the four equations on a network of 2-2-2 neurons.
var Chapter = book.Chapter{
	Book: "nielsen", Number: 2, Title: "how the backpropagation algorithm works", Source: source,
	Shows: "Four equations give the slope of the cost in every weight and bias, in about the time of two passes through the network.",
	Sections: []book.Section{
		{
			Title: "BP1 to BP4, by hand",
			Text: `A network of 2-2-2 whose numbers are published with every intermediate step (Mazur, A Step by Step Backpropagation Example). BP1 is
the error at the output, BP2 takes it a layer back, BP3 and BP4 turn it into slopes.`,
			Names: [][2]string{
				{"δᴸ = ∇ₐC ⊙ σ′(zᴸ)", "BP1     in the engine: loss.Quadratic, then layer.Sigmoid"},
				{"δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)", "BP2     layer.Dense, Backward"},
				{"∂C/∂bˡⱼ = δˡⱼ", "BP3     layer.Dense, Gradient"},
				{"∂C/∂wˡⱼₖ = aₖˡ⁻¹ δˡⱼ", "BP4     layer.Dense, Gradient"},
				{"w_jk, from k to j", "W[k][j]: the transpose"},
				{"backprop(x, y)", "net.Backprop(x, y)"},
			},
			Code: []string{"Net.Backprop", "BP1", "BP2", "BP3", "BP4"},
			Run: func(p *book.Page) error {
				net, x, y := Mazur()
				_, a := net.Feedforward(x)
				p.Numbers("output", a[2].Data, []float64{0.75136507, 0.772928465}, 1e-8)
				p.Number("cost", net.Cost(x, y), 0.298371109, 1e-8)
				nablaW, nablaB := net.Backprop(x, y)
				p.Number("δ of the first output", nablaB[1].At(0, 0), 0.138498562, 1e-8)
				p.Number("∂C/∂w5", nablaW[1].At(0, 0), 0.082167041, 1e-8)
				p.Number("∂C/∂w1", nablaW[0].At(0, 0), 0.000438568, 1e-6)
				p.Number("w5 after a step of 0.5", net.Weights[1].At(0, 0)-0.5*nablaW[1].At(0, 0), 0.35891648, 1e-8)
				p.Number("w1 after a step of 0.5", net.Weights[0].At(0, 0)-0.5*nablaW[0].At(0, 0), 0.149780716, 1e-8)
				return nil
			},
		},
		{
			Title: "two judges",
			Text:  "The numerical gradient needs two costs a weight and no equation. The engine has its equations in its layers. All three agree.",
			Code:  []string{"Net.Numerical"},
			Run: func(p *book.Page) error {
				net, x, y := Mazur()
				byHand, _ := net.Backprop(x, y)
				numeric := net.Numerical(x, y)
				engine, err := net.Engine(x, y)
				if err != nil {
					return err
				}
				for l := range byHand {
					p.Bounds("numerical gradient", furthest(byHand[l], numeric[l]), 0, 1e-7)
					// The engine's data are float32, which rounds x and y in the eighth digit.
					p.Bounds("engine", furthest(byHand[l], engine[l]), 0, 1e-6)
				}
				return nil
			},
			Plot: "gradus plot sigmoid --derivative",
		},
	},
}

// Mazur is a network of 2-2-2 neurons with published numbers.
func Mazur() (net Net, x, y matrix.Matrix) {
	net = Net{
		Weights: []matrix.Matrix{
			matrix.Of([]float64{.15, .25}, []float64{.20, .30}),
			matrix.Of([]float64{.40, .50}, []float64{.45, .55}),
		},
		Biases: []matrix.Matrix{matrix.Row(.35, .35), matrix.Row(.60, .60)},
	}
	return net, matrix.Row(.05, .10), matrix.Row(.01, .99)
}

// furthest is the largest difference over the largest element.
func furthest(a, b matrix.Matrix) float64 {
	var difference, size float64
	for i, v := range a.Data {
		difference, size = max(difference, math.Abs(v-b.Data[i])), max(size, math.Abs(v))
	}
	return difference / size
}
