package inspection

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
)

// DiffSchema is the version of Diff.
const DiffSchema = "gradus.diff/1"

// A Diff is in what two models differ, as --json prints it.
type Diff struct {
	Schema   string       `json:"schema"`
	A        string       `json:"a"`
	B        string       `json:"b"`
	Layers   []Pair       `json:"layers,omitempty"`   // those that differ
	Settings []Pair       `json:"settings,omitempty"` // of two runs, those that differ
	About    []Pair       `json:"about,omitempty"`    // what else differs: preprocessing, classes, columns
	Tensors  []TensorDiff `json:"tensors"`
	Same     bool         `json:"same"` // all weights have the same bits
	Answers  *AnswersDiff `json:"predictions,omitempty"`
	Sketch   [2]string    `json:"-"`
}

// A Pair is something that is one thing in A and another in B; "" where it is missing.
type Pair struct {
	Name string `json:"name"`
	A    string `json:"a"`
	B    string `json:"b"`
}

// A TensorDiff is how far two tensors of the same name are apart.
type TensorDiff struct {
	Name     string  `json:"name"`
	A        []int   `json:"a"` // shape; null: not there
	B        []int   `json:"b"`
	Elements int     `json:"elements"`
	Equal    int     `json:"equal"`    // elements with the same bits
	Max      float64 `json:"max"`      // largest |a-b|
	Mean     float64 `json:"mean"`     // mean |a-b|
	Relative float64 `json:"relative"` // √Σ(a-b)² / √Σa²
	NaN      int     `json:"nan"`      // elements that are no number in exactly one of the two
}

// AnswersDiff is how far the answers of two models are apart.
type AnswersDiff struct {
	Data     string  `json:"data"`
	Examples int     `json:"examples"`
	Max      float64 `json:"max"`  // largest difference of an output
	Mean     float64 `json:"mean"` // over all outputs
	Apart    *int    `json:"labels_differ,omitempty"`
	RightA   *int    `json:"a_correct,omitempty"`
	RightB   *int    `json:"b_correct,omitempty"`
	Worst    int     `json:"worst"` // the example with the largest difference
}

// DiffOptions say what to compare on what.
type DiffOptions struct {
	Root, A, B string
	Data, Part string // "": no predictions
	Threads    int
}

// Compare compares two models.
func Compare(ctx context.Context, o DiffOptions) (*Diff, error) {
	a, err := saved.Open(o.Root, o.A)
	if err != nil {
		return nil, err
	}
	b, err := saved.Open(o.Root, o.B)
	if err != nil {
		return nil, err
	}
	d := &Diff{Schema: DiffSchema, A: a.Path, B: b.Path, Sketch: [2]string{recipe.Sketch(a.Model.Spec), recipe.Sketch(b.Model.Spec)}}
	d.Layers = layerPairs(a.Model.Spec, b.Model.Spec)
	if a.Run != nil && b.Run != nil {
		d.Settings = settingPairs(a.Run, b.Run)
	}
	d.About = about(a.Model, b.Model)
	d.tensors(a.Model, b.Model)
	if o.Data != "" || o.Part != "" {
		d.Answers, err = answers(ctx, a, b, o)
	}
	return d, err
}

func layerPairs(a, b nn.Spec) (pairs []Pair) {
	for i := range max(len(a.Layers), len(b.Layers)) {
		p := Pair{Name: fmt.Sprintf("layer %d", i)}
		if i < len(a.Layers) {
			p.A = nn.FormatLayers(a.Layers[i : i+1])
		}
		if i < len(b.Layers) {
			p.B = nn.FormatLayers(b.Layers[i : i+1])
		}
		if p.A != p.B {
			pairs = append(pairs, p)
		}
	}
	add := func(name, x, y string) {
		if x != y {
			pairs = append(pairs, Pair{name, x, y})
		}
	}
	add("input", a.Input.String(), b.Input.String())
	add("loss", recipe.Cost(a), recipe.Cost(b))
	return pairs
}

// settingPairs reads the settings of both runs; what cannot be read differs in nothing.
func settingPairs(a, b *runs.Run) (pairs []Pair) {
	c, err := runs.Compare([]*runs.Run{a, b})
	if err != nil {
		return nil
	}
	for _, column := range c.Columns {
		pairs = append(pairs, Pair{column.Name, column.Values[0], column.Values[1]})
	}
	return pairs
}

// about compares what the models carry beside layers and weights.
func about(a, b *model.Model) (pairs []Pair) {
	add := func(name string, x, y any) {
		if s, t := compact(x), compact(y); s != t {
			pairs = append(pairs, Pair{name, s, t})
		}
	}
	add("data", a.Data, b.Data)
	add("classes", a.Classes, b.Classes)
	add("features", a.Features, b.Features)
	add("prepared", a.Preprocess, b.Preprocess)
	add("columns", a.Columns, b.Columns)
	return pairs
}

// compact is a value as JSON; nothing for what is empty.
func compact(v any) string {
	text, err := json.Marshal(v)
	if s := string(text); err != nil || s == "null" || s == "[]" || s == `""` {
		return ""
	}
	return strings.Trim(string(text), `"`)
}

// tensors compares the weights by their names.
func (d *Diff) tensors(a, b *model.Model) {
	find := func(m *model.Model, name string) *safetensors.Tensor {
		for _, list := range [][]safetensors.Tensor{m.Params, m.State} {
			if i := slices.IndexFunc(list, func(t safetensors.Tensor) bool { return t.Name == name }); i >= 0 {
				return &list[i]
			}
		}
		return nil
	}
	var names []string
	for _, m := range []*model.Model{a, b} {
		for _, t := range slices.Concat(m.Params, m.State) {
			if !slices.Contains(names, t.Name) {
				names = append(names, t.Name)
			}
		}
	}
	d.Same = true
	for _, name := range names {
		t := TensorDiff{Name: name}
		x, y := find(a, name), find(b, name)
		if x != nil {
			t.A = slices.Clip(append([]int{}, x.Shape...))
		}
		if y != nil {
			t.B = slices.Clip(append([]int{}, y.Shape...))
		}
		if x != nil && y != nil && slices.Equal(x.Shape, y.Shape) {
			t.measure(x, y)
		}
		d.Same = d.Same && t.A != nil && t.B != nil && slices.Equal(t.A, t.B) && t.Equal == t.Elements && x.DType == y.DType
		d.Tensors = append(d.Tensors, t)
	}
}

// measure compares two tensors of the same shape.
func (t *TensorDiff) measure(x, y *safetensors.Tensor) {
	u, errX := x.Float64s()
	v, errY := y.Float64s()
	if errX != nil || errY != nil {
		return
	}
	t.Elements = len(u)
	var sum, squares, norm float64
	finite := 0
	for i := range u {
		if math.Float64bits(u[i]) == math.Float64bits(v[i]) {
			t.Equal++
		}
		if math.IsNaN(u[i]) != math.IsNaN(v[i]) {
			t.NaN++
		}
		difference := math.Abs(u[i] - v[i])
		if math.IsNaN(difference) || math.IsInf(difference, 0) {
			continue
		}
		finite++
		t.Max = max(t.Max, difference)
		sum += difference
		squares += difference * difference
		norm += u[i] * u[i]
	}
	if finite > 0 {
		t.Mean = sum / float64(finite)
	}
	if norm > 0 {
		t.Relative = math.Sqrt(squares / norm)
	}
}

// answers lets both models answer the same examples, each with the preprocessing that it wants.
func answers(ctx context.Context, a, b *saved.File, o DiffOptions) (*AnswersDiff, error) {
	part := o.Part
	if part == "" {
		part = "test"
	}
	sets, outputs := [2]*dataset.Set{}, [2][][]float32{}
	var right [2]int
	labels := true
	for i, u := range []*saved.File{a, b} {
		set, err := u.Set(o.Data, part)
		if err != nil {
			return nil, err
		}
		net, err := u.Net(o.Threads)
		if err != nil {
			return nil, err
		}
		err = net.Fits(set)
		if err == nil {
			labels = labels && set.Kind().SingleClass()
			err = net.Each(ctx, set, func(k int, p []float32, _ float64) {
				outputs[i] = append(outputs[i], slices.Clone(p))
				if labels && nn.Argmax(p) == set.Label(k) {
					right[i]++
				}
			})
		}
		net.Close()
		if err != nil {
			return nil, exit.With(exit.Data, err)
		}
		sets[i] = set
	}
	d := &AnswersDiff{Data: sets[0].Name, Examples: len(outputs[0])}
	if len(outputs[0]) != len(outputs[1]) || len(outputs[0]) == 0 || len(outputs[0][0]) != len(outputs[1][0]) {
		return nil, exit.Dataf("%s and %s do not answer the same questions: %d examples with %d outputs, and %d with %d", a.Path, b.Path,
			len(outputs[0]), sets[0].Out, len(outputs[1]), sets[1].Out)
	}
	d.measure(outputs)
	if labels {
		apart := 0
		for i, p := range outputs[0] {
			if a.ClassName(nn.Argmax(p)) != b.ClassName(nn.Argmax(outputs[1][i])) {
				apart++
			}
		}
		d.Apart, d.RightA, d.RightB = &apart, &right[0], &right[1]
	}
	return d, nil
}

// measure finds how far the outputs are apart.
func (d *AnswersDiff) measure(outputs [2][][]float32) {
	sum, n := 0.0, 0
	for i, p := range outputs[0] {
		for k, v := range p {
			difference := math.Abs(float64(v) - float64(outputs[1][i][k]))
			if math.IsNaN(difference) || math.IsInf(difference, 0) {
				difference = math.MaxFloat32 // far from anything, and JSON can carry it
			}
			if difference > d.Max {
				d.Max, d.Worst = difference, i
			}
			sum += difference
			n++
		}
	}
	d.Mean = sum / float64(max(1, n))
}
