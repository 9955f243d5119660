package foreign

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck/bookloss"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// build makes a case of what the file says.
func (f *file) build(s Settings) (*Case, error) {
	if len(s.Activation) > 0 {
		f.Activation = s.Activation
	}
	f.Output, f.Loss, f.Layout = or(s.Output, f.Output), or(s.Loss, f.Loss), or(s.Layout, f.Layout)
	c, err := f.make()
	if err != nil {
		return nil, fmt.Errorf("foreign: %w", err)
	}
	return c, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (f *file) make() (*Case, error) {
	switch {
	case f.x == nil || len(f.x.Values) == 0:
		return nil, fmt.Errorf("no x; want the batch, one row an example")
	case f.t == nil || len(f.t.Values) == 0:
		return nil, fmt.Errorf("no t; want the targets: a class number or a row an example")
	case len(f.grads) == 0:
		return nil, fmt.Errorf("no grads; want the claimed gradients by the names of their parameters")
	}
	for _, t := range []*Tensor{f.x, f.t} {
		if len(t.Shape) == 0 {
			return nil, fmt.Errorf("x or t is a single number; want a row an example")
		}
		for _, v := range t.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("x or t holds %v; want numbers", v)
			}
		}
	}
	if f.Layout != "" && f.Layout != "saito" && f.Layout != "nielsen" {
		return nil, fmt.Errorf("layout: %q; want saito (W [in, out]) or nielsen (W [out, in])", f.Layout)
	}
	c := &Case{Examples: f.examples, Cost: f.cost, Params: map[string]Tensor{}, Grads: map[string]Tensor{}, Given: map[string]string{}}
	if f.examples < 0 {
		return nil, fmt.Errorf("examples: %d; want the number of training examples", f.examples)
	}
	if f.spec == nil {
		spec, err := f.perceptron()
		if err != nil {
			return nil, err
		}
		f.spec = &spec
	}
	c.Spec = *f.spec
	if err := f.fill(c); err != nil {
		return nil, err
	}
	return c, f.batch(c)
}

// perceptron describes the books' network of as many layers as there are matrices W1, W2 ....
func (f *file) perceptron() (nn.Spec, error) {
	count := 0
	for name := range f.arrays {
		letter, number, ok := numbered(name)
		if !ok {
			return nn.Spec{}, fmt.Errorf("%q: want W1, b1, W2 ..., or a spec whose tensors it names", name)
		}
		if letter == "W" {
			count = max(count, number)
		}
	}
	if count == 0 {
		return nn.Spec{}, fmt.Errorf("no W1; want the parameters W1, b1, W2, b2 ..., or a spec")
	}
	rows, width := f.x.Shape[0], len(f.x.Values)/f.x.Shape[0]
	if len(f.x.Shape) < 2 {
		return nn.Spec{}, fmt.Errorf("x has the shape %v; want [n, in], one row an example", f.x.Shape)
	}
	spec := nn.Spec{Input: tensor.Shape{width}}
	if len(f.Activation) == 0 {
		f.Activation = []string{"sigmoid"}
	}
	if n := len(f.Activation); n != 1 && n != count-1 {
		return nn.Spec{}, fmt.Errorf("%d activations for %d hidden layers; want one for all or one each", n, count-1)
	}
	for i := range count {
		w, ok := f.arrays[fmt.Sprintf("W%d", i+1)]
		if !ok {
			return nn.Spec{}, fmt.Errorf("no W%d, but W%d; want one for each layer", i+1, count)
		}
		if len(w.Shape) != 2 {
			return nn.Spec{}, fmt.Errorf("weight W%d has the shape %v; want a matrix", i+1, w.Shape)
		}
		in, out := w.Shape[0], w.Shape[1]
		if f.Layout == "nielsen" {
			in, out = out, in
		}
		if in != width {
			hint := ""
			if out == width {
				hint = `; with W [out, in] say "layout": "nielsen"`
			} else if i == 0 && in == rows {
				hint = "; want x with a row, not a column, for each example"
			}
			return nn.Spec{}, fmt.Errorf("weight W%d is %dx%d, but %d values reach it%s", i+1, w.Shape[0], w.Shape[1], width, hint)
		}
		_, bias := f.arrays[fmt.Sprintf("b%d", i+1)]
		spec.Layers = append(spec.Layers, layer.Dense{Units: out, NoBias: !bias})
		width = out
		if i == count-1 {
			break
		}
		name := f.Activation[i%len(f.Activation)]
		l, err := activation(name)
		if err != nil {
			return nn.Spec{}, err
		}
		spec.Layers = append(spec.Layers, l)
	}
	return spec, f.finish(&spec)
}

// activation returns the activation of a name; "linear" and "none" are the identity.
func activation(name string) (layer.Layer, error) {
	name = strings.ToLower(name)
	if name == "linear" || name == "none" {
		name = "identity"
	}
	l, ok := kind.Zero[layer.Layer](name)
	if ok {
		switch l.(type) {
		case layer.Sigmoid, layer.Tanh, layer.ReLU, layer.LeakyReLU, layer.ELU, layer.GELU, layer.Softplus, layer.Softmax, layer.Identity:
			return l, nil
		}
	}
	return nil, fmt.Errorf("activation: %q; want sigmoid, relu, tanh, leaky-relu, elu, gelu, softplus, softmax or identity", name)
}

// finish adds the output's activation, the loss and the penalties.
func (f *file) finish(spec *nn.Spec) error {
	name := strings.ToLower(strings.ReplaceAll(or(f.Loss, "cross-entropy"), "_", "-"))
	output := strings.ToLower(f.Output)
	if output == "" {
		output = map[string]string{"cross-entropy": "softmax", "binary-cross-entropy": "sigmoid"}[name]
	}
	if f.epsilon < 0 || f.epsilon != f.epsilon {
		return fmt.Errorf("epsilon: %v; want 0 or a little more", f.epsilon)
	}
	var tail []layer.Layer
	if output != "" {
		l, err := activation(output)
		if err != nil {
			return fmt.Errorf("output: %w", err)
		}
		tail = append(tail, l)
	}
	switch {
	case name == "cross-entropy" && output == "softmax" && f.epsilon == 0:
		spec.Loss, tail = loss.SoftmaxCrossEntropy{}, nil
	case name == "cross-entropy" && output == "sigmoid", name == "binary-cross-entropy" && output == "sigmoid" && f.epsilon == 0:
		spec.Loss, tail = loss.BinaryCrossEntropy{}, nil // Nielsen's cross-entropy cost
	case name == "cross-entropy":
		spec.Loss = bookloss.CrossEntropy{Epsilon: f.epsilon}
	case name == "binary-cross-entropy":
		spec.Loss = bookloss.BinaryCrossEntropy{Epsilon: f.epsilon}
	default:
		l, ok := kind.Zero[loss.Loss](name)
		if !ok {
			return fmt.Errorf("loss: %q; want one of %s", name, strings.Join(kind.Names[loss.Loss](), ", "))
		}
		spec.Loss = l
	}
	switch f.reduction {
	case "", "sum":
	case "mean":
		spec.Loss = bookloss.Mean{Loss: spec.Loss}
	default:
		return fmt.Errorf("reduction: %q; want sum or mean, over the outputs of an example", f.reduction)
	}
	spec.Layers = append(spec.Layers, tail...)
	style, err := regularizer.ParseStyle(or(f.style, "nielsen"))
	if err != nil {
		return fmt.Errorf("style: %w", err)
	}
	if f.l1 != 0 {
		spec.Regularizers = append(spec.Regularizers, regularizer.L1{Lambda: f.l1, Style: style})
	}
	if f.l2 != 0 {
		spec.Regularizers = append(spec.Regularizers, regularizer.L2{Lambda: f.l2, Style: style})
	}
	return nil
}

// fill finds the tensors of the spec among those of the file, and the gradients that belong to them.
func (f *file) fill(c *Case) error {
	segments, _, err := c.Spec.Tensors()
	if err != nil {
		return err
	}
	names := map[string]string{} // of segments, by the file's names
	counts := map[string]int{}
	for _, s := range slices.SortedFunc(slices.Values(segments), bySequence) {
		own := s.Name[strings.LastIndexByte(s.Name, '.')+1:]
		counts[own]++
		book := fmt.Sprintf("%s%d", own, counts[own])
		for _, name := range []string{book, s.Name} {
			if _, ok := f.arrays[name]; ok {
				names[name], c.Given[s.Name] = s.Name, name
			}
		}
		t, ok := f.arrays[c.Given[s.Name]]
		if !ok {
			return fmt.Errorf("no parameter %s (or %s); want one of the shape %v", s.Name, book, s.Shape)
		}
		t = f.oriented(t, s.Shape)
		if !tensor.Shape(t.Shape).Equal(s.Shape) {
			return fmt.Errorf("%s has the shape %v; want %v", c.Given[s.Name], t.Shape, s.Shape)
		}
		c.Params[s.Name] = t
		if g, ok := f.grads[c.Given[s.Name]]; ok {
			c.Grads[s.Name] = f.oriented(g, s.Shape)
		}
	}
	for name := range f.arrays {
		if names[name] == "" {
			return fmt.Errorf("parameter %q belongs to no layer of the network", name)
		}
	}
	for name := range f.grads {
		if names[name] == "" {
			return fmt.Errorf("grads: %q is the name of no parameter of the file", name)
		}
	}
	return nil
}

// bySequence orders segments by the layers of a plain list, 2 before 10.
func bySequence(a, b nn.Segment) int {
	if len(a.Name) != len(b.Name) {
		return len(a.Name) - len(b.Name)
	}
	return strings.Compare(a.Name, b.Name)
}

// oriented turns a tensor of the file into the library's layout: W [in, out], b [out].
func (f *file) oriented(t Tensor, shape []int) Tensor {
	if f.Layout == "nielsen" && len(t.Shape) == 2 && len(shape) == 2 {
		rows, cols := t.Shape[0], t.Shape[1]
		turned := Tensor{[]int{cols, rows}, make([]float64, len(t.Values))}
		for i := range rows {
			for j := range cols {
				turned.Values[j*rows+i] = t.Values[i*cols+j]
			}
		}
		return turned
	}
	// A bias may be a matrix of one row or one column.
	if len(shape) == 1 && len(t.Shape) == 2 && len(t.Values) == shape[0] && min(t.Shape[0], t.Shape[1]) == 1 {
		t.Shape = []int{len(t.Values)}
	}
	return t
}

// batch makes the data set of x and t.
func (f *file) batch(c *Case) error {
	out, err := c.Spec.Output()
	if err != nil {
		return err
	}
	n, width, outs := f.x.Shape[0], c.Spec.Input.Size(), out.Size()
	if len(f.x.Values) != n*width {
		return fmt.Errorf("x has the shape %v; want %d values a row, [%d, %d]", f.x.Shape, width, n, width)
	}
	x := rows{f.x.Values, width}
	shape := f.t.Shape
	if len(shape) == 2 && shape[1] == 1 && outs > 1 {
		shape = shape[:1]
	}
	switch {
	case len(shape) == 1 && shape[0] == n && outs > 1:
		labels := make([]int32, n)
		for i, v := range f.t.Values {
			if v != math.Trunc(v) || v < 0 || v >= float64(outs) {
				return fmt.Errorf("t: example %d has the class %v; want a number from 0 to %d", i, v, outs-1)
			}
			labels[i] = int32(v)
		}
		c.Set, err = dataset.FromLabels("the batch", x, c.Spec.Input, labels, dataset.Numbered(outs))
	case len(f.t.Values) == n*outs && shape[0] == n:
		if labels := oneHot(f.t.Values, outs); labels != nil && outs > 1 {
			c.Set, err = dataset.FromLabels("the batch", x, c.Spec.Input, labels, dataset.Numbered(outs))
			break
		}
		targets := make([]float32, len(f.t.Values))
		for i, v := range f.t.Values {
			targets[i] = float32(v)
		}
		c.Set, err = dataset.FromTargets("the batch", x, c.Spec.Input, targets, outs, nil)
	default:
		return fmt.Errorf("t has the shape %v; want %d class numbers, or [%d, %d]", f.t.Shape, n, n, outs)
	}
	return err
}

// oneHot returns the labels that one-hot rows stand for; nil if they are something else.
func oneHot(t []float64, out int) []int32 {
	var labels []int32
	for lo := 0; lo < len(t); lo += out {
		label, sum := -1, 0.0
		for j, v := range t[lo : lo+out] {
			if sum += math.Abs(v); v == 1 {
				label = j
			}
		}
		if label < 0 || sum != 1 {
			return nil
		}
		labels = append(labels, int32(label))
	}
	return labels
}

// rows is a table of float64: features that are not rounded to float32.
type rows struct {
	values []float64
	width  int
}

func (r rows) Len() int   { return len(r.values) / r.width }
func (r rows) Width() int { return r.width }

func (r rows) Gather64(dst []float64, index []int) {
	for i, row := range index {
		copy(dst[i*r.width:(i+1)*r.width], r.values[row*r.width:])
	}
}

func (r rows) Gather32(dst []float32, index []int) {
	for i, row := range index {
		for j, v := range r.values[row*r.width:][:r.width] {
			dst[i*r.width+j] = float32(v)
		}
	}
}
