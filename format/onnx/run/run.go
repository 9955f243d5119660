// Package run computes ONNX graphs of feed-forward networks: products, activations, arithmetic with broadcasting, and what
// changes shapes. [Operators] lists what it can do.
//
// Whatever else a graph asks for is refused by name when the program is made, before anything is computed: an unknown
// operator, an attribute that the operator does not have, a version of the operators that this package has not been checked
// against. Elementwise functions are computed in float64 and rounded once; products are those of package kernel.
//
// Meaning of the operators: https://github.com/onnx/onnx/blob/main/docs/Operators.md
package run

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/internal/quote"
)

// The versions of ONNX's operators that are understood.
const (
	OldestOpset = 1
	NewestOpset = 21

	newestLearning = 3 // of the domain ai.onnx.ml
)

// DefaultLimit is the memory in bytes that the results of all nodes of one run may take together.
const DefaultLimit = 1 << 30

// A Program is a graph that has been checked.
type Program struct {
	Limit int64 // bytes that the results of all nodes of one run may take; 0 means DefaultLimit

	model *onnx.Model
	ops   []operator
	read  map[string]bool // names that nodes and outputs read
}

// New checks that every node can be computed, and refuses the model otherwise.
func New(m *onnx.Model) (*Program, error) {
	p := &Program{model: m, read: map[string]bool{}}
	for i := range m.Graph.Nodes {
		op, err := check(&m.Graph.Nodes[i], m.Opset())
		if err != nil {
			return nil, fmt.Errorf("onnx: node %d: %w", i, err)
		}
		p.ops = append(p.ops, op)
		for _, name := range m.Graph.Nodes[i].Inputs {
			p.read[name] = true
		}
	}
	for _, o := range m.Opsets {
		if v := o.Version; (o.Domain == "" || o.Domain == "ai.onnx") && (v < OldestOpset || v > NewestOpset) {
			return nil, fmt.Errorf("onnx: the model means version %d of the operators (opset); want %d to %d", v, OldestOpset, NewestOpset)
		}
		if v := o.Version; o.Domain == LearningDomain && (v < 1 || v > newestLearning) {
			return nil, fmt.Errorf("onnx: the model means version %d of the operators of %s; want 1 to %d", v, LearningDomain, newestLearning)
		}
	}
	if len(m.Graph.Nodes) > 0 && m.Opset() == 0 {
		return nil, fmt.Errorf("onnx: the model does not say which version of ONNX's operators it means (opset)")
	}
	for _, v := range m.Graph.Outputs {
		p.read[v.Name] = true
	}
	for _, v := range slices.Concat(m.Graph.Inputs, m.Graph.Outputs) {
		if v.Other != "" {
			return nil, fmt.Errorf("onnx: %s is a %s; only tensors are supported", quote.Short(v.Name), v.Other)
		}
	}
	return p, nil
}

// check finds the operator of a node and refuses what the operator does not have.
func check(n *onnx.Node, opset int64) (operator, error) {
	op, known := operators[Qualified(n.Domain, n.Op)]
	if !known && n.Domain != "" && n.Domain != "ai.onnx" {
		return op, fmt.Errorf("operator %s of domain %s is not supported", quote.Short(n.Op), quote.Short(n.Domain))
	}
	if !known {
		return op, fmt.Errorf("operator %s is not supported; this program runs feed-forward networks (%d operators)", quote.Short(n.Op), len(operators))
	}
	if len(n.Inputs) < op.least || len(n.Inputs) > op.most {
		return op, fmt.Errorf("%s has %d inputs; want %d to %d", n.Op, len(n.Inputs), op.least, op.most)
	}
	for _, name := range n.Inputs[:op.least] {
		if name == "" {
			return op, fmt.Errorf("%s is without one of its first %d inputs", n.Op, op.least)
		}
	}
	if len(n.Outputs) != 1 || n.Outputs[0] == "" {
		return op, fmt.Errorf("%s has %d outputs; want 1", n.Op, len(n.Outputs))
	}
	for _, a := range n.Attributes {
		want, ok := op.attributes[a.Name]
		if !ok && opset < 7 && slices.Contains([]string{"Add", "Sub", "Mul", "Div"}, n.Op) {
			want, ok = stretching[a.Name]
		}
		if !ok {
			return op, fmt.Errorf("%s has no attribute %s that this program knows", n.Op, quote.Short(a.Name))
		}
		if have := kindOf(a.Value); have != want {
			return op, fmt.Errorf("attribute %s of %s is a %s; want a %s", a.Name, n.Op, have, want)
		}
	}
	return op, nil
}

func kindOf(v any) string {
	switch v := v.(type) {
	case float32:
		return "float"
	case int64:
		return "int"
	case string:
		return "string"
	case *onnx.Tensor:
		return "tensor"
	case []float32:
		return "list of floats"
	case []int64:
		return "list of ints"
	case []string:
		return "list of strings"
	case onnx.Unsupported:
		return string(v)
	}
	return "value of another type"
}

// Inputs lists what Run has to be given: the graph's inputs that no initializer stands behind.
func (p *Program) Inputs() []onnx.Value {
	usual := map[string]bool{}
	for _, t := range p.model.Graph.Initializers {
		usual[t.Name] = true
	}
	return slices.DeleteFunc(slices.Clone(p.model.Graph.Inputs), func(v onnx.Value) bool { return usual[v.Name] })
}

// Run computes the graph's outputs, by name. Neither it nor the graph changes the inputs, of which outputs may be parts.
func (p *Program) Run(inputs map[string]*onnx.Tensor) (map[string]*onnx.Tensor, error) {
	g := &p.model.Graph
	values := map[string]*onnx.Tensor{}
	for _, t := range g.Initializers {
		values[t.Name] = t
	}
	if err := p.bind(values, inputs); err != nil {
		return nil, err
	}
	limit := p.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		c := call{node: n, opset: p.model.Opset(), left: &limit}
		for _, name := range n.Inputs {
			c.in = append(c.in, values[name]) // nil for one that is left out
		}
		out, err := p.ops[i].do(&c)
		if err != nil {
			return nil, fmt.Errorf("onnx: node %d (%s): %w", i, n.Op, err)
		}
		values[n.Outputs[0]] = out
	}
	outputs := map[string]*onnx.Tensor{}
	for _, v := range g.Outputs {
		t := values[v.Name]
		if v.DType != 0 && t.DType != v.DType {
			return nil, fmt.Errorf("onnx: output %s is %v; the graph promises %v", quote.Short(v.Name), t.DType, v.DType)
		}
		outputs[v.Name] = t
	}
	return outputs, nil
}

// bind puts the inputs among the values, if they are as the graph wants them.
func (p *Program) bind(values, inputs map[string]*onnx.Tensor) error {
	sizes := map[string]int64{} // of named axes
	left := maps.Clone(inputs)
	for _, v := range p.model.Graph.Inputs {
		t := inputs[v.Name]
		delete(left, v.Name)
		if t == nil {
			if values[v.Name] == nil {
				return fmt.Errorf("onnx: the input %s is missing", quote.Short(v.Name))
			}
			continue
		}
		if v.DType != 0 && t.DType != v.DType {
			return fmt.Errorf("onnx: input %s is %v; want %v", quote.Short(v.Name), t.DType, v.DType)
		}
		fits := !v.Rank || len(v.Shape) == len(t.Shape) || !p.read[v.Name]
		for i := 0; fits && p.read[v.Name] && v.Rank && i < len(v.Shape); i++ {
			d, n := v.Shape[i], int64(t.Shape[i])
			if d.Name == "" {
				fits = d.Size == n
			} else if known, ok := sizes[d.Name]; ok && d.Name != "?" {
				fits = known == n
			}
			sizes[d.Name] = n
		}
		if !fits {
			return fmt.Errorf("onnx: input %s has shape %v; want %s", quote.Short(v.Name), t.Shape, shapeText(v.Shape))
		}
		values[v.Name] = t
	}
	for name := range left {
		return fmt.Errorf("onnx: the graph has no input %s", quote.Short(name))
	}
	return nil
}

func shapeText(shape []onnx.Dim) string {
	text := "["
	for i, d := range shape {
		if i > 0 {
			text += " "
		}
		if d.Name != "" {
			text += d.Name
		} else {
			text += strconv.FormatInt(d.Size, 10)
		}
	}
	return text + "]"
}
