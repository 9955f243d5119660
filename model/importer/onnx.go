package importer

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// FromONNX returns the network of an ONNX graph: whatever package exporter has written, and of other writers a chain of
// Gemm, MatMul with Add, activations, Flatten, and divisions or standardisation of the input. Every other operator is refused
// by name.
//
// A softmax or sigmoid at the end becomes that of the loss. Where there is none and the outputs are several, the graph does
// not say whether they are scores of classes; it is assumed, and the model's Warnings say so.
func FromONNX(f *onnx.Model) (*model.Model, error) { return fromONNX(f, Options{}) }

func fromONNX(f *onnx.Model, o Options) (*model.Model, error) {
	if m := described(f); m != nil {
		return m, nil
	}
	c := &chain{file: f, options: o, constants: map[string]*onnx.Tensor{}}
	return c.model()
}

// described returns the model that the metadata describe, but only if exporting it gives this very graph: a graph that has
// been changed since must not be taken for what it was.
func described(f *onnx.Model) *model.Model {
	text := f.Meta()
	m := &model.Model{}
	if text["gradus.spec"] == "" || m.SetMetadata(text) != nil {
		return nil
	}
	weights := map[string]*onnx.Tensor{}
	for _, t := range f.Graph.Initializers {
		weights[t.Name] = t
	}
	params, _, err := m.Spec.Tensors()
	if err != nil {
		return nil
	}
	taken := map[string]bool{}
	for _, p := range params {
		t := weights[p.Name]
		if t == nil {
			return nil
		}
		data, ok := t.Data.([]float32)
		if !ok || !slices.Equal(t.Shape, p.Shape) {
			return nil
		}
		m.Params = append(m.Params, model.Tensor(p.Name, p.Shape, data))
		taken[p.Name] = true
	}
	again, err := exporter.ONNX(m)
	if err != nil {
		return nil
	}
	have, err := skeleton(f, taken)
	if err != nil {
		return nil
	}
	want, err := skeleton(again, taken)
	if err != nil || !bytes.Equal(have, want) {
		return nil
	}
	return m
}

// skeleton returns the bytes of a graph without the elements of the weights that were taken from it.
func skeleton(f *onnx.Model, taken map[string]bool) ([]byte, error) {
	g := f.Graph
	g.Initializers = slices.Clone(g.Initializers)
	for i, t := range g.Initializers {
		if taken[t.Name] {
			g.Initializers[i] = onnx.Of(t.Name, []int{0}, []float32{})
		}
	}
	return (&onnx.Model{Opsets: f.Opsets, Graph: g}).Bytes()
}

// A chain is a graph in which every node has one input that is not constant: the output of the node before.
type chain struct {
	file      *onnx.Model
	options   Options
	constants map[string]*onnx.Tensor

	at       string        // the name of the last output
	shape    tensor.Shape  // of one example there; nil while unknown
	input    tensor.Shape  // of one example at the beginning
	centre   *onnx.Tensor  // subtracted from the input, not yet divided
	open     bool          // the last layer is dense without a bias, so that an Add can bring it
	layers   []layer.Layer // without a softmax or sigmoid at the end
	params   []*npy.Array  // W and b by turns; a missing b is nil
	pipeline preprocess.Pipeline
}

const plain = "want Gemm, MatMul, Add, Flatten and activations, one after the other"

func (c *chain) model() (*model.Model, error) {
	if v := c.file.Opset(); v < run.OldestOpset || v > run.NewestOpset {
		return nil, fmt.Errorf("the graph means version %d of the operators (opset); want %d to %d", v, run.OldestOpset, run.NewestOpset)
	}
	g := &c.file.Graph
	for _, t := range g.Initializers {
		c.constants[t.Name] = t
	}
	var inputs []onnx.Value
	for _, v := range g.Inputs {
		if c.constants[v.Name] == nil {
			inputs = append(inputs, v)
		}
	}
	if len(inputs) != 1 || len(g.Outputs) != 1 {
		return nil, fmt.Errorf("the graph has %d inputs and %d outputs; want one of each", len(inputs), len(g.Outputs))
	}
	if v := inputs[0]; v.Other != "" || v.DType != onnx.Float && v.DType != onnx.Double {
		return nil, fmt.Errorf("the graph's input is no tensor of float or double")
	}
	c.at = inputs[0].Name
	for _, d := range inputs[0].Shape[min(1, len(inputs[0].Shape)):] {
		if d.Name != "" || d.Size < 1 || d.Size > 1<<31-1 {
			c.shape = nil
			break
		}
		c.shape = append(c.shape, int(d.Size))
	}
	c.input = c.shape
	for i := range g.Nodes {
		if err := c.node(&g.Nodes[i]); err != nil {
			return nil, fmt.Errorf("node %d: %w", i, err)
		}
	}
	if c.at != g.Outputs[0].Name {
		return nil, fmt.Errorf("the graph's output is not that of its last node; %s", plain)
	}
	if c.centre != nil || len(c.params) == 0 {
		return nil, fmt.Errorf("the graph has no dense layer; %s", plain)
	}
	return c.finish()
}

// node adds what one node does.
func (c *chain) node(n *onnx.Node) error {
	if n.Domain != "" && n.Domain != "ai.onnx" {
		return fmt.Errorf("operator %s of domain %s is not supported; %s", strconv.Quote(n.Op), strconv.Quote(n.Domain), plain)
	}
	if n.Op == "Constant" && len(n.Attributes) == 1 && len(n.Outputs) == 1 {
		if t, ok := n.Attributes[0].Value.(*onnx.Tensor); ok {
			c.constants[n.Outputs[0]] = t
			return nil
		}
	}
	if c.size(n) {
		return nil
	}
	do, known := nodes[n.Op]
	if !known {
		return fmt.Errorf("operator %s is not part of a plain multilayer perceptron; %s", strconv.Quote(n.Op), plain)
	}
	var others []*onnx.Tensor
	own := 0
	for i, name := range n.Inputs {
		switch {
		case name == c.at && (i == 0 || n.Op == "Add" || n.Op == "Mul"):
			own++
		case name == "": // left out
		case c.constants[name] == nil:
			return fmt.Errorf("%s reads %s, which is neither constant nor the output before it; %s", n.Op, strconv.Quote(name), plain)
		default:
			others = append(others, c.constants[name])
		}
	}
	if own != 1 || len(n.Outputs) != 1 {
		return fmt.Errorf("%s does not take the output of the node before it alone; %s", n.Op, plain)
	}
	attributes := map[string]any{}
	for _, a := range n.Attributes {
		attributes[a.Name] = a.Value
	}
	if c.centre != nil && n.Op != "Div" {
		return fmt.Errorf("%s follows a subtraction; want Div by the deviations", n.Op)
	}
	open := c.open
	c.open = false
	if err := do(c, attributes, others, open); err != nil {
		return fmt.Errorf("%s: %w", n.Op, err)
	}
	c.at = n.Outputs[0]
	return nil
}

// finish makes the model of what has been collected.
func (c *chain) finish() (*model.Model, error) {
	out := c.shape[len(c.shape)-1]
	layers, l, warnings, err := conclude(c.layers, out, c.options)
	if err != nil {
		return nil, err
	}
	m := &model.Model{Spec: nn.Spec{Input: c.input, Layers: layers, Loss: l}, Warnings: warnings}
	m.Preprocess = c.pipeline
	if _, regression := l.(loss.MeanSquared); !regression && out > 1 {
		m.Classes = dataset.Numbered(out)
	}
	return m, weigh(m, c.params)
}

// onnxTypes are the names of types in safetensors.
var onnxTypes = map[onnx.DType]safetensors.DType{
	onnx.Bool: safetensors.Bool, onnx.Int8: safetensors.I8, onnx.Int16: safetensors.I16, onnx.Int32: safetensors.I32, onnx.Int64: safetensors.I64,
	onnx.Uint8: safetensors.U8, onnx.Uint16: safetensors.U16, onnx.Uint32: safetensors.U32, onnx.Uint64: safetensors.U64,
	onnx.Float16: safetensors.F16, onnx.BFloat16: safetensors.BF16, onnx.Float: safetensors.F32, onnx.Double: safetensors.F64,
}

// tensorsOf returns the initializers of a graph, but for texts, and the metadata.
func tensorsOf(f *onnx.Model) (*safetensors.File, error) {
	file := &safetensors.File{Metadata: f.Meta()}
	for _, t := range f.Graph.Initializers {
		if t.DType == onnx.String {
			continue // names of classes
		}
		raw, err := t.Raw()
		if err != nil {
			return nil, err
		}
		file.Tensors = append(file.Tensors, safetensors.Tensor{Name: t.Name, DType: onnxTypes[t.DType], Shape: t.Shape, Data: raw})
	}
	return file, nil
}
