// Package zoo keeps bugs: mistakes that people make with gradients, each planted alive and shown to the checker, which must
// catch it and call it by its name.
//
// Some are planted in a program like those of the books, line by line (textbook.go), whose gradients are then claims to be
// checked; others in the library's own operations (planted.go), which the compiled network runs.
package zoo

import (
	"fmt"
	"io"
	"math/rand/v2"
	"text/tabwriter"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// A Bug is a mistake with a name.
type Bug struct {
	Name string // what is planted
	Want string // the Bug of the diagnosis
	test func() ([]diagnose.Diagnosis, error)
}

// A Result is what the checker said about a bug.
type Result struct {
	Name   string               `json:"bug"`
	Want   string               `json:"want"`
	Caught bool                 `json:"caught"`
	Named  bool                 `json:"named"`
	Says   []diagnose.Diagnosis `json:"says"`
}

// Run shows every bug to the checker.
func Run() ([]Result, error) {
	var all []Result
	for _, b := range Bugs() {
		says, err := b.test()
		if err != nil {
			return nil, fmt.Errorf("zoo: %s: %w", b.Name, err)
		}
		r := Result{Name: b.Name, Want: b.Want, Caught: len(says) > 0, Says: says}
		for _, d := range says {
			r.Named = r.Named || d.Bug == b.Want
		}
		all = append(all, r)
	}
	return all, nil
}

// Write writes results as a table: bug, caught, named.
func Write(w io.Writer, results []Result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "bug\tcaught\tnamed")
	caught, named := 0, 0
	for _, r := range results {
		name := "no"
		if r.Named {
			name = r.Want
			named++
		}
		if r.Caught {
			caught++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.Name, yes(r.Caught), name)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d bugs: %d caught, %d named\n", len(results), caught, named)
	return err
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// A cage is where a bug is shown: a network, its batch, and the numbers of both as matrices. No two of its sizes are equal,
// but where a bug needs that.
type cage struct {
	spec nn.Spec
	set  *dataset.Set
	seed uint64
}

// sizes of a cage: examples, inputs, hidden units, outputs.
const examples, inputs, units, outputs = 7, 6, 5, 4

func dense(n int) layer.Dense {
	return layer.Dense{Units: n, Init: initializer.Normal{Std: 0.8}, BiasInit: initializer.Normal{Std: 0.5}}
}

// perceptron returns a cage of two dense layers with the given activation between.
func perceptron(hidden layer.Layer, units int, l loss.Loss, output ...layer.Layer) *cage {
	rng := rand.New(rand.NewPCG(3, 1))
	x, labels := make([]float32, examples*inputs), make([]int32, examples)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range labels {
		labels[i] = int32(rng.IntN(outputs))
	}
	set, err := dataset.FromLabels("zoo", dataset.NewFloats(x, inputs), nil, labels, dataset.Numbered(outputs))
	if err != nil {
		panic(err) // made here
	}
	return &cage{
		spec: nn.Spec{
			Input:  tensor.Shape{inputs},
			Layers: append([]layer.Layer{dense(units), hidden, dense(outputs)}, output...),
			Loss:   l,
		},
		set: set, seed: 5,
	}
}

// compile returns the network of the cage.
func (c *cage) compile() (*nn.Net[float64], error) {
	return nn.Compile[float64](c.spec, nn.Config{Batch: examples, Examples: 50, Seed: c.seed, Threads: 1})
}

// own checks the gradient that the network computes itself.
func (c *cage) own() ([]diagnose.Diagnosis, error) {
	net, err := c.compile()
	if err != nil {
		return nil, err
	}
	defer net.Close()
	report, err := gradcheck.CheckNet(net, c.set.All(), gradcheck.Config{Threads: 1})
	if err != nil {
		return nil, err
	}
	return diagnose.Gradient(net, c.set.All(), report, nil), nil
}

// claim checks the gradients that a program computes from the network's parameters and the batch, in the order of
// parameters.all.
func (c *cage) claim(program func(p *parameters, x, t matrix) []matrix) ([]diagnose.Diagnosis, error) {
	net, err := c.compile()
	if err != nil {
		return nil, err
	}
	defer net.Close()
	var m []matrix
	for _, s := range net.Segments() {
		cols := s.Shape[len(s.Shape)-1]
		m = append(m, reshape(net.Params()[s.Off:s.Off+s.Len], s.Len/cols, cols))
	}
	x, t := zeros(examples, inputs), zeros(examples, outputs)
	for i := range x {
		for j, v := range c.set.Example(i) {
			x[i][j] = float64(v)
		}
		for j, v := range c.set.Target(i) {
			t[i][j] = float64(v)
		}
	}
	claims := program(&parameters{w1: m[0], w2: m[1], b1: m[2], b2: m[3]}, x, t)
	claimed, misshapen := make([]float64, len(net.Params())), map[string]diagnose.Claim{}
	for i, s := range net.Segments() {
		g := claims[i]
		if rows, cols := len(m[i]), len(m[i][0]); len(g) != rows || len(g[0]) != cols {
			misshapen[s.Name] = diagnose.Claim{Shape: []int{len(g), len(g[0])}, Values: g.flat()}
			continue
		}
		copy(claimed[s.Off:], g.flat())
	}
	report, err := gradcheck.Compare(net, c.set.All(), claimed, gradcheck.Config{Threads: 1})
	if err != nil {
		return nil, err
	}
	return diagnose.Gradient(net, c.set.All(), report, misshapen), nil
}
