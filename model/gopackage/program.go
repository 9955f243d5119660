package gopackage

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/gopackage/source"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// A program is a network as a list of calls of the functions of package source, over numbered buffers. It is both written as Go
// and run here, to compare its answers with the model's.
type program struct {
	numbers []float32 // weights and all other constants
	buffers []int     // their lengths; the first holds the features
	steps   []step
	out     int             // the buffer with the answer
	uses    map[string]bool // files of package source

	params map[string]span // of the weights, by name
}

// A span is a part of program.numbers.
type span struct{ lo, hi int }

// A step calls a function on buffers.
type step struct {
	call  string // the function's name in package source; "copy" is Go's own
	to    int
	from  []int
	spans []span // dense: W and perhaps b; standardize: mean, std
	alpha float32
	outer int // concat
}

// files are where the functions are.
var files = map[string]string{
	"dense": "dense.go", "relu": "relu.go", "sigmoid": "sigmoid.go", "tanh": "tanh.go", "softmax": "softmax.go", "logSoftmax": "logsoftmax.go",
	"gelu": "gelu.go", "softplus": "softplus.go", "step": "step.go", "leakyReLU": "leakyrelu.go", "elu": "elu.go", "divide": "scale.go",
	"standardize": "scale.go", "add": "join.go", "concat": "join.go",
}

// compile makes the program of a model, from its features to what a prediction shows.
func compile(m *model.Model) (*program, error) {
	if len(m.State) > 0 {
		return nil, fmt.Errorf("tensor %q is the state of a layer, which a Go package cannot carry yet", m.State[0].Name)
	}
	p := &program{buffers: []int{m.Spec.Input.Size()}, uses: map[string]bool{}, params: map[string]span{}}
	for _, t := range m.Params {
		values := make([]float32, t.Len())
		if err := t.CopyFloat32s(values); err != nil {
			return nil, err
		}
		p.params[t.Name] = p.constant(values)
	}
	if err := p.prepare(m.Preprocess); err != nil {
		return nil, err
	}
	out, shape, err := p.list(m.Spec.Layers, 0, true, m.Spec.Input, "")
	if err != nil {
		return nil, err
	}
	p.out = out
	if p.buffers[out] != shape.Size() {
		return nil, fmt.Errorf("the network has an output of %v, and %d numbers are computed", shape, p.buffers[out])
	}
	switch m.Spec.Loss.(type) {
	case loss.SoftmaxCrossEntropy:
		p.out = p.inPlace(out, false, step{call: "softmax"})
	case loss.BinaryCrossEntropy:
		p.out = p.inPlace(out, false, step{call: "sigmoid"})
	}
	return p, nil
}

func (p *program) constant(values []float32) span {
	lo := len(p.numbers)
	p.numbers = append(p.numbers, values...)
	return span{lo, len(p.numbers)}
}

func (p *program) buffer(n int) int {
	p.buffers = append(p.buffers, n)
	return len(p.buffers) - 1
}

func (p *program) add(s step) int {
	p.steps = append(p.steps, s)
	if f := files[s.call]; f != "" {
		p.use(f)
	}
	return s.to
}

// use adds a file of package source and those that it needs.
func (p *program) use(file string) {
	if p.uses[file] {
		return
	}
	p.uses[file] = true
	for _, f := range source.Needs[file] {
		p.use(f)
	}
}

// inPlace applies a function to a buffer, or to a copy of it if somebody else still reads it.
func (p *program) inPlace(at int, shared bool, s step) int {
	if shared {
		at = p.add(step{call: "copy", to: p.buffer(p.buffers[at]), from: []int{at}})
	}
	s.to = at
	return p.add(s)
}

func (p *program) prepare(steps preprocess.Pipeline) error {
	for _, s := range steps {
		switch s := s.(type) {
		case preprocess.PixelScale:
			p.inPlace(0, false, step{call: "divide", alpha: s.Divide})
		case preprocess.Standardize:
			p.inPlace(0, false, step{call: "standardize", spans: []span{p.constant(s.Mean), p.constant(s.Std)}})
		case preprocess.Image: // pixels come in
		default:
			return fmt.Errorf("the preprocessing step %T cannot be written as a Go package yet", s)
		}
	}
	return nil
}

// list adds layers whose input is the buffer at. They may change it only if it is their own.
func (p *program) list(layers []layer.Layer, at int, own bool, shape tensor.Shape, prefix string) (int, tensor.Shape, error) {
	for i, l := range layers {
		plan, err := l.Plan(shape)
		if err != nil {
			return 0, nil, err
		}
		next, out, err := p.layer(l, plan, at, own, shape, fmt.Sprintf("%s%d", prefix, i))
		if err != nil {
			return 0, nil, err
		}
		own = own || next != at
		at, shape = next, out
	}
	return at, shape, nil
}

// layer adds one layer, and returns the buffer and the shape of its output.
func (p *program) layer(l layer.Layer, plan layer.Plan, at int, own bool, in tensor.Shape, name string) (int, tensor.Shape, error) {
	plain := func(call string, alpha float64) (int, tensor.Shape, error) {
		return p.inPlace(at, !own, step{call: call, alpha: float32(alpha)}), plan.Out, nil
	}
	or := func(alpha, usual float64) float64 {
		if alpha == 0 {
			return usual
		}
		return alpha
	}
	switch l := l.(type) {
	case layer.Dense:
		spans := []span{p.params["layer"+name+".W"]}
		if !l.NoBias {
			spans = append(spans, p.params["layer"+name+".b"])
		}
		return p.add(step{call: "dense", to: p.buffer(l.Units), from: []int{at}, spans: spans}), plan.Out, nil
	case layer.Identity, layer.Flatten:
		return at, plan.Out, nil
	case layer.Step:
		return plain("step", 0)
	case layer.Sigmoid:
		return plain("sigmoid", 0)
	case layer.Tanh:
		return plain("tanh", 0)
	case layer.ReLU:
		return plain("relu", 0)
	case layer.LeakyReLU:
		return plain("leakyReLU", or(l.Alpha, 0.01))
	case layer.ELU:
		return plain("elu", or(l.Alpha, 1))
	case layer.GELU:
		return plain("gelu", 0)
	case layer.Softplus:
		return plain("softplus", 0)
	case layer.Softmax:
		return plain("softmax", 0)
	case layer.LogSoftmax:
		return plain("logSoftmax", 0)
	case layer.Residual, layer.Concat:
		var ends []int
		var outs []tensor.Shape
		for i, branch := range plan.Branches {
			end, out, err := p.list(branch, at, false, in, fmt.Sprintf("%s.%d.", name, i))
			if err != nil {
				return 0, nil, err
			}
			ends, outs = append(ends, end), append(outs, out)
		}
		joined, err := plan.Join(outs)
		if err != nil {
			return 0, nil, err
		}
		s := step{call: "add", to: p.buffer(joined.Out.Size()), from: ends}
		if c, ok := l.(layer.Concat); ok {
			s.call, s.outer = "concat", outs[0][:c.Axis].Size()
		}
		return p.add(s), joined.Out, nil
	}
	return 0, nil, fmt.Errorf("layer %s (%s) cannot be written as a Go package yet", name, l.Kind())
}

// run computes the answer for one row of features, which it changes.
func (p *program) run(x []float32) []float32 {
	buffers := [][]float32{x}
	for _, n := range p.buffers[1:] {
		buffers = append(buffers, make([]float32, n))
	}
	part := func(s span) []float32 { return p.numbers[s.lo:s.hi] }
	for _, s := range p.steps {
		to := buffers[s.to]
		switch s.call {
		case "copy":
			copy(to, buffers[s.from[0]])
		case "dense":
			var b []float32
			if len(s.spans) > 1 {
				b = part(s.spans[1])
			}
			source.Dense(to, buffers[s.from[0]], part(s.spans[0]), b)
		case "standardize":
			source.Standardize(to, part(s.spans[0]), part(s.spans[1]))
		case "add":
			source.Add(to, buffers[s.from[0]], buffers[s.from[1]])
		case "concat":
			var parts [][]float32
			for _, b := range s.from {
				parts = append(parts, buffers[b])
			}
			source.Concat(to, s.outer, parts...)
		default:
			if f := source.Plain[s.call]; f != nil {
				f(to)
			} else {
				source.Sloped[s.call](to, s.alpha)
			}
		}
	}
	return buffers[p.out]
}

// text writes the program as the body of a function whose argument is called x0.
func (p *program) text() string {
	var b strings.Builder
	part := func(s span) string { return fmt.Sprintf("weights[%d:%d]", s.lo, s.hi) }
	declared := 1
	for _, s := range p.steps {
		for ; declared <= s.to; declared++ {
			fmt.Fprintf(&b, "\tvar x%d [%d]float32\n", declared, p.buffers[declared])
		}
		args := []string{fmt.Sprintf("x%d[:]", s.to)}
		for _, f := range s.from {
			args = append(args, fmt.Sprintf("x%d[:]", f))
		}
		switch s.call {
		case "concat":
			args = append([]string{args[0], fmt.Sprint(s.outer)}, args[1:]...)
		case "leakyReLU", "elu", "divide":
			args = append(args, fmt.Sprintf("%v", s.alpha))
		}
		for _, w := range s.spans {
			args = append(args, part(w))
		}
		if s.call == "dense" && len(s.spans) == 1 {
			args = append(args, "nil")
		}
		fmt.Fprintf(&b, "\t%s(%s)\n", s.call, strings.Join(args, ", "))
	}
	if p.out == 0 {
		b.WriteString("\treturn *x0")
	} else {
		fmt.Fprintf(&b, "\treturn x%d", p.out)
	}
	return b.String()
}
