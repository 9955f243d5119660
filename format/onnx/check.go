package onnx

import "github.com/gradus-nn/gradus/internal/quote"

// Check reports the first reason why the graph cannot be computed, whatever its operators mean: a name that is made twice or
// never, or a circle.
func (m *Model) Check() error {
	if len(m.Opsets) == 0 {
		return bad("the model does not say which version of the operators it means (opset_import is missing); it may be no ONNX file")
	}
	seen := map[string]bool{}
	for _, o := range m.Opsets {
		if seen[o.Domain] {
			return bad("the model says twice which version of the operators of domain %s it means", quote.Short(o.Domain))
		}
		seen[o.Domain] = true
	}
	g := &m.Graph
	if len(g.Outputs) == 0 {
		return bad("the graph has no output")
	}
	made := map[string]string{} // what makes each name
	for _, t := range g.Initializers {
		if t.Name == "" {
			return bad("an initializer has no name")
		}
		if made[t.Name] != "" {
			return bad("two initializers are called %s", quote.Short(t.Name))
		}
		made[t.Name] = "an initializer"
	}
	inputs := map[string]bool{}
	for _, v := range g.Inputs {
		if v.Name == "" || inputs[v.Name] {
			return bad("the graph's input %s is there twice or has no name", quote.Short(v.Name))
		}
		inputs[v.Name] = true // an initializer may stand behind it: its usual value
		if made[v.Name] == "" {
			made[v.Name] = "an input"
		}
	}
	if err := g.checkNodes(made); err != nil {
		return err
	}
	outputs := map[string]bool{}
	for _, v := range g.Outputs {
		if made[v.Name] == "" {
			return bad("nothing makes the graph's output %s", quote.Short(v.Name))
		}
		if outputs[v.Name] {
			return bad("the graph's output %s is there twice", quote.Short(v.Name))
		}
		outputs[v.Name] = true
	}
	return nil
}

// checkNodes adds what the nodes make to what is made before them.
func (g *Graph) checkNodes(made map[string]string) error {
	later := map[string]int{}
	for i, n := range g.Nodes {
		for _, name := range n.Outputs {
			if name != "" {
				later[name] = i
			}
		}
	}
	for i, n := range g.Nodes {
		if n.Op == "" {
			return bad("node %d has no operator", i)
		}
		for _, name := range n.Inputs {
			if name == "" || made[name] != "" {
				continue
			}
			if by, ok := later[name]; ok {
				return bad("node %d (%s) reads %s, which node %d makes only later: the graph runs in a circle or out of order", i, quote.Short(n.Op), quote.Short(name), by)
			}
			return bad("node %d (%s) reads %s, which nothing makes", i, quote.Short(n.Op), quote.Short(name))
		}
		for _, name := range n.Outputs {
			if name == "" {
				continue
			}
			if by := made[name]; by != "" {
				return bad("node %d (%s) makes %s, which %s is called already", i, quote.Short(n.Op), quote.Short(name), by)
			}
			made[name] = "the output of a node"
		}
		names := map[string]bool{}
		for _, a := range n.Attributes {
			if names[a.Name] {
				return bad("node %d (%s) has the attribute %s twice", i, quote.Short(n.Op), quote.Short(a.Name))
			}
			names[a.Name] = true
		}
	}
	return nil
}
