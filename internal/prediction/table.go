package prediction

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/spreadsheet"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A RowSink takes what a model of tables says: first the names of the columns, then every row with the outputs of the network.
type RowSink interface {
	Begin(names []string, separator byte) error
	Row(line int, cells [][]byte, outputs []float32) error
}

// Table answers for every row of a table, in constant memory, and returns sentences about what training had not prepared for.
func (p *Predictor) Table(o csv.Options, r io.Reader, to RowSink) (notes []string, err error) {
	s := p.Model.Columns
	fast, err := p.net.Predictor(1)
	if err != nil {
		return nil, err
	}
	x, y := make([]float32, s.Width()), make([]float32, p.net.Out())
	rows := 0
	b, err := s.Stream(r, o, to.Begin, func(b *columns.Binding, line int, cells [][]byte) error {
		b.Features(x, cells)
		if err := fast.PredictInto(y, x); err != nil {
			return err
		}
		rows++
		return to.Row(line, cells, y)
	})
	var out *OutputError
	switch {
	case errors.As(err, &out):
		return nil, out.Err
	case err != nil:
		return nil, exit.With(exit.Data, err)
	case rows == 0:
		return nil, exit.Dataf("%s has a row of names, but no rows of values", o.Name)
	}
	return b.Notes(), nil
}

// An OutputError is one of writing, not of the data.
type OutputError struct{ Err error }

func (e *OutputError) Error() string { return e.Err.Error() }

// CSV returns a sink that writes every row as it was, with the prediction after it: for classes with the probability of each.
func (p *Predictor) CSV(w io.Writer) RowSink {
	return &csvSink{w: bufio.NewWriterSize(w, 1<<16), p: p, names: p.Model.Columns.Classes()}
}

type csvSink struct {
	w         *bufio.Writer
	p         *Predictor
	names     []string // of the classes or labels
	separator byte
	cell      []byte
}

func (s *csvSink) Begin(names []string, separator byte) error {
	s.separator = separator
	for i, n := range append(slices.Clone(names), addedColumns(s.p.Model.Columns, names)...) {
		s.write(i, []byte(n))
	}
	return s.end()
}

func (s *csvSink) Row(_ int, cells [][]byte, y []float32) error {
	for i, cell := range cells {
		s.write(i, cell)
	}
	schema := s.p.Model.Columns
	n := len(cells)
	switch schema.Task() {
	case columns.Regression:
		for i, v := range y {
			s.number(n+i, s.p.unit(i, v), schema.Targets[i].DecimalComma)
		}
		return s.end()
	case columns.Labels:
		s.write(n, []byte(joinLabels(schema, chosen(s.names, y))))
	default:
		s.write(n, []byte(s.names[best(y)]))
	}
	for i, v := range y {
		s.number(n+1+i, float64(v), s.separator == ';' && s.commas())
	}
	return s.end()
}

// commas reports whether the numbers of the table have decimal commas.
func (s *csvSink) commas() bool {
	return slices.ContainsFunc(s.p.Model.Columns.Columns, func(c columns.Column) bool { return c.DecimalComma })
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

func (s *csvSink) number(i int, v float64, comma bool) {
	s.cell = strconv.AppendFloat(s.cell[:0], v, 'g', -1, 32)
	if comma {
		s.cell = bytes.Replace(s.cell, []byte("."), []byte(","), 1)
	}
	s.write(i, s.cell)
}

// write writes a cell; the writer keeps its errors for end.
func (s *csvSink) write(i int, cell []byte) {
	if i > 0 {
		s.w.WriteByte(s.separator)
	}
	formula := spreadsheet.IsFormula(cell)
	if !formula && bytes.IndexByte(cell, s.separator) < 0 && !bytes.ContainsAny(cell, "\"\r\n") {
		s.w.Write(cell)
		return
	}
	s.w.WriteByte('"')
	if formula {
		s.w.WriteByte('\'')
	}
	s.w.Write(bytes.ReplaceAll(cell, []byte(`"`), []byte(`""`)))
	s.w.WriteByte('"')
}

func (s *csvSink) end() error {
	if err := s.w.WriteByte('\n'); err != nil {
		return &OutputError{err}
	}
	// A reader at the other end of a pipe sees rows when the buffer is full; Flush sends the rest.
	return nil
}

// Flush writes what is left.
func (s *csvSink) Flush() error { return s.w.Flush() }

// Answers returns a sink that gives every row's prediction to answer.
func (p *Predictor) Answers(name string, answer func(Prediction) error) RowSink {
	return &answerSink{p, name, answer}
}

type answerSink struct {
	p      *Predictor
	name   string
	answer func(Prediction) error
}

func (s *answerSink) Begin([]string, byte) error { return nil }

func (s *answerSink) Row(line int, _ [][]byte, y []float32) error {
	return s.answer(s.p.answer(fmt.Sprintf("%s:%d", s.name, line), y))
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
