package exporter

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// outputs adds what the loss makes of the last layer's output in a prediction, and what that means.
func (g *grapher) outputs(at string, m *model.Model) error {
	out, err := m.Spec.Output()
	if err != nil {
		return err
	}
	s := m.Columns
	switch {
	case s == nil:
		g.finish(at, OutputName, m.Spec.Loss)
		g.Outputs = []onnx.Value{value(OutputName, onnx.Float, out...)}
		if l := len(m.Classes); l > 1 && out.Flat() && l == out[0] && !several(m.Spec.Loss) {
			g.label(OutputName, LabelName, m.Classes)
		}
	case !out.Flat() || out[0] != s.Outputs():
		return fmt.Errorf("the network gives %v; the table has %d classes, labels or numbers to learn", out, s.Outputs())
	case s.Task() == columns.Regression:
		g.numbers(at, s, m.Spec.Loss)
	case s.Task() == columns.Labels:
		p := g.free(ProbabilitiesName)
		g.finish(at, p, m.Spec.Loss)
		v := value(p, onnx.Float, out[0])
		v.Doc = "the probability of each of " + strings.Join(s.Classes(), ", ")
		g.node(g.free(LabelsName), "Greater", []string{p, g.constant("half", []int{}, 0.5)})
		g.Outputs = []onnx.Value{value(g.free(LabelsName), onnx.Bool, out[0]), v}
	default:
		p := g.free(ProbabilitiesName)
		g.finish(at, p, m.Spec.Loss)
		g.label(p, g.free(LabelName), s.Classes())
		v := value(p, onnx.Float, out[0])
		v.Doc = "the probability of each of " + few(s.Classes())
		g.Outputs = append(g.Outputs, v)
	}
	return nil
}

// several reports whether a loss is for any number of classes an example.
func several(l loss.Loss) bool {
	_, binary := l.(loss.BinaryCrossEntropy)
	return binary
}

// finish adds an output, of what the loss makes of the last layer's.
func (g *grapher) finish(at, name string, l loss.Loss) {
	switch l.(type) {
	case loss.SoftmaxCrossEntropy:
		g.node(name, "Softmax", []string{at}, onnx.Attribute{Name: "axis", Value: int64(-1)})
	case loss.BinaryCrossEntropy:
		g.node(name, "Sigmoid", []string{at})
	default:
		g.node(name, "Identity", []string{at})
	}
}

// label adds an output with the name of the likeliest class.
func (g *grapher) label(probabilities, name string, classes []string) {
	best := g.node("likeliest", "ArgMax", []string{probabilities}, onnx.Attribute{Name: "axis", Value: int64(1)}, onnx.Attribute{Name: "keepdims", Value: int64(0)})
	g.node(name, "Gather", []string{constantOf(g, "classes", []int{len(classes)}, classes...), best}, onnx.Attribute{Name: "axis", Value: int64(0)})
	g.Outputs = append(g.Outputs, value(name, onnx.String))
}

// numbers adds an output for every number that was learnt, under its name and in its unit.
func (g *grapher) numbers(at string, s *columns.Schema, l loss.Loss) {
	g.finish(at, "standardized", l)
	wide := g.node("standardized.double", "Cast", []string{"standardized"}, onnx.Attribute{Name: "to", Value: int64(onnx.Double)})
	for i, t := range s.Targets {
		name := fmt.Sprintf("target%d", i)
		own := g.node(name, "Gather", []string{wide, constantOf(g, name+".number", []int{1}, int64(i))}, onnx.Attribute{Name: "axis", Value: int64(1)})
		scaled := g.node(name+".scaled", "Mul", []string{own, constantOf(g, name+".std", []int{}, t.Std)})
		g.node(t.Name, "Add", []string{scaled, constantOf(g, name+".mean", []int{}, t.Mean)})
		g.Outputs = append(g.Outputs, value(t.Name, onnx.Double, 1))
	}
}

// free is the name, or the name with a number after it that no column has.
func (g *grapher) free(name string) string {
	inputs := map[string]bool{}
	for _, v := range g.Inputs {
		inputs[v.Name] = true
	}
	free := name
	for i := 2; inputs[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	return free
}
