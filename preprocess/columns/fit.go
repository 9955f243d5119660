package columns

import (
	"fmt"
	"slices"
	"strings"
)

// Fit returns the schema with the statistics of the given rows of the table, which should be those to train on; nil stands for all.
func (s *Schema) Fit(t *Table, rows []uint32) (*Schema, error) {
	if rows != nil && len(rows) == 0 {
		return nil, fmt.Errorf("columns: %s has no rows to measure", t.Name)
	}
	f := &Schema{Columns: slices.Clone(s.Columns), Targets: slices.Clone(s.Targets)}
	columns := make([]*Column, len(f.Columns))
	for i := range columns {
		columns[i] = &f.Columns[i]
	}
	if err := t.measure(columns, s.inputs(), rows); err != nil {
		return nil, err
	}
	if s.Task() == Regression {
		for i := range f.Targets {
			f.Targets[i].measure(t, rows)
		}
	}
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
