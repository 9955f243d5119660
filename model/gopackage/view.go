package gopackage

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A view is what the templates say.
type view struct {
	Package, PackageDoc       string
	Fields                    []field
	Typed                     bool // fields can be missing
	Width, Outputs            int
	Shape, NewRow, Prediction string
	Vars, Features, Answer    string
	Sketch, Network           string

	HasText, HasLower, HasDate, HasBool, HasNumber, HasFloat bool

	Cells, Inputs  int // of a row of the test
	Parse, Compare string
}

// Comment is what stands beside a field.
func (f field) Comment() string {
	doc := f.Doc
	if f.Name != f.Column {
		doc = strconv.Quote(shorten(f.Column)) + ": " + doc
	}
	return doc
}

func (p *Package) view() (*view, error) {
	m := p.model
	v := &view{
		Package: p.options.Name, Fields: p.fields, Typed: m.Columns != nil, Width: p.program.buffers[0], Outputs: p.program.buffers[p.program.out],
		Sketch: sketch(m.Spec.Input.String(), m.Spec.Layers), Network: p.program.text(),
	}
	if len(m.Spec.Input) > 1 {
		v.Shape = m.Spec.Input.String()
	}
	for i := range p.fields {
		f := &p.fields[i]
		v.HasNumber = v.HasNumber || f.Kind == "number"
		v.HasDate = v.HasDate || f.Kind == "date"
		v.HasBool = v.HasBool || f.Kind == "bool"
		v.HasText = v.HasText || f.Kind == "text"
		v.HasLower = v.HasLower || f.Kind == "text" && f.column.Kind == columns.Boolean
	}
	v.HasFloat = !v.Typed
	p.inputs(v)
	p.answers(v)
	v.PackageDoc = p.doc(v)
	return v, nil
}

// sketch writes a network in a line: "17 → dense 36 → relu → dense 1".
func sketch(input string, list []layer.Layer) string {
	text := input
	for _, l := range list {
		text += " → " + l.Kind()
		if d, ok := l.(layer.Dense); ok {
			text += fmt.Sprint(" ", d.Units)
		}
	}
	return text
}

// doc is the comment of the package.
func (p *Package) doc(v *view) string {
	m := p.model
	what := "answers"
	switch s := m.Columns; {
	case s != nil:
		what = "predicts " + strings.Join(s.TargetNames(), ", ")
	case len(m.Classes) > 0:
		what = "tells classes apart"
	}
	from := ""
	if m.Data != "" {
		from = " trained on " + m.Data
	}
	lines := []string{
		fmt.Sprintf("Package %s %s with a neural network%s: %s.", v.Package, what, from, v.Sketch), "",
		"It depends on the standard library alone. Its answers are those of gradus to the bit.",
	}
	var b strings.Builder
	for _, l := range lines {
		l = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' ' // a name may hold ends of lines, or marks that no source may have
			}
			return r
		}, strings.ToValidUTF8(l, "?"))
		b.WriteString(strings.TrimRight("// "+l, " ") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// inputs writes how a row becomes features, and how the test reads one.
func (p *Package) inputs(v *view) {
	var features, parse []string
	v.Inputs = len(p.fields)
	if p.fields == nil {
		v.Inputs = v.Width
		v.Features = fmt.Sprintf("\tx := [%d]float32(r)", v.Width)
		v.Parse = "\t\tfor i := range r {\n\t\t\tr[i] = number32(t, cells[i])\n\t\t}"
		return
	}
	features = append(features, fmt.Sprintf("var x [%d]float32", v.Width))
	var unset []string
	for i := range p.fields {
		f := &p.fields[i]
		cell := fmt.Sprintf("cells[%d]", i)
		switch f.Kind {
		case "float":
			features = append(features, fmt.Sprintf("x[%d] = r.%s", f.at, f.Name))
			parse = append(parse, fmt.Sprintf("r.%s = number32(t, %s)", f.Name, cell))
			continue
		case "number":
			unset = append(unset, f.Name+": math.NaN()")
			parse = append(parse, fmt.Sprintf("r.%s = number64(t, %s)", f.Name, cell))
		case "date":
			parse = append(parse, fmt.Sprintf("r.%s = moment(t, %s)", f.Name, cell))
		case "bool":
			parse = append(parse, fmt.Sprintf("r.%s = truth(%s)", f.Name, cell))
		default:
			v.Vars += fmt.Sprintf("// %s are the values of %s that training has seen.\nvar %s = []string{%s}\n\n", f.list(), f.Name, f.list(), quoted(f.column.Values))
			parse = append(parse, fmt.Sprintf("r.%s = text(t, %s)", f.Name, cell))
		}
		features = append(features, f.code())
	}
	v.NewRow = strings.Join(unset, ", ")
	v.Features = "\t" + strings.Join(features, "\n\t")
	v.Parse = "\t\t" + strings.Join(parse, "\n\t\t")
}

func quoted(list []string) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = strconv.Quote(s)
	}
	return strings.Join(texts, ", ")
}

// answers writes what becomes of the network's output, and how the test compares it.
func (p *Package) answers(v *view) {
	m, s := p.model, p.model.Columns
	fields, answer := []string{}, []string{}
	compare := func(n int, expression string, bits int) {
		v.Compare += fmt.Sprintf("\t\tif have := say(%s, %d); have != want[%d] {\n\t\t\tt.Errorf(\"row %%d: %%s, want %%s\", n, have, want[%d])\n\t\t}\n", expression, bits, n, n)
	}
	outputs := v.Outputs
	switch {
	case s != nil && s.Task() == columns.Regression:
		taken := map[string]bool{"Unknown": true}
		for i, t := range s.Targets {
			name := identifier(t.Name, taken)
			fields = append(fields, fmt.Sprintf("%s float64 // %s", name, strconv.Quote(shorten(t.Name))))
			answer = append(answer, fmt.Sprintf("p.%s = float64(float64(y[%d])*%s) + %s", name, i, bits(t.Std, 64), bits(t.Mean, 64)))
			compare(i, "p."+name, 64)
		}
	case s != nil && s.Task() == columns.Labels:
		fields = append(fields, "Labels []string // those that are more likely than not", fmt.Sprintf("Probabilities [%d]float32 // of each of AllLabels", outputs))
		v.Vars += fmt.Sprintf("// AllLabels are the labels, in the order of the network's outputs.\nvar AllLabels = [...]string{%s}\n\n", quoted(s.Classes()))
		answer = append(answer, "p.Probabilities = y", "for i, v := range y {\n\t\tif v > 0.5 {\n\t\t\tp.Labels = append(p.Labels, AllLabels[i])\n\t\t}\n\t}")
	case len(m.Classes) > 1:
		fields = append(fields, "Label string // the likeliest of Classes", "Probability float32 // its own", fmt.Sprintf("Probabilities [%d]float32 // of each of Classes", outputs))
		v.Vars += fmt.Sprintf("// Classes are the classes, in the order of the network's outputs.\nvar Classes = [...]string{%s}\n\n", quoted(m.Classes))
		answer = append(answer, "best := 0", "for i, v := range y {\n\t\tif v > y[best] {\n\t\t\tbest = i\n\t\t}\n\t}", "p.Label, p.Probability, p.Probabilities = Classes[best], y[best], y")
	default:
		fields = append(fields, fmt.Sprintf("Values [%d]float32 // the network's outputs", outputs))
		answer = append(answer, "p.Values = y")
		v.Compare = list("Values")
	}
	if v.Compare == "" {
		v.Compare = list("Probabilities")
	}
	if v.Typed {
		fields = append(fields, "Unknown []string // fields whose value training never saw; it counts as none of the known ones")
	}
	v.Prediction = "\t" + strings.Join(fields, "\n\t")
	v.Answer = "\t" + strings.Join(answer, "\n\t")
	v.Cells = v.Inputs + outputs
}

// list compares all values of an array.
func list(name string) string {
	return fmt.Sprintf("\t\tfor i, v := range p.%s {\n\t\t\tif have := say(float64(v), 32); have != want[i] {\n\t\t\t\tt.Errorf(\"row %%d: output %%d is %%s, want %%s\", n, i, have, want[i])\n\t\t\t}\n\t\t}\n", name)
}

// mostNumbers bounds what the test of a package of many inputs holds.
const mostNumbers = 200_000

// rows writes what the package's test asks.
func (p *Package) rows(r Rows) []byte {
	var b strings.Builder
	in, out := p.program.buffers[0], p.program.buffers[p.program.out]
	n := min(len(r.Answers)/out, max(1, mostNumbers/in))
	b.WriteString("inputs, then answers; in the order of the fields\n")
	for i := range n {
		var cells []string
		if p.model.Columns == nil {
			for _, v := range r.Numbers[i*in : (i+1)*in] {
				cells = append(cells, bits(float64(v), 32))
			}
		}
		for j := range p.fields {
			if f := &p.fields[j]; f.column != nil {
				cells = append(cells, f.cell(r.Values[i][f.index]))
			}
		}
		for k, y := range r.Answers[i*out : (i+1)*out] {
			if s := p.model.Columns; s != nil && s.Task() == columns.Regression {
				cells = append(cells, bits(s.Number(k, y), 64))
			} else {
				cells = append(cells, bits(float64(y), 32))
			}
		}
		b.WriteString(strings.Join(cells, "\t") + "\n")
	}
	return []byte(b.String())
}

// cell writes a value for the package's test.
func (f *field) cell(v columns.Value) string {
	switch f.Kind {
	case "number":
		if v.Number != v.Number {
			return ""
		}
		return bits(v.Number, 64)
	case "date":
		if v.Number != v.Number {
			return ""
		}
		return time.Unix(int64(v.Number*86400+0.5*sign(v.Number)), 0).UTC().Format(time.RFC3339)
	case "bool":
		return [...]string{"", "no", "yes"}[boolOf(v.Text)]
	}
	return strconv.Quote(v.Text)
}

// sign makes truncation round.
func sign(v float64) float64 {
	if v < 0 {
		return -1
	}
	return 1
}
