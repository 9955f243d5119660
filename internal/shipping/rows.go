package shipping

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// parityRows is on how many rows an export is compared with its model.
const parityRows = 256

// asked are the rows on which an export is compared with its model.
type asked struct {
	values [][]columns.Value // of a model of tables
	raw    []float32         // otherwise: [rows, in] as they were measured, before any scaling
	n      int
	source string
}

// ask returns rows of what the model is judged by, or made-up ones where that is not to be had.
func ask(u *saved.File) (*asked, error) {
	if u.Model.Columns != nil {
		return askTable(u), nil
	}
	raw, source, err := measured(u, parityRows)
	return &asked{raw: raw, n: len(raw) / u.Model.Spec.Input.Size(), source: source}, err
}

// features returns the rows as the network of a model takes them.
func (a *asked) features(m *model.Model) []float32 {
	width := m.Spec.Input.Size()
	x := slices.Clone(a.raw)
	if s := m.Columns; s != nil {
		x = make([]float32, a.n*width)
		for i, row := range a.values {
			s.ValueFeatures(x[i*width:(i+1)*width], row)
		}
	}
	m.Preprocess.Apply(x, width)
	return x
}

// askTable returns rows of the table, and after them some of these with values that training never saw, and gaps.
func askTable(u *saved.File) *asked {
	s := u.Model.Columns
	rng := rand.New(rand.NewPCG(1, 0))
	a := &asked{source: u.Model.Data}
	a.values = tableRows(u, parityRows-parityRows/4)
	if len(a.values) == 0 {
		a.source = "made-up values (seed 1)"
		for range parityRows - parityRows/4 {
			a.values = append(a.values, madeUp(s, rng))
		}
	}
	known := len(a.values)
	for i := range known / 3 {
		row := slices.Clone(a.values[i])
		for j := range row {
			if rng.IntN(4) == 0 {
				row[j] = columns.Value{Number: math.NaN(), Text: [...]string{"", "NA", "never seen"}[rng.IntN(3)]}
			}
		}
		a.values = append(a.values, row)
	}
	a.n = len(a.values)
	a.source += fmt.Sprintf(" (%d with gaps and unknown values)", a.n-known)
	return a
}

// errEnough ends the reading of a table.
var errEnough = errors.New("enough rows")

// tableRows returns the first rows of the data that the model was trained on, if it is there and still fits.
func tableRows(u *saved.File, n int) [][]columns.Value {
	f, err := recipe.OpenRows(u.Model.Data, recipe.RowOptions{Target: u.Model.Columns.Sought(), Part: "train"})
	if err != nil {
		return nil
	}
	defer f.Close()
	s := u.Model.Columns
	var rows [][]columns.Value
	_, err = s.Stream(f, f.Options, func([]string, byte) error { return nil }, func(b *columns.Binding, _ int, cells [][]byte) error {
		if len(rows) == n {
			return errEnough
		}
		row := make([]columns.Value, len(s.Columns))
		b.Values(row, cells)
		rows = append(rows, row)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) && !errors.Is(err, io.EOF) {
		return nil
	}
	return rows
}

// madeUp is a row of values like those that training has seen.
func madeUp(s *columns.Schema, rng *rand.Rand) []columns.Value {
	row := make([]columns.Value, len(s.Columns))
	for j := range s.Columns {
		switch c := &s.Columns[j]; c.Kind {
		case columns.Number:
			row[j].Number = c.Mean + float64(c.Std*rng.NormFloat64())
		case columns.Date:
			row[j].Number = math.Round(c.Mean + float64(c.Std*rng.NormFloat64()))
		case columns.Category, columns.Boolean:
			if len(c.Values) > 0 {
				row[j].Text = c.Values[rng.IntN(len(c.Values))]
			}
		}
	}
	return row
}

// measured returns up to n rows of what the model is judged by, or of seeded random numbers where that is not to be had, as
// they were before the preprocessing.
func measured(u *saved.File, n int) (raw []float32, source string, err error) {
	width := u.Model.Spec.Input.Size()
	if set, err := u.Set("", "test"); err == nil && set.X.Width() == width {
		source = set.Name
		for i := range min(n, set.Len()) {
			raw = append(raw, set.Example(i)...)
		}
	} else {
		source = "random numbers (seed 1)"
		rng := rand.New(rand.NewPCG(1, 0))
		for range n * width {
			raw = append(raw, float32(rng.NormFloat64()))
		}
	}
	return raw, source, undo(u.Model.Preprocess, raw, width)
}

// undo takes the preprocessing back, up to rounding.
func undo(steps preprocess.Pipeline, x []float32, width int) error {
	for i := len(steps) - 1; i >= 0; i-- {
		switch s := steps[i].(type) {
		case preprocess.Image: // which changes no number
		case preprocess.PixelScale:
			for j := range x {
				x[j] *= s.Divide
			}
		case preprocess.Standardize:
			for j := range x {
				x[j] = float32(x[j]*s.Std[j%width]) + s.Mean[j%width]
			}
		default:
			return fmt.Errorf("the preprocessing step %T has no way back", s)
		}
	}
	return nil
}
