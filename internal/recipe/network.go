package recipe

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// crossEntropy is the loss that the books call so; which one it is depends on the output: of all classes (softmax), or of
// every output for itself (sigmoid).
const crossEntropy = "cross-entropy"

// sizes is Nielsen's notation: 784,30,10.
var sizes = regexp.MustCompile(`^\[?\s*\d+(\s*(,|-|\s|→|->)\s*\d+)*\s*\]?$`)

// resolveNetwork works out layers and loss.
func (r *Recipe) resolveNetwork(q *Request, f Facts) error {
	classes := f.Targets != dataset.Real
	r.Loss = or(q.Loss, choose(classes, crossEntropy, "mse"))
	output := or(q.Output, "")
	if r.Loss == (loss.BinaryCrossEntropy{}).Kind() {
		if output != "" && output != "sigmoid" {
			return fieldf("output", "is %s, but binary-cross-entropy has a sigmoid output", output)
		}
		r.Loss, output = crossEntropy, "sigmoid"
	}
	if _, ok := kind.Zero[loss.Loss](r.Loss); !ok {
		return fieldf("loss", "is %q; want one of %s", r.Loss, strings.Join(kind.Names[loss.Loss](), ", "))
	}
	layers, err := r.hidden(q, f)
	if err != nil {
		return err
	}
	if layers, err = withOutput(layers, output, r.Loss, f.Targets); err != nil {
		return err
	}
	if err := initialize(layers, or(q.Init, "")); err != nil {
		return err
	}
	if _, flatten := layers[0].(layer.Dense); flatten && !f.Input.Flat() {
		layers = append([]layer.Layer{layer.Flatten{}}, layers...)
	}
	r.Layers = nn.FormatLayers(layers)
	spec, err := r.Spec(f.Input)
	if err != nil {
		return err
	}
	if _, err := spec.Summary(); err != nil {
		return fieldf("layers", "%q cannot be built: %v", or(q.Layers, r.Layers), err)
	}
	return nil
}

// hidden returns the layers that are asked for.
func (r *Recipe) hidden(q *Request, f Facts) ([]layer.Layer, error) {
	text := or(q.Layers, "")
	act := or(q.Act, "relu")
	activation, ok := kind.Zero[layer.Layer](act)
	if !ok || !isActivation(activation) {
		return nil, fieldf("act", "is %q; want one of %s", act, strings.Join(activations(), ", "))
	}
	if q.Layers != nil && strings.TrimSpace(text) == "" {
		return nil, fieldf("layers", "is empty; want sizes such as %d,30,%d, or words such as \"dense 50 relu, dense %d\"", f.Input.Size(), f.Outputs, f.Outputs)
	}
	if text == "" {
		units := choose(f.Examples < smallData, 32, 128)
		if f.Table != nil {
			units = tableUnits(f)
		}
		text = fmt.Sprintf("%d,%d,%d", f.Input.Size(), units, f.Outputs)
	}
	if !sizes.MatchString(text) {
		if q.Act != nil {
			return nil, fieldf("act", "is %s, but the layers %q name their own activations; leave --act out", act, text)
		}
		layers, err := nn.ParseLayers(text)
		if err != nil {
			return nil, fieldf("layers", "cannot be read: %s", strings.TrimPrefix(err.Error(), "nn: layers: "))
		}
		return layers, nil
	}
	var widths []int
	for _, digits := range regexp.MustCompile(`\d+`).FindAllString(text, -1) {
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > 1<<24 {
			return nil, fieldf("layers", "has a layer of %s units; want 1 to %d", digits, 1<<24)
		}
		widths = append(widths, n)
	}
	if in, last := f.Input.Size(), len(widths)-1; last < 1 || widths[0] != in || widths[last] != f.Outputs {
		inner := make([]string, 0, len(widths))
		for i, w := range widths {
			if !(i == 0 && w == in) && !(i == last && i > 0 && w == f.Outputs) {
				inner = append(inner, strconv.Itoa(w)+",")
			}
		}
		return nil, fieldf("layers", "is %s; sizes begin with the %d inputs and end with the %d outputs of %s: did you mean %d,%s%d?",
			text, in, f.Outputs, r.Data, in, strings.Join(inner, ""), f.Outputs)
	}
	var layers []layer.Layer
	for i, w := range widths[1:] {
		layers = append(layers, layer.Dense{Units: w})
		if i < len(widths)-2 {
			layers = append(layers, activation)
		}
	}
	return layers, nil
}

// withOutput ends the layers with the output's activation.
func withOutput(layers []layer.Layer, output, lossName string, targets dataset.Kind) ([]layer.Layer, error) {
	last := layers[len(layers)-1]
	if isActivation(last) {
		if output != "" && output != last.Kind() {
			return nil, fieldf("output", "is %s, but the layers end with %s", output, last.Kind())
		}
		if lossName == crossEntropy && last.Kind() != "softmax" && last.Kind() != "sigmoid" {
			if output != "" {
				return nil, fieldf("output", "is %s, but cross-entropy wants probabilities: take softmax or sigmoid, or another --loss", output)
			}
			return nil, fieldf("layers", "end with %s, but cross-entropy wants probabilities: end with softmax or sigmoid, or take another --loss", last.Kind())
		}
		return layers, nil
	}
	if output == "" {
		switch {
		case lossName == crossEntropy && targets == dataset.MultiHot:
			output = "sigmoid"
		case lossName == crossEntropy:
			output = "softmax"
		case targets != dataset.Real:
			output = "sigmoid"
		default:
			return layers, nil
		}
	}
	if output == "linear" || output == "identity" {
		if lossName == crossEntropy {
			return nil, fieldf("output", "is %s, but cross-entropy wants softmax or sigmoid", output)
		}
		return append(layers, layer.Identity{}), nil
	}
	l, ok := kind.Zero[layer.Layer](output)
	if !ok || !isActivation(l) {
		return nil, fieldf("output", "is %q; want softmax, sigmoid, linear, or another of %s", output, strings.Join(activations(), ", "))
	}
	return withOutput(append(layers, l), output, lossName, targets)
}

// initialize names the initialiser of every dense layer that names none: the one asked for, or else He's before rectifiers
// and Xavier's otherwise.
func initialize(layers []layer.Layer, text string) error {
	var weights, biases initializer.Initializer
	if text != "" {
		var err error
		if weights, err = initializer.Parse(text); err != nil {
			return fieldf("init", "is %s", strings.TrimPrefix(err.Error(), "initializer: "))
		}
		// Nielsen draws biases from N(0, 1), with large weights and with his default ones.
		if weights == (initializer.NielsenLarge{}) || strings.EqualFold(strings.TrimSpace(text), "nielsen") {
			biases = initializer.Normal{Std: 1}
		}
	}
	for i, l := range layers {
		switch x := l.(type) {
		case layer.Dense:
			if x.BiasInit == nil && x.Init == nil && !x.NoBias {
				x.BiasInit = biases
			}
			if x.Init == nil {
				x.Init = weights
			}
			if x.Init == nil && i+1 < len(layers) && rectifies(layers[i+1]) {
				x.Init = initializer.He{}
			}
			if x.Init == nil {
				x.Init = initializer.Xavier{}
			}
			layers[i] = x
		case layer.Residual:
			if err := initialize(x.Layers, text); err != nil {
				return err
			}
			if err := initialize(x.Shortcut, text); err != nil {
				return err
			}
		case layer.Concat:
			for _, b := range x.Branches {
				if err := initialize(b, text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func rectifies(l layer.Layer) bool {
	switch l.(type) {
	case layer.ReLU, layer.LeakyReLU, layer.ELU, layer.GELU, layer.Softplus:
		return true
	}
	return false
}

// isActivation reports whether l is a function of its input alone: it has no parameters and keeps the shape.
func isActivation(l layer.Layer) bool {
	switch l.(type) {
	case layer.Flatten, layer.Residual, layer.Concat:
		return false
	}
	p, err := l.Plan(tensor.Shape{3})
	return err == nil && len(p.Params) == 0 && p.Branches == nil && p.Out.Equal(tensor.Shape{3})
}

func activations() []string {
	var names []string
	for _, name := range kind.Names[layer.Layer]() {
		if l, _ := kind.Zero[layer.Layer](name); isActivation(l) {
			names = append(names, name)
		}
	}
	return names
}

// Spec returns the network for examples of the given shape. Where the loss has the output's activation inside, because it
// learns better from logits, it is left out of the layers.
func (r *Recipe) Spec(input tensor.Shape) (nn.Spec, error) {
	layers, err := nn.ParseLayers(r.Layers)
	if err != nil {
		return nn.Spec{}, fieldf("layers", "cannot be read: %v", err)
	}
	l, ok := kind.Zero[loss.Loss](r.Loss)
	if !ok {
		return nn.Spec{}, fieldf("loss", "is %q; want one of %s", r.Loss, strings.Join(kind.Names[loss.Loss](), ", "))
	}
	if r.Loss == crossEntropy {
		switch layers[len(layers)-1].(type) {
		case layer.Softmax:
			layers = layers[:len(layers)-1]
		case layer.Sigmoid:
			layers, l = layers[:len(layers)-1], loss.BinaryCrossEntropy{}
		}
	}
	s := nn.Spec{Input: input, Layers: layers, Loss: r.weigh(l)}
	style, err := regularizer.ParseStyle(r.L2Style)
	if err != nil {
		return nn.Spec{}, fieldf("l2-style", "%v", err)
	}
	if r.L1 != 0 {
		s.Regularizers = append(s.Regularizers, regularizer.L1{Lambda: r.L1, Style: style})
	}
	if r.L2 != 0 && r.Opt != "adamw" {
		s.Regularizers = append(s.Regularizers, regularizer.L2{Lambda: r.L2, Style: style})
	}
	return s, nil
}

// Words is the way back from Spec: the layers with the output's activation, and the name of the loss.
func Words(s nn.Spec) (layers, cost string) {
	all := s.Layers[:len(s.Layers):len(s.Layers)]
	switch s.Loss.(type) {
	case nil:
	case loss.SoftmaxCrossEntropy:
		all, cost = append(all, layer.Softmax{}), crossEntropy
	case loss.BinaryCrossEntropy:
		all, cost = append(all, layer.Sigmoid{}), crossEntropy
	default:
		cost = s.Loss.Kind()
	}
	return nn.FormatLayers(all), cost
}

// Sketch writes a network in a line as its reader knows it, with the output's activation: "784 → 30 sigmoid → 10 softmax".
func Sketch(s nn.Spec) string {
	var b strings.Builder
	b.WriteString(s.Input.String())
	write := func(l layer.Layer) {
		switch x := l.(type) {
		case layer.Dense:
			fmt.Fprintf(&b, " → %d", x.Units)
		case layer.Flatten:
		case layer.Identity:
			b.WriteString(" linear")
		case layer.Residual, layer.Concat:
			fmt.Fprintf(&b, " → %s", l.Kind())
		default:
			if isActivation(l) {
				b.WriteString(" " + l.Kind())
			} else {
				b.WriteString(" → " + nn.FormatLayers([]layer.Layer{l}))
			}
		}
	}
	for _, l := range s.Layers {
		write(l)
	}
	switch s.Loss.(type) {
	case loss.SoftmaxCrossEntropy:
		b.WriteString(" softmax")
	case loss.BinaryCrossEntropy:
		b.WriteString(" sigmoid")
	}
	return b.String()
}

// Cost is what the loss is called beside Sketch: "cross-entropy cost".
func Cost(s nn.Spec) string {
	weighted := func(weights []float64) string {
		if len(weights) == 0 {
			return ""
		}
		return ", weighted"
	}
	switch l := s.Loss.(type) {
	case loss.SoftmaxCrossEntropy:
		return crossEntropy + " cost" + weighted(l.Weights)
	case loss.BinaryCrossEntropy:
		return crossEntropy + " of each output" + weighted(l.Positive)
	case nil:
		return "no cost"
	}
	return s.Loss.Kind() + " cost"
}
