package columns

import (
	"maps"
	"math"
	"slices"
)

// A Value is a cell as typed data have it: what a graph or a program outside takes in its place.
type Value struct {
	Number float64 // of a number, or a date as days since 1970 (UTC); NaN where it is missing or cannot be read
	Text   string  // of a category or boolean, without the spaces around it; a spelling of a missing value is kept
}

// Value reads a cell of the column. Features of the cell and of its value are the same.
func (c *Column) Value(cell []byte) Value {
	cell = trim(cell)
	switch c.Kind {
	case Number, Date:
		v, ok := c.parse(cell)
		if !ok {
			v = math.NaN()
		}
		return Value{Number: v}
	case Category, Boolean:
		return Value{Text: string(cell)}
	}
	return Value{}
}

// Values writes the values of a row to dst [len(Schema.Columns)]; those of ignored columns are empty.
func (b *Binding) Values(dst []Value, cells [][]byte) {
	for i := range b.schema.Columns {
		dst[i] = Value{}
		if at := b.at[i]; at >= 0 {
			dst[i] = b.schema.Columns[i].Value(cells[at])
		}
	}
}

// ValueFeatures writes the features of a row of values to dst [Width]. A number that is not finite is missing.
func (s *Schema) ValueFeatures(dst []float32, row []Value) {
	clear(dst)
	for i := range s.Columns {
		c := &s.Columns[i]
		width := c.Width()
		if width == 0 {
			continue
		}
		own := dst[:width]
		dst = dst[width:]
		gap := false
		switch c.Kind {
		case Category, Boolean:
			cell := trim([]byte(row[i].Text))
			if gap = missing(cell); gap {
				break
			}
			if k, known := slices.BinarySearch(c.Values, string(c.fold(cell))); known {
				own[k] = 1
			}
		default:
			v := row[i].Number
			if gap = math.IsNaN(v) || math.IsInf(v, 0); gap {
				v = c.Median
			}
			if c.Kind == Date {
				dateTo(own, v, c.Mean, c.Std)
			} else {
				own[0] = float32(max(-Farthest, min(Farthest, (v-c.Mean)/c.Std)))
			}
		}
		if gap && c.Missing {
			own[width-1] = 1
		}
	}
}

// Farthest is how many deviations from the mean a number is taken for at most.
const Farthest = farthest

// The circles of a date, in days.
const (
	DaysOfYear = 365.2425
	DaysOfWeek = 7
)

// Gaps lists the spellings of a missing value, in small letters; capitals do not matter.
func Gaps() []string { return slices.Sorted(maps.Keys(gaps)) }

// Truths lists the pairs of texts that mean no and yes, in small letters.
func Truths() [][2]string { return slices.Clone(truths) }
