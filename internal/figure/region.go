package figure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/plot"
	"github.com/gradus-nn/gradus/tensor"
	"github.com/gradus-nn/gradus/train"
)

// places is the number of places along each axis at which a network is asked.
const places = 121

// A gate is a perceptron of Saito's chapter 2: 1 where w1·x1 + w2·x2 + b > 0.
type gate struct{ w1, w2, b float64 }

func (g gate) on(x, y float64) float64 {
	if g.w1*x+g.w2*y+g.b > 0 {
		return 1
	}
	return 0
}

// gates have the book's weights.
var gates = map[string]gate{"and": {0.5, 0.5, -0.7}, "nand": {-0.5, -0.5, 0.7}, "or": {0.5, 0.5, -0.2}}

// BoundaryOptions say where boundaries are drawn.
type BoundaryOptions struct {
	Root    string
	Columns string // two columns of a model with more inputs: names or numbers from 0
	Data    string
	Seed    uint64
}

// Boundary is the picture of a gate's or a network's regions: a gate, a small data set on which a network is trained on
// the spot, or a saved model.
func Boundary(ctx context.Context, name string, o BoundaryOptions) (plot.Picture, error) {
	switch lower := strings.ToLower(name); lower {
	case "and", "nand", "or":
		g := gates[lower]
		return gatePicture(fmt.Sprintf("%s: %g·x1 %+g·x2 %+g > 0", strings.ToUpper(lower), g.w1, g.w2, g.b), g.on), nil
	case "xor":
		return gatePicture("XOR = AND(NAND, OR): two layers of perceptrons", func(x, y float64) float64 {
			return gates["and"].on(gates["nand"].on(x, y), gates["or"].on(x, y))
		}), nil
	case "circles":
		return learned(ctx, synthetic.Circles(180, 0.08, o.Seed), "dense 16 tanh, dense 2", 60)
	case "moons":
		return learned(ctx, synthetic.Moons(180, 0.12, o.Seed), "dense 16 tanh, dense 16 tanh, dense 2", 80)
	case "spiral":
		return learned(ctx, synthetic.Spiral(100, 3, o.Seed), "dense 32 tanh, dense 32 tanh, dense 3", 150)
	}
	return modelRegions(name, o)
}

func gatePicture(title string, f func(x, y float64) float64) plot.Picture {
	b := plot.Boundary{Title: title, XLabel: "x1", YLabel: "x2", Classes: []string{"0", "1"}, Note: "weights of Saito, chapter 2"}
	x := plot.Span{Lo: -0.5, Hi: 1.5}
	one := plot.NewGrid(f, x, x, 2*places) // of which no place is on a line
	zero := slices.Clone(one.Z)
	for i := range zero {
		zero[i] = 1 - zero[i]
	}
	b.X, b.Y, b.P = one.X, one.Y, [][]float64{zero, one.Z}
	for _, p := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		b.Points = append(b.Points, plot.Point{X: p[0], Y: p[1], Class: int(f(p[0], p[1]))})
	}
	return b
}

// learned trains a small network on two features, and draws what it has learnt.
func learned(ctx context.Context, set *dataset.Set, layers string, epochs int) (plot.Picture, error) {
	list, err := nn.ParseLayers(layers)
	if err != nil {
		return nil, err
	}
	spec := nn.Spec{Input: tensor.Shape{2}, Layers: list, Loss: loss.SoftmaxCrossEntropy{}}
	net, err := nn.Compile[float32](spec, nn.Config{Batch: 16, Seed: 1, Threads: 1})
	if err != nil {
		return nil, err
	}
	defer net.Close()
	if _, err := train.Run(ctx, net, set, train.Config{Epochs: epochs, Seed: 1, Optimizer: optim.NewAdam(0.01)}); err != nil {
		return nil, err
	}
	e, err := net.Evaluate(ctx, set)
	if err != nil {
		return nil, err
	}
	b := plot.Boundary{
		Title: fmt.Sprintf("%s: %s", set.Name, layers), XLabel: "x0", YLabel: "x1", Classes: classes(set),
		Note: fmt.Sprintf("%.1f %% of the examples right (%d / %d) after %d epochs", 100*e.Accuracy(), e.Correct, e.Examples, epochs),
	}
	return regions(b, net, set, 0, 1, nil)
}

func classes(set *dataset.Set) []string {
	all := make([]string, set.Out)
	for i := range all {
		all[i] = set.ClassName(i)
	}
	return all
}

// regions asks the network about places over the examples, with the features other than a and b held at rest.
func regions(b plot.Boundary, net *nn.Net[float32], set *dataset.Set, ca, cb int, rest []float32) (plot.Picture, error) {
	x, y := plot.Span{Lo: math.Inf(1), Hi: math.Inf(-1)}, plot.Span{Lo: math.Inf(1), Hi: math.Inf(-1)}
	const most = 1000 // more points hide each other
	for i := range set.Len() {
		e := set.Example(i)
		u, v := float64(e[ca]), float64(e[cb])
		x, y = plot.Span{Lo: min(x.Lo, u), Hi: max(x.Hi, u)}, plot.Span{Lo: min(y.Lo, v), Hi: max(y.Hi, v)}
		if i < most && set.Kind().SingleClass() {
			b.Points = append(b.Points, plot.Point{X: u, Y: v, Class: set.Label(i)})
		}
	}
	wider := func(s plot.Span) plot.Span {
		d := 0.12 * max(s.Hi-s.Lo, 1e-6)
		return plot.Span{Lo: s.Lo - d, Hi: s.Hi + d}
	}
	x, y = wider(x), wider(y)
	b.X, b.Y = plot.Sample(x.Lo, x.Hi, places), plot.Sample(y.Lo, y.Hi, places)
	width := net.Spec().Input.Size()
	in := make([]float32, 0, places*places*width)
	for _, v := range b.Y {
		for _, u := range b.X {
			row := make([]float32, width)
			copy(row, rest)
			row[ca], row[cb] = float32(u), float32(v)
			in = append(in, row...)
		}
	}
	out, err := net.Predict(in)
	if err != nil {
		return nil, err
	}
	n := net.Out()
	b.P = make([][]float64, max(2, n))
	for i := range places * places {
		if n == 1 { // one output is the probability of the second class
			p := float64(out[i])
			b.P[0], b.P[1] = append(b.P[0], 1-p), append(b.P[1], p)
			continue
		}
		for k := range n {
			b.P[k] = append(b.P[k], float64(out[i*n+k]))
		}
	}
	return b, nil
}

func modelRegions(name string, o BoundaryOptions) (plot.Picture, error) {
	u, err := saved.Open(o.Root, name)
	if err != nil {
		return nil, err
	}
	net, err := u.Net(1)
	if err != nil {
		return nil, err
	}
	defer net.Close()
	set, err := u.Set(o.Data, "train")
	if err != nil {
		return nil, err
	}
	if err := net.Fits(set); err != nil {
		return nil, exit.With(exit.Data, err)
	}
	if !set.Kind().SingleClass() || net.TaskOn(set) == loss.Regression {
		return nil, exit.Dataf("%s does not tell classes apart, so that there is no boundary to draw", u.Path)
	}
	width := u.Model.Spec.Input.Size()
	columns := []int{0, 1}
	if o.Columns != "" {
		if columns, err = pick(u.Model.Features, o.Columns, width); err != nil {
			return nil, err
		}
	} else if width != 2 {
		return nil, exit.Usagef("gradus plot boundary: %s has %d inputs; name two of them with --columns, such as --columns 0,1", u.Path, width)
	}
	var names []string
	for i := range max(2, net.Out()) {
		names = append(names, u.ClassName(i))
	}
	label := func(i int) string {
		if i < len(u.Model.Features) {
			return u.Model.Features[i]
		}
		return fmt.Sprintf("x%d", i)
	}
	b := plot.Boundary{Title: "Boundary of " + called(u.Path), XLabel: label(columns[0]), YLabel: label(columns[1]), Classes: names}
	if len(u.Model.Preprocess) > 0 {
		b.XLabel, b.YLabel = b.XLabel+" (scaled)", b.YLabel+" (scaled)"
	}
	var rest []float32
	if width > 2 {
		rest = means(set)
		b.Note = fmt.Sprintf("the other %d inputs are held at their means", width-2)
	}
	return regions(b, net, set, columns[0], columns[1], rest)
}

// pick finds two columns by name or number.
func pick(names []string, list string, width int) ([]int, error) {
	var found []int
	for _, text := range strings.Split(list, ",") {
		text = strings.TrimSpace(text)
		i := slices.Index(names, text)
		if i < 0 {
			if _, err := fmt.Sscanf(text, "%d", &i); err != nil || fmt.Sprint(i) != text {
				i = -1
			}
		}
		if i < 0 || i >= width {
			return nil, exit.Usagef("gradus plot boundary: --columns: no input is called %q; want names of columns, or numbers from 0 to %d", text, width-1)
		}
		found = append(found, i)
	}
	if len(found) != 2 || found[0] == found[1] {
		return nil, exit.Usagef("gradus plot boundary: --columns %s; want two different columns", list)
	}
	return found, nil
}

func means(set *dataset.Set) []float32 {
	sum := make([]float64, set.X.Width())
	for i := range set.Len() {
		for k, v := range set.Example(i) {
			sum[k] += float64(v)
		}
	}
	all := make([]float32, len(sum))
	for k, v := range sum {
		all[k] = float32(v / float64(set.Len()))
	}
	return all
}
