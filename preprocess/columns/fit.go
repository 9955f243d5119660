package columns

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
)

// Examples returns the numbers of the rows that have all targets, and the lines of those that have not.
func (s *Schema) Examples(t *Table) (rows, without []int) {
	for i := range t.Len() {
		if s.holds(t, i) {
			rows = append(rows, i)
		} else {
			without = append(without, t.Line(i))
		}
	}
	return rows, without
}

// Fit returns the schema with the statistics of the given rows of the table, which should be those to train on.
func (s *Schema) Fit(t *Table, rows []int) (*Schema, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("columns: %s has no rows to measure", t.Name)
	}
	f := &Schema{Columns: slices.Clone(s.Columns), Targets: s.Targets}
	chosen, inputs := rowSetOf(t.Len(), rows), s.inputs()
	err := parallel(len(inputs), func(i int) error { return f.Columns[i].fit(t, inputs[i], rows, chosen) })
	if err != nil {
		return nil, err
	}
	f.fitTargets(t, rows)
	if n := f.Width(); n == 0 {
		return nil, fmt.Errorf("columns: no column of %s says anything about %s", t.Name, quoted(s.TargetNames()))
	}
	return f, f.Check(f.Width())
}

// parse reads a cell of a column of numbers or dates; what cannot be read is missing.
func (c *Column) parse(cell []byte) (float64, bool) {
	if missing(cell) {
		return 0, false
	}
	if c.Kind == Date {
		return date(cell)
	}
	return number(cell, c.DecimalComma)
}

// fold returns a value as categories compare it: capitals do not matter in booleans.
func (c *Column) fold(cell []byte) []byte {
	if c.Kind == Boolean {
		return []byte(strings.ToLower(string(cell)))
	}
	return cell
}

// maxSet bounds the features that Set makes, 4 bytes each.
const maxSet = 1 << 30

// Set returns rows of the table that the schema was made for as examples. A number to learn is standardised, and Set.Unit is
// its deviation; several have a deviation each, and Set.Unit stays 0: figures are then in deviations.
func (s *Schema) Set(name string, t *Table, rows []int) (*dataset.Set, error) {
	b, err := s.Bind(t.Names)
	if err != nil {
		return nil, err
	}
	return b.Set(name, t, rows)
}

// Examples returns the numbers of the rows that have all targets, and the lines of those that have not.
func (b *Binding) Examples(t *Table) (rows, without []int) {
	for i := range t.Len() {
		if b.lacks(t, i) {
			without = append(without, t.Line(i))
		} else {
			rows = append(rows, i)
		}
	}
	return rows, without
}

// Set is Schema.Set for the table that is bound.
func (b *Binding) Set(name string, t *Table, rows []int) (*dataset.Set, error) {
	s := b.schema
	width := s.Width()
	if len(rows) > maxSet/max(1, width) {
		return nil, fmt.Errorf("columns: %s has %d rows of %d features, more than the %d numbers that are held in memory; ignore columns with many values", t.Name, len(rows), width, maxSet)
	}
	x := make([]float32, len(rows)*width)
	cells := make([][]byte, len(t.Names))
	task, out := s.Task(), s.Outputs()
	var labels []int32
	var targets []float32
	if task == Classification {
		labels = make([]int32, len(rows))
	} else {
		targets = make([]float32, len(rows)*out)
	}
	for k, i := range rows {
		for j := range cells {
			cells[j] = t.Cell(i, j)
		}
		b.Features(x[k*width:(k+1)*width], cells)
		var own []float32
		if targets != nil {
			own = targets[k*out : (k+1)*out]
		}
		class, err := b.Targets(own, cells)
		if err != nil {
			return nil, fmt.Errorf("columns: %s:%d: %w", t.Name, t.Line(i), err)
		}
		if labels != nil {
			labels[k] = int32(class)
		}
	}
	if task == Classification {
		return dataset.FromLabels(name, dataset.NewFloats(x, width), nil, labels, s.Classes())
	}
	set, err := dataset.FromTargets(name, dataset.NewFloats(x, width), nil, targets, out, s.Classes())
	if err != nil {
		return nil, err
	}
	set.Many = task == Labels
	if task == Regression && out == 1 {
		set.Unit = s.Targets[0].Std
	}
	return set, nil
}
