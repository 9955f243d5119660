package ch02

import (
	"embed"
	"strconv"

	"github.com/gradus-nn/gradus/book"
)

//go:embed *.go
var source embed.FS

// Chapter shows the gates.
var Chapter = book.Chapter{
	Book: "saito", Number: 2, Title: "perceptrons", Source: source,
	Shows: "A perceptron adds up its inputs by weight and fires above a threshold. One makes AND, NAND and OR; XOR takes two layers.",
	Sections: []book.Section{
		{
			Title: "2.3 AND, NAND, OR: three settings of one machine",
			Text:  "The bias -b is the threshold: how easily the perceptron fires. The weights are how much each input matters.",
			Names: [][2]string{
				{"w1·x1 + w2·x2 > θ", "x·w + b > 0 with b = -θ"},
				{"np.sum(x*w) + b", "x.Dot(w.T()).Plus(b)"},
				{"> 0", "layer.Step: 0 at zero"},
			},
			Code: []string{"Perceptron", "AND"},
			Run: func(p *book.Page) error {
				p.Text("AND", column(AND), "0001")
				p.Text("NAND", column(NAND), "1110")
				p.Text("OR", column(OR), "0111")
				p.Printf("(of the inputs (0,0), (1,0), (0,1), (1,1))")
				return nil
			},
			Plot: "gradus plot boundary and",
		},
		{
			Title: "2.5 XOR: two layers do what one cannot",
			Text: `No straight line divides (0,0) and (1,1) from (1,0) and (0,1). NAND and OR as a first layer and AND as a second do it.
A reader who writes XOR as OR(AND(1-a, b), AND(a, 1-b)) is right as well: that is the other way to bend the line.`,
			Code: []string{"XOR"},
			Run: func(p *book.Page) error {
				p.Text("XOR", column(XOR), "0110")
				other := func(a, b float64) int { return OR(float64(AND(1-a, b)), float64(AND(a, 1-b))) }
				p.Text("the other way", column(other), "0110")
				return nil
			},
			Plot: "gradus plot boundary xor",
		},
	},
}

// column is a gate's output for (0,0), (1,0), (0,1), (1,1).
func column(gate func(x1, x2 float64) int) (s string) {
	for _, x := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		s += strconv.Itoa(gate(x[0], x[1]))
	}
	return s
}
