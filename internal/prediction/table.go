package prediction

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/spreadsheet"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// portionRows is how many rows of a portion are taken through the network at a time.
const portionRows = 256

// An asker is what a goroutine needs to ask the network about rows.
type asker struct {
	net   *nn.Predictor[float32]
	x, y  []float32
	cells [][]byte
}

// ask writes the features of rows to the network and returns its outputs [rows, out], valid until the next rows.
func (a *asker) ask(b *columns.Binding, rows csv.Rows, in, out int) ([]float32, error) {
	n := len(rows.Lines)
	width := len(rows.Cells) / n
	a.y = slices.Grow(a.y[:0], n*out)[:n*out]
	a.x = slices.Grow(a.x[:0], min(n, portionRows)*in)
	a.cells = slices.Grow(a.cells[:0], width)[:width]
	for lo := 0; lo < n; lo += portionRows {
		hi := min(lo+portionRows, n)
		x := a.x[:(hi-lo)*in]
		for i := lo; i < hi; i++ {
			for j, c := range rows.Cells[i*width : (i+1)*width] {
				a.cells[j] = rows.Text[c.From:c.To]
			}
			b.Features(x[(i-lo)*in:(i-lo+1)*in], a.cells)
		}
		if err := a.net.PredictInto(a.y[lo*out:hi*out], x); err != nil {
			return nil, err
		}
	}
	return a.y, nil
}

// table answers for every row of a table, on all processors and in constant memory, and returns sentences about what training had not
// prepared for. each is called with rows and the outputs for them, on several goroutines; take with what it returned, in the order
// of the table.
func table[T any](p *Predictor, o csv.Options, r io.Reader, begin func(names []string, separator byte) error, each func(rows csv.Rows, outputs []float32) T, take func(T) error) (notes []string, err error) {
	s, out := p.Model.Columns, p.net.Out()
	var askers sync.Pool
	some := false // rows
	b, err := columns.Portions(s, r, o, begin, func(b *columns.Binding, rows csv.Rows) (result T, err error) {
		a, ok := askers.Get().(*asker)
		if !ok {
			a = new(asker)
			if a.net, err = p.net.Predictor(0); err != nil {
				return result, err
			}
		}
		defer askers.Put(a)
		y, err := a.ask(b, rows, s.Width(), out)
		if err != nil {
			return result, err
		}
		return each(rows, y), nil
	}, func(result T) error {
		some = true
		return take(result)
	})
	var output *OutputError
	switch {
	case errors.As(err, &output):
		return nil, output.Err
	case err != nil:
		return nil, exit.With(exit.Data, err)
	case !some:
		return nil, exit.Dataf("%s has a row of names, but no rows of values", o.Name)
	}
	return b.Notes(), nil
}

// Answers gives every row's prediction to answer.
func (p *Predictor) Answers(o csv.Options, r io.Reader, answer func(Prediction) error) (notes []string, err error) {
	out := p.net.Out()
	return table(p, o, r, func([]string, byte) error { return nil }, func(rows csv.Rows, y []float32) []Prediction {
		list := make([]Prediction, len(rows.Lines))
		for i, line := range rows.Lines {
			list[i] = p.answer(fmt.Sprintf("%s:%d", o.Name, line), y[i*out:(i+1)*out])
		}
		return list
	}, func(list []Prediction) error {
		for _, a := range list {
			if err := answer(a); err != nil {
				return err
			}
		}
		return nil
	})
}

// Table writes every row as it was, with the prediction after it: for classes with the probability of each.
func (p *Predictor) Table(o csv.Options, r io.Reader, w io.Writer) (notes []string, err error) {
	t := &rowWriter{p: p, names: p.Model.Columns.Classes()}
	var texts sync.Pool
	put := func(text []byte) error {
		if _, err := w.Write(text); err != nil {
			return &OutputError{err}
		}
		return nil
	}
	return table(p, o, r, func(names []string, separator byte) error {
		t.separator = separator
		var line []byte
		for i, n := range append(slices.Clone(names), addedColumns(p.Model.Columns, names)...) {
			line = t.cell(line, i, []byte(n))
		}
		return put(append(line, '\n'))
	}, func(rows csv.Rows, y []float32) *[]byte {
		text, ok := texts.Get().(*[]byte)
		if !ok {
			text = new([]byte)
		}
		*text = t.rows((*text)[:0], rows, y)
		return text
	}, func(text *[]byte) error {
		err := put(*text)
		texts.Put(text)
		return err
	})
}

// An OutputError is one of writing, not of the data.
type OutputError struct{ Err error }

func (e *OutputError) Error() string { return e.Err.Error() }

// A rowWriter writes rows with what is predicted of them.
type rowWriter struct {
	p         *Predictor
	names     []string // of the classes or labels
	separator byte
}

// rows appends rows and their outputs y [rows, out].
func (t *rowWriter) rows(dst []byte, rows csv.Rows, y []float32) []byte {
	n := len(rows.Lines)
	width, out := len(rows.Cells)/n, len(y)/n
	schema := t.p.Model.Columns
	comma := t.separator == ';' && t.commas()
	for i := range n {
		for j, c := range rows.Cells[i*width : (i+1)*width] {
			dst = t.cell(dst, j, rows.Text[c.From:c.To])
		}
		y := y[i*out : (i+1)*out]
		switch schema.Task() {
		case columns.Regression:
			for j, v := range y {
				dst = t.number(dst, t.p.unit(j, v), schema.Targets[j].DecimalComma)
			}
			dst = append(dst, '\n')
			continue
		case columns.Labels:
			dst = t.cell(dst, width, []byte(joinLabels(schema, chosen(t.names, y))))
		default:
			dst = t.cell(dst, width, []byte(t.names[best(y)]))
		}
		for _, v := range y {
			dst = t.number(dst, float64(v), comma)
		}
		dst = append(dst, '\n')
	}
	return dst
}

// commas reports whether the numbers of the table have decimal commas.
func (t *rowWriter) commas() bool {
	return slices.ContainsFunc(t.p.Model.Columns.Columns, func(c columns.Column) bool { return c.DecimalComma })
}

func best(y []float32) int {
	b := 0
	for i, v := range y {
		if v > y[b] {
			b = i
		}
	}
	return b
}

// number appends the cell of a number, which is not the first.
func (t *rowWriter) number(dst []byte, v float64, comma bool) []byte {
	if !comma {
		return strconv.AppendFloat(append(dst, t.separator), v, 'g', -1, 32)
	}
	var text [32]byte
	cell := strconv.AppendFloat(text[:0], v, 'g', -1, 32)
	if at := bytes.IndexByte(cell, '.'); at >= 0 {
		cell[at] = ','
	}
	return t.cell(dst, 1, cell) // within quotes, where commas part the cells
}

// cell appends cell i of a row.
func (t *rowWriter) cell(dst []byte, i int, cell []byte) []byte {
	if i > 0 {
		dst = append(dst, t.separator)
	}
	formula := spreadsheet.IsFormula(cell)
	if !formula && !t.quoted(cell) {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	if formula {
		dst = append(dst, '\'')
	}
	for _, c := range cell {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

// quoted reports whether a cell has to stand within quotes.
func (t *rowWriter) quoted(cell []byte) bool {
	for _, c := range cell {
		if c == t.separator || c == '"' || c == '\r' || c == '\n' {
			return true
		}
	}
	return false
}

// addedColumns are the names of the columns that predictions add to a table with the given names.
func addedColumns(s *columns.Schema, names []string) []string {
	var wanted []string
	switch {
	case s.Task() != columns.Regression:
		wanted = append(wanted, "prediction")
		for _, c := range s.Classes() {
			wanted = append(wanted, "p_"+c)
		}
	case len(s.Targets) == 1:
		wanted = append(wanted, "prediction")
	default:
		for _, t := range s.Targets {
			wanted = append(wanted, "prediction_"+t.Name)
		}
	}
	all := slices.Clone(names)
	for _, name := range wanted {
		all = append(all, unused(name, all))
	}
	return all[len(names):]
}

// unused returns the name, or the name with a number after it that no column has.
func unused(name string, names []string) string {
	free := name
	for i := 2; slices.Contains(names, free); i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	return free
}

// joinLabels writes labels into one cell, as the column that they were learnt from has them, or with | between them.
func joinLabels(s *columns.Schema, labels []string) string {
	apart := "|"
	if own := s.Targets[0].Separator; own != "" {
		apart = own
	}
	return strings.Join(labels, apart)
}
