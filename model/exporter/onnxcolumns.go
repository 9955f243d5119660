package exporter

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// inputs adds the inputs of the graph and returns what the preprocessing begins with.
func (g *grapher) inputs(m *model.Model) (string, error) {
	if m.Columns == nil {
		g.Inputs = []onnx.Value{value(InputName, onnx.Float, m.Spec.Input...)}
		return InputName, nil
	}
	if !m.Spec.Input.Flat() {
		return "", fmt.Errorf("the network takes %v, which no row of a table is", m.Spec.Input)
	}
	var parts []string
	for i := range m.Columns.Columns {
		if c := &m.Columns.Columns[i]; c.Width() > 0 {
			parts = append(parts, g.column(c, fmt.Sprintf("column%d", i))...)
		}
	}
	return g.node("features", "Concat", parts, onnx.Attribute{Name: "axis", Value: int64(1)}), nil
}

// column adds the input of a column, a number or text a row, and what package columns makes of it: tensors [N, ...] of float.
func (g *grapher) column(c *columns.Column, name string) []string {
	v := value(c.Name, onnx.Double, 1)
	switch c.Kind {
	case columns.Number:
		v.Doc = "a number; NaN where it is missing"
	case columns.Date:
		v.Doc = "days since 1970-01-01 (UTC), with fractions; NaN where it is missing"
	default:
		v.DType = onnx.String
		v.Doc = "text without spaces around it; empty where it is missing; known are " + few(c.Values)
	}
	g.Inputs = append(g.Inputs, v)
	switch c.Kind {
	case columns.Number:
		filled, gap := g.filled(c, name)
		z := g.standardized(c, filled, name)
		z = g.node(name+".bounded", "Clip", []string{z, constantOf(g, "farthest.below", []int{}, -columns.Farthest), constantOf(g, "farthest", []int{}, columns.Farthest)})
		return append([]string{g.cast(z, name)}, gap...)
	case columns.Date:
		return g.date(c, name)
	}
	return []string{g.category(c, name)}
}

// few writes the first values of a category.
func few(values []string) string {
	const most = 8
	if len(values) > most {
		return fmt.Sprintf("%s ... (%d in all)", strings.Join(values[:most], ", "), len(values))
	}
	return strings.Join(values, ", ")
}

// filled replaces what is no finite number by the median. gap is, where gaps are a feature, that feature.
func (g *grapher) filled(c *columns.Column, name string) (at string, gap []string) {
	missing := g.node(name+".missing", "Or", []string{g.node(name+".nan", "IsNaN", []string{c.Name}), g.node(name+".infinite", "IsInf", []string{c.Name})})
	if c.Missing {
		gap = []string{g.cast(missing, name+".gap")}
	}
	return g.node(name+".filled", "Where", []string{missing, constantOf(g, name+".median", []int{}, c.Median), c.Name}), gap
}

// standardized is (x - mean) / deviation, in double.
func (g *grapher) standardized(c *columns.Column, at, name string) string {
	at = g.node(name+".centred", "Sub", []string{at, constantOf(g, name+".mean", []int{}, c.Mean)})
	return g.node(name+".scaled", "Div", []string{at, constantOf(g, name+".std", []int{}, c.Std)})
}

func (g *grapher) cast(at, name string) string {
	return g.node(name, "Cast", []string{at}, onnx.Attribute{Name: "to", Value: int64(onnx.Float)})
}

// date is the day, and the year and the week as circles.
func (g *grapher) date(c *columns.Column, name string) []string {
	filled, gap := g.filled(c, name)
	parts := []string{g.cast(g.standardized(c, filled, name), name)}
	turn := g.node(name+".turn", "Mul", []string{filled, constantOf(g, "turn", []int{}, 2*math.Pi)})
	for _, circle := range []struct {
		name string
		days float64
	}{{"year", columns.DaysOfYear}, {"week", columns.DaysOfWeek}} {
		angle := g.node(name+"."+circle.name, "Div", []string{turn, constantOf(g, circle.name, []int{}, circle.days)})
		for _, f := range []string{"Sin", "Cos"} {
			of := name + "." + circle.name + "." + strings.ToLower(f)
			parts = append(parts, g.cast(g.node(of+".double", f, []string{angle}), of))
		}
	}
	return append(parts, gap...)
}

// category numbers the values, a missing one last, and makes a feature of each number. An unknown value is none of them.
func (g *grapher) category(c *columns.Column, name string) string {
	var keys []string
	var numbers []int64
	seen := map[string]bool{}
	number := func(spellings []string, n int) {
		for _, key := range spellings {
			if !seen[key] {
				seen[key] = true
				keys, numbers = append(keys, key), append(numbers, int64(n))
			}
		}
	}
	width := c.Width()
	for _, gap := range columns.Gaps() {
		if c.Missing {
			number(capitals(gap), width-1)
			continue
		}
		for _, spelling := range capitals(gap) {
			seen[spelling] = true // even a value that is spelt like this counts as missing
		}
	}
	for k, v := range c.Values {
		if c.Kind == columns.Boolean {
			number(capitals(v), k)
		} else {
			number([]string{v}, k)
		}
	}
	g.Nodes = append(g.Nodes, onnx.Node{
		Name: name + ".number", Op: "LabelEncoder", Domain: LearningDomain, Inputs: []string{c.Name}, Outputs: []string{name + ".number"},
		Attributes: []onnx.Attribute{{Name: "keys_strings", Value: keys}, {Name: "values_int64s", Value: numbers}, {Name: "default_int64", Value: int64(-1)}},
	})
	all := make([]int64, width)
	for k := range all {
		all[k] = int64(k)
	}
	one := g.node(name+".equal", "Equal", []string{name + ".number", constantOf(g, fmt.Sprintf("numbers%d", width), []int{width}, all...)})
	return g.cast(one, name)
}

// capitals returns the ways to write a text in small and capital letters. Of a text with many letters these are the three that
// people use.
func capitals(text string) []string {
	const most = 8
	letters := 0
	for _, r := range text {
		if unicode.ToUpper(r) != r {
			letters++
		}
	}
	if letters > most {
		r := []rune(text)
		list := []string{text, string(unicode.ToUpper(r[0])) + string(r[1:]), strings.ToUpper(text)}
		return slices.Compact(list)
	}
	list := []string{""}
	for _, r := range text {
		n := len(list)
		for i := range n {
			if up := unicode.ToUpper(r); up != r {
				list = append(list, list[i]+string(up))
			}
			list[i] += string(r)
		}
	}
	return list
}

// distinct reports a column that is called as something within the graph.
func (g *grapher) distinct() error {
	inputs := map[string]bool{}
	for _, v := range g.Inputs {
		inputs[v.Name] = true
	}
	for _, t := range g.Initializers {
		if inputs[t.Name] {
			return fmt.Errorf("a column is called %q, as a tensor of the network is; give it another name and train again", t.Name)
		}
	}
	for _, n := range g.Nodes {
		if inputs[n.Outputs[0]] {
			return fmt.Errorf("a column is called %q, as a step of the graph is; give it another name and train again", n.Outputs[0])
		}
	}
	return nil
}
