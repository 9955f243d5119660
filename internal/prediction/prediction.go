// Package prediction lets a saved model answer: for pictures, for examples of its data, and for rows of tables and arrays, in memory
// that does not grow with them.
package prediction

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// Schema is the version of Report.
const Schema = "gradus.predict/1"

// Report is what a model answers, as --json prints it.
type Report struct {
	Schema      string       `json:"schema"`
	Model       string       `json:"model"`
	Predictions []Prediction `json:"predictions"`
	Warnings    []string     `json:"warnings,omitempty"` // about the model
}

// A Prediction is the answer for one example.
type Prediction struct {
	Input       string   `json:"input"`
	Did         []string `json:"prepared,omitempty"` // what was done to a picture
	Label       string   `json:"label,omitempty"`
	Probability float64  `json:"probability,omitempty"`
	Truth       string   `json:"true,omitempty"`
	Top         []Answer `json:"top,omitempty"`     // the likeliest classes
	Labels      []string `json:"labels,omitzero"`   // of several at once, those that it has
	Values      []Number `json:"values,omitempty"`  // of a regression
	Targets     []string `json:"targets,omitempty"` // what they are of, if there are several
}

// An Answer is a class with its probability.
type Answer struct {
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// A Number is a float that JSON can carry: NaN and infinities are null.
type Number float64

// MarshalJSON writes null for what JSON has no number for.
func (n Number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', -1, 32), nil
}

// A Predictor answers for one example after the other.
type Predictor struct {
	*saved.File
	Top int // how many classes an answer lists
	net *nn.Net[float32]
}

// New loads the model that ref means.
func New(root, ref string, top int) (*Predictor, error) {
	u, err := saved.Open(root, ref)
	if err != nil {
		return nil, err
	}
	return Of(u, top)
}

// Of is New for a model that has been loaded.
func Of(u *saved.File, top int) (*Predictor, error) {
	net, err := u.Net(1)
	if err != nil {
		return nil, err
	}
	return &Predictor{u, top, net}, nil
}

// Close lets go of the network.
func (p *Predictor) Close() { p.net.Close() }

// predict answers for features that have been prepared.
func (p *Predictor) predict(input string, x []float32) (Prediction, error) {
	y, err := p.net.Predict(x)
	if err != nil {
		return Prediction{}, exit.With(exit.Data, err)
	}
	return p.answer(input, y), nil
}

// answer puts the outputs of the network into words.
func (p *Predictor) answer(input string, y []float32) Prediction {
	r := Prediction{Input: input}
	s := p.Model.Columns
	if s != nil && s.Task() == columns.Regression || s == nil && p.net.Task() == loss.Regression && len(p.Model.Classes) == 0 {
		for i, v := range y {
			r.Values = append(r.Values, Number(p.unit(i, v)))
		}
		if s != nil && len(y) > 1 {
			r.Targets = s.TargetNames()
		}
		return r
	}
	names := p.ClassNames(len(y))
	r.Top = likeliest(names, y, p.Top)
	if s != nil && s.Task() == columns.Labels {
		r.Labels = chosen(names, y)
	} else {
		r.Label, r.Probability = r.Top[0].Label, r.Top[0].Probability
	}
	return r
}

// All answers for a picture, for all pictures of a folder, or for every row of a table or of arrays.
func (p *Predictor) All(path string, answer func(Prediction) error) error {
	switch {
	case recipe.IsArrays(path):
		return p.arrayRows(path, answer)
	case p.takesImages(path):
		return p.images(path, answer)
	case recipe.IsTable(path):
		f, err := recipe.OpenRows(path, recipe.RowOptions{Unlabelled: true})
		if err != nil {
			return exit.With(exit.Data, err)
		}
		defer f.Close()
		return p.Rows(path, f, answer)
	}
	return exit.Dataf("%s: want a picture (.png, .jpg), a folder of them, a table of numbers (.csv), or arrays (.npy, .npz)", path)
}

// digit answers for a picture of a digit, or what else is ink on paper, as MNIST's are.
func (p *Predictor) digit(path string) (Prediction, error) {
	height, width, ok := picture.Size(p.Model.Spec.Input)
	if !ok || height != width {
		return Prediction{}, exit.Dataf("%s: the model wants %v numbers an example, not pictures; give it a .csv", path, p.Model.Spec.Input)
	}
	img, err := imagefolder.Open(path)
	if err != nil {
		return Prediction{}, exit.With(exit.Data, err)
	}
	x, did := picture.Digit(img, height)
	p.Model.Preprocess.Apply(x, len(x))
	r, err := p.predict(path, x)
	r.Did = did
	return r, err
}

// Example answers for an example of a data set.
func (p *Predictor) Example(data, part string, index int) (Prediction, error) {
	set, err := p.Set(data, part)
	if err != nil {
		return Prediction{}, err
	}
	if index < 0 || index >= set.Len() {
		return Prediction{}, exit.Usagef("gradus predict: --index is %d; %s has examples 0 to %d", index, set.Name, set.Len()-1)
	}
	r, err := p.predict(fmt.Sprintf("%s #%d", set.Name, index), set.Example(index))
	r.Truth = p.truth(set, index)
	return r, err
}

// Rows answers for every row of a table of numbers, apart by commas, semicolons, tabs or spaces. A first row of names is
// passed over.
func (p *Predictor) Rows(name string, r io.Reader, answer func(Prediction) error) error {
	want := p.Model.Spec.Input.Size()
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxRow)
	number := 0
	for line := 1; scan.Scan(); line++ {
		text := strings.TrimSpace(strings.TrimPrefix(scan.Text(), "\ufeff"))
		if text == "" {
			continue
		}
		x, bad, fine := numbers(text)
		if !fine && line == 1 {
			continue // names of the columns
		}
		if !fine {
			return exit.Dataf("%s: line %d: %q is not a finite number", name, line, bad)
		}
		if len(x) != want {
			return exit.Dataf("%s: line %d has %d numbers; the model wants %d%s", name, line, len(x), want, p.columns())
		}
		p.Model.Preprocess.Apply(x, want)
		number++
		a, err := p.predict(fmt.Sprintf("%s:%d", name, line), x)
		if err != nil {
			return err
		}
		if err := answer(a); err != nil {
			return err
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		return exit.Dataf("%s: a line of more than %d bytes; want rows of %d numbers", name, maxRow, want)
	}
	if err := scan.Err(); err != nil {
		return exit.Dataf("%s: %w", name, err)
	}
	if number == 0 {
		return exit.Dataf("%s: no rows of numbers; want %d numbers a row%s", name, want, p.columns())
	}
	return nil
}

// maxRow bounds a line: a hundred thousand numbers.
const maxRow = 4 << 20

// columns names what a row consists of, where the model knows.
func (p *Predictor) columns() string {
	f := p.Model.Features
	if len(f) == 0 || len(f) > 8 {
		return ""
	}
	return ": " + strings.Join(f, ", ")
}

// numbers reads a row; if it is not fine, bad is the first cell that is no finite number.
func numbers(text string) (x []float32, bad string, fine bool) {
	cells := strings.Fields(text)
	for _, comma := range []rune{',', ';', '\t'} {
		if strings.ContainsRune(text, comma) {
			r := csv.NewReader(strings.NewReader(text))
			r.Comma, r.LazyQuotes, r.TrimLeadingSpace = comma, true, true
			row, err := r.Read()
			if err != nil {
				return nil, text, false
			}
			cells = row
			break
		}
	}
	for _, cell := range cells {
		v, err := strconv.ParseFloat(strings.TrimSpace(cell), 32)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, cell, false
		}
		x = append(x, float32(v))
	}
	return x, "", true
}

// likeliest returns the outputs by falling probability, at most n of them.
func likeliest(names []string, y []float32, n int) []Answer {
	order := make([]int, len(y))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(y[b], y[a]) })
	var top []Answer
	for _, i := range order[:min(max(1, n), len(order))] {
		top = append(top, Answer{names[i], float64(y[i])})
	}
	return top
}

// chosen returns the labels that the network gives more than one half.
func chosen(labels []string, y []float32) []string {
	list := []string{}
	for i, p := range y {
		if p > 0.5 {
			list = append(list, labels[i])
		}
	}
	return list
}

// truth is what example i of a set is, in words; "" where numbers are learnt.
func (p *Predictor) truth(set *dataset.Set, i int) string {
	if set.Many {
		labels := chosen(p.ClassNames(set.Out), set.Target(i))
		if len(labels) == 0 {
			return noLabels
		}
		return strings.Join(labels, ", ")
	}
	if c := set.Label(i); c >= 0 {
		return p.ClassName(c)
	}
	return ""
}

// noLabels is written where an example has none.
const noLabels = "none of the labels"

// unit returns output i of a regression in the unit that the target was measured in.
func (p *Predictor) unit(i int, z float32) float64 {
	if s := p.Model.Columns; s != nil && s.Task() == columns.Regression {
		return s.Number(i, z)
	}
	return float64(z)
}
