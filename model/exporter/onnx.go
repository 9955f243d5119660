// Package exporter turns models into what other programs run or read: ONNX graphs, JSON and CSV.
package exporter

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// The version of ONNX that is written: opset 17 and version 3 of its operators for texts came with IR version 8 (ONNX 1.12,
// June 2022).
const (
	Opset          = 17
	LearningDomain = "ai.onnx.ml"
	learningOpset  = 3
	irVersion      = 8
)

// What the graph calls its input, its outputs and the axis of the examples. A model of tables has an input for every column
// instead, under its name.
const (
	InputName         = "input"
	OutputName        = "output"        // [N, out], of models that are not of tables
	ProbabilitiesName = "probabilities" // [N, classes or labels], of models of tables
	LabelName         = "label"         // [N], the name of the likeliest class
	LabelsName        = "labels"        // [N, labels], whether each is more likely than not
	Batch             = "N"
)

// ONNX returns the model as a graph in float32 that takes what the user has and gives what a prediction shows:
//
//	input [N, in] as measured ─▶ preprocessing ─▶ layers ─▶ softmax or sigmoid of the loss ─▶ output [N, out], label [N]
//	area [N, 1], district [N, 1] … ─▶ features ───────────▶ layers ─▶ … ─▶ label [N], probabilities [N, classes]
//	                                                                     ─▶ or price [N, 1] in its own unit
//
// The weights keep their names. The metadata are those of a .gradus file: the description of the network, the names of
// classes and features, the preprocessing, what the training drew from and how good it was.
func ONNX(m *model.Model) (*onnx.Model, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("exporter: %w", err)
	}
	g := &grapher{made: map[string]bool{}}
	for _, t := range m.Params {
		data := make([]float32, t.Len())
		if err := t.CopyFloat32s(data); err != nil {
			return nil, fmt.Errorf("exporter: %w", err)
		}
		g.Initializers = append(g.Initializers, onnx.Of(t.Name, t.Shape, data))
	}
	if len(m.State) > 0 {
		return nil, fmt.Errorf("exporter: tensor %q is the state of a layer, which cannot be exported to ONNX yet", m.State[0].Name)
	}
	at, err := g.inputs(m)
	if err == nil {
		at, err = g.prepare(at, m.Preprocess, m.Spec.Input)
	}
	if err == nil {
		at, err = g.layers(at, m.Spec.Layers, "layer")
	}
	if err == nil {
		err = g.outputs(at, m)
	}
	if err == nil {
		err = g.distinct()
	}
	if err != nil {
		return nil, fmt.Errorf("exporter: %w", err)
	}
	g.Name = "gradus"

	text, err := m.Metadata()
	if err != nil {
		return nil, fmt.Errorf("exporter: %w", err)
	}
	file := &onnx.Model{
		IRVersion: irVersion, Producer: "gradus", ProducerVersion: m.Tool,
		Opsets: []onnx.Opset{{Version: Opset}}, Graph: g.Graph,
	}
	if slices.ContainsFunc(g.Nodes, func(n onnx.Node) bool { return n.Domain == LearningDomain }) {
		file.Opsets = append(file.Opsets, onnx.Opset{Domain: LearningDomain, Version: learningOpset})
	}
	for _, key := range slices.Sorted(maps.Keys(text)) {
		file.Metadata = append(file.Metadata, onnx.Property{Key: key, Value: text[key]})
	}
	return file, file.Check()
}

// value describes an input or output of N examples.
func value(name string, kind onnx.DType, shape ...int) onnx.Value {
	v := onnx.Value{Name: name, DType: kind, Rank: true, Shape: []onnx.Dim{{Name: Batch}}}
	for _, d := range shape {
		v.Shape = append(v.Shape, onnx.Dim{Size: int64(d)})
	}
	return v
}

// A grapher adds nodes to a graph, each named after its output.
type grapher struct {
	onnx.Graph
	made map[string]bool // constants
}

// node adds a node and returns the name of its output.
func (g *grapher) node(name, op string, inputs []string, attributes ...onnx.Attribute) string {
	g.Nodes = append(g.Nodes, onnx.Node{Name: name, Op: op, Inputs: inputs, Outputs: []string{name}, Attributes: attributes})
	return name
}

// constant adds a tensor, unless it is there, and returns its name.
func (g *grapher) constant(name string, shape []int, values ...float32) string {
	return constantOf(g, name, shape, values...)
}

func constantOf[E onnx.Element](g *grapher, name string, shape []int, values ...E) string {
	if !g.made[name] {
		g.made[name] = true
		g.Initializers = append(g.Initializers, onnx.Of(name, shape, values))
	}
	return name
}

// prepare adds the preprocessing with the very operations of package preprocess.
func (g *grapher) prepare(at string, steps preprocess.Pipeline, shape tensor.Shape) (string, error) {
	for i, step := range steps {
		name := fmt.Sprintf("prepare%d", i)
		switch s := step.(type) {
		case preprocess.PixelScale:
			at = g.node(name, "Div", []string{at, g.constant(name+".divide", []int{}, s.Divide)})
		case preprocess.Standardize:
			at = g.node(name+".centred", "Sub", []string{at, g.constant(name+".mean", shape, s.Mean...)})
			at = g.node(name, "Div", []string{at, g.constant(name+".std", shape, s.Std...)})
		case preprocess.Image: // pixels come in
		default:
			return "", fmt.Errorf("the preprocessing step %T cannot be exported to ONNX yet", step)
		}
	}
	return at, nil
}

// layers adds a list of layers, whose names begin with prefix.
func (g *grapher) layers(at string, list []layer.Layer, prefix string) (string, error) {
	for i, l := range list {
		var err error
		if at, err = g.layer(at, l, fmt.Sprintf("%s%d", prefix, i)); err != nil {
			return "", err
		}
	}
	return at, nil
}

func (g *grapher) layer(at string, l layer.Layer, name string) (string, error) {
	in := []string{at}
	switch l := l.(type) {
	case layer.Dense:
		if l.NoBias {
			return g.node(name, "MatMul", []string{at, name + ".W"}), nil
		}
		return g.node(name, "Gemm", []string{at, name + ".W", name + ".b"}), nil
	case layer.Identity:
		return at, nil
	case layer.Flatten:
		return g.node(name, "Flatten", in, onnx.Attribute{Name: "axis", Value: int64(1)}), nil
	case layer.Step:
		return g.node(name, "Sign", []string{g.node(name+".positive", "Relu", in)}), nil
	case layer.Sigmoid:
		return g.node(name, "Sigmoid", in), nil
	case layer.Tanh:
		return g.node(name, "Tanh", in), nil
	case layer.ReLU:
		return g.node(name, "Relu", in), nil
	case layer.LeakyReLU:
		return g.node(name, "LeakyRelu", in, slope(l.Alpha, 0.01)), nil
	case layer.ELU:
		return g.node(name, "Elu", in, slope(l.Alpha, 1)), nil
	case layer.Softplus:
		return g.node(name, "Softplus", in), nil
	case layer.Softmax:
		return g.node(name, "Softmax", in, onnx.Attribute{Name: "axis", Value: int64(-1)}), nil
	case layer.LogSoftmax:
		return g.node(name, "LogSoftmax", in, onnx.Attribute{Name: "axis", Value: int64(-1)}), nil
	case layer.GELU:
		return g.gelu(at, name), nil
	case layer.Residual:
		return g.join(at, name, "Add", [][]layer.Layer{l.Layers, l.Shortcut})
	case layer.Concat:
		return g.join(at, name, "Concat", l.Branches, onnx.Attribute{Name: "axis", Value: int64(l.Axis) + 1}) // the examples are the first axis
	}
	return "", fmt.Errorf("layer %s (%s) cannot be exported to ONNX yet", name[len("layer"):], l.Kind())
}

func slope(alpha, standard float64) onnx.Attribute {
	if alpha == 0 {
		alpha = standard
	}
	return onnx.Attribute{Name: "alpha", Value: float32(alpha)}
}

// gelu is x·(1 + erf(x/√2))/2: opset 17 has no operator for it.
func (g *grapher) gelu(at, name string) string {
	y := g.node(name+".scaled", "Div", []string{at, g.constant("sqrt2", []int{}, math.Sqrt2)})
	y = g.node(name+".erf", "Erf", []string{y})
	y = g.node(name+".twice", "Add", []string{y, g.constant("one", []int{}, 1)})
	y = g.node(name+".phi", "Mul", []string{y, g.constant("half", []int{}, 0.5)})
	return g.node(name, "Mul", []string{at, y})
}

func (g *grapher) join(at, name, op string, branches [][]layer.Layer, attributes ...onnx.Attribute) (string, error) {
	var ends []string
	for i, list := range branches {
		end, err := g.layers(at, list, fmt.Sprintf("%s.%d.", name, i))
		if err != nil {
			return "", err
		}
		ends = append(ends, end)
	}
	return g.node(name, op, ends, attributes...), nil
}
