package columns

import (
	"fmt"
	"slices"
	"strings"
)

// A Binding applies a fitted schema to the rows of one table, whose columns may be in another order, with others among them,
// and without the target. It counts what it meets; one goroutine may use it.
type Binding struct {
	Extra []string // columns of the table that the schema does not know

	schema  *Schema
	at      []int            // where the schema's columns are in the row; -1 for ignored ones
	targets []int            // and its targets; -1: the table has none
	values  []map[string]int // of the categories: the feature of a value
	numbers []map[string]int // of the targets: the number of a class or label

	met []encounter
}

// Bind finds the schema's columns by name. Ignored columns and the targets need not be there.
func (s *Schema) Bind(names []string) (*Binding, error) {
	at := map[string]int{}
	for i, n := range names {
		at[n] = i
	}
	b := s.binding()
	var lacking []string
	for i, c := range s.Columns {
		j, ok := at[c.Name]
		switch {
		case c.Kind == Ignored:
		case ok:
			b.at[i] = j
		default:
			lacking = append(lacking, c.Name)
		}
		delete(at, c.Name)
	}
	if len(lacking) > 0 {
		return nil, fmt.Errorf("columns: the table has no column %s; it has %s", quoted(lacking), list(names))
	}
	for i, t := range s.Targets {
		if j, ok := at[t.Name]; ok {
			b.targets[i] = j
			delete(at, t.Name)
		}
	}
	for _, n := range names {
		if _, left := at[n]; left {
			b.Extra = append(b.Extra, n)
		}
	}
	return b, nil
}

// BindPositions takes the columns of a table without names in the order of the training table, with the targets or without them.
func (s *Schema) BindPositions(cells int) (*Binding, error) {
	n, k := len(s.Columns), len(s.Targets)
	if cells != n && cells != n+k {
		return nil, fmt.Errorf("columns: the table has %d columns, none of them named as in training; want columns named %s, or the %d of the training table in their order, with or without %s", cells, list(s.names()), n, quoted(s.TargetNames()))
	}
	b := s.binding()
	if cells == n+k {
		for i, t := range s.Targets {
			b.targets[i] = t.Position
		}
	}
	for i, j := range s.inputs() {
		switch {
		case s.Columns[i].Kind == Ignored:
		case cells == n+k:
			b.at[i] = j
		default:
			b.at[i] = i
		}
	}
	return b, nil
}

// Names reports whether a first row of cells holds names: whether one of them is the name of a column that the schema uses.
func (s *Schema) Names(cells [][]byte) bool {
	for _, cell := range cells {
		name := string(trim(cell))
		if slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Kind != Ignored && c.Name == name }) {
			return true
		}
	}
	return false
}

func (s *Schema) binding() *Binding {
	n, k := len(s.Columns), len(s.Targets)
	b := &Binding{
		schema: s, at: make([]int, n), targets: make([]int, k),
		values: make([]map[string]int, n), numbers: make([]map[string]int, k), met: make([]encounter, n),
	}
	for i, c := range s.Columns {
		b.at[i] = -1
		if c.Kind == Category || c.Kind == Boolean {
			b.values[i] = positions(c.Values)
		}
	}
	for i, t := range s.Targets {
		b.targets[i], b.numbers[i] = -1, positions(append(t.Classes[:len(t.Classes):len(t.Classes)], t.Labels...))
	}
	return b
}

func positions(values []string) map[string]int {
	m := make(map[string]int, len(values))
	for i, v := range values {
		m[v] = i
	}
	return m
}

func quoted(names []string) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = fmt.Sprintf("%q", n)
	}
	return list(texts)
}

// Features writes the features of a row to dst [Width].
func (b *Binding) Features(dst []float32, cells [][]byte) {
	clear(dst)
	for i := range b.schema.Columns {
		c := &b.schema.Columns[i]
		width := c.Width()
		if width == 0 {
			continue
		}
		own := dst[:width]
		dst = dst[width:]
		cell := trim(cells[b.at[i]])
		met := &b.met[i]
		gap := missing(cell)
		if gap {
			met.gaps++
		}
		switch c.Kind {
		case Category, Boolean:
			if gap {
				break
			}
			if k, known := b.values[i][string(c.fold(cell))]; known {
				own[k] = 1
			} else {
				met.unknown++
				met.keep(cell)
			}
		default:
			v, ok := c.parse(cell)
			if !ok {
				v = c.Median
				if !gap {
					gap = true
					met.bad++
					met.keep(cell)
				}
			}
			if c.Kind == Date {
				dateTo(own, v, c.Mean, c.Std)
			} else {
				own[0] = c.standardize(v)
			}
		}
		if gap && c.Missing {
			own[width-1] = 1
		}
	}
}

// farthest is how many deviations from the mean a number is taken for at most: 1e300 in a column of ages must not become an
// infinity in the network.
const farthest = 1e6

// standardize returns the feature of a number.
func (c *Column) standardize(v float64) float32 {
	z := (v - c.Mean) / c.Std
	if z > farthest {
		z = farthest
	} else if z < -farthest {
		z = -farthest
	}
	return float32(z)
}

// Notes are sentences about what was met that training had not prepared for.
func (b *Binding) Notes() []string {
	var notes []string
	if len(b.Extra) > 0 {
		notes = append(notes, fmt.Sprintf("%s not used: the model does not know %s", plural(len(b.Extra), "column is", "columns are"), list(b.Extra)))
	}
	for i, m := range b.met {
		c := b.schema.Columns[i]
		if m.unknown > 0 {
			notes = append(notes, fmt.Sprintf("%s %q never seen in training (%s) → treated as unknown", c.Name, m.first, plural(m.unknown, "row with such a value", "rows with such values")))
		}
		if m.bad > 0 {
			notes = append(notes, fmt.Sprintf("%s %q is no %s (%s) → treated as missing", c.Name, m.first, c.Kind, plural(m.bad, "such cell", "such cells")))
		}
		if m.gaps > 0 && !c.Missing {
			how := "treated as unknown"
			if c.Kind == Number || c.Kind == Date {
				how = "the median of training stands in"
			}
			notes = append(notes, fmt.Sprintf("%s is missing in %s, in training it never was → %s", c.Name, plural(m.gaps, "row", "rows"), how))
		}
	}
	return notes
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Table describes the columns in lines for people: name, what it is, what is done with it.
func (s *Schema) Table() [][3]string {
	var lines [][3]string
	for _, c := range s.Columns {
		var how []string
		switch c.Kind {
		case Number:
			if c.Std > 0 {
				how = append(how, fmt.Sprintf("mean %.4g, deviation %.4g", c.Mean, c.Std))
			}
			if c.DecimalComma {
				how = append(how, "decimal comma")
			}
			if c.Missing {
				how = append(how, fmt.Sprintf("%s → median %.4g", c.gaps(), c.Median))
			}
			if c.Bad > 0 {
				how = append(how, fmt.Sprintf("%s no number (line %d: %q)", plural(c.Bad, "of them is", "of them are"), c.Odd.Line, c.Odd.Text))
			}
		case Category, Boolean:
			how = append(how, fmt.Sprintf("%d values: %s", len(c.Values), few(c.Values)))
			if c.Missing {
				how = append(how, c.gaps()+", a value of their own")
			}
		case Date:
			how = append(how, "day, place in the year and in the week")
			if c.Missing {
				how = append(how, c.gaps()+" → median")
			}
		case Ignored:
			how = append(how, c.Why)
		}
		lines = append(lines, [3]string{c.Name, string(c.Kind), strings.Join(how, "; ")})
	}
	return lines
}

// gaps says how many values are missing, or, of a schema that was stored, that some were.
func (c *Column) gaps() string {
	if c.Gaps == 0 {
		return "some missing"
	}
	return fmt.Sprintf("%d missing", c.Gaps)
}

// few writes the first values of a category.
func few(values []string) string {
	const most = 4
	if len(values) <= most {
		return strings.Join(values, ", ")
	}
	return strings.Join(values[:most], ", ") + " ..."
}
