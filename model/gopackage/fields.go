package gopackage

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/gradus-nn/gradus/model/gopackage/source"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A field is one of the generated type Row.
type field struct {
	Name, Type, Doc string
	Column          string // as the table calls it
	Kind            string // number, date, text, bool or float: how a test reads it

	at, width int // its features
	column    *columns.Column
	index     int // of the column in the schema
	no, yes   int // features of a boolean
}

// fieldsOf are the fields of a row of a table.
func fieldsOf(s *columns.Schema) []field {
	var list []field
	taken := map[string]bool{}
	at := 0
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Width() == 0 {
			continue
		}
		f := field{Name: identifier(c.Name, taken), Column: c.Name, column: c, index: i, at: at, width: c.Width()}
		at += f.width
		switch c.Kind {
		case columns.Number:
			f.Type, f.Kind, f.Doc = "float64", "number", fmt.Sprintf("NaN if it is missing; in training %.4g ± %.4g", c.Mean, c.Std)
		case columns.Date:
			f.Type, f.Kind, f.Doc = "time.Time", "date", "a date; the zero time if it is missing"
		default:
			f.Type, f.Kind, f.Doc = "string", "text", "empty if it is missing; "+known(c.Values)
			if no, yes, ok := truths(c); ok {
				f.Type, f.Kind, f.Doc, f.no, f.yes = "Bool", "bool", "Yes, No or Missing", no, yes
			}
		}
		list = append(list, f)
	}
	return list
}

// truths returns the features of no and yes, -1 for one that is not there, if the values of a column are such.
func truths(c *columns.Column) (no, yes int, ok bool) {
	if c.Kind != columns.Boolean {
		return 0, 0, false
	}
	for _, pair := range columns.Truths() {
		if !slices.ContainsFunc(c.Values, func(v string) bool { return v != pair[0] && v != pair[1] }) {
			return slices.Index(c.Values, pair[0]), slices.Index(c.Values, pair[1]), true
		}
	}
	return 0, 0, false
}

// known writes the first values of a category for a comment.
func known(values []string) string {
	const most = 6
	var list []string
	for _, v := range values[:min(most, len(values))] {
		list = append(list, strconv.Quote(shorten(v)))
	}
	text := strings.Join(list, ", ")
	if len(values) > most {
		text += fmt.Sprintf(" and %d more", len(values)-most)
	}
	return text
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// identifier makes an exported name of Go of what a table calls a column: "sepal length (cm)" is SepalLengthCm.
func identifier(name string, taken map[string]bool) string {
	var b strings.Builder
	upper := true
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			upper = true
			continue
		}
		if b.Len() == 0 && !unicode.IsUpper(unicode.ToUpper(r)) {
			b.WriteByte('X') // digits and letters without capitals cannot begin an exported name
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		upper = false
	}
	base := b.String()
	if base == "" {
		base = "Column"
	}
	free := base
	for i := 2; taken[free]; i++ {
		free = fmt.Sprintf("%s%d", base, i)
	}
	taken[free] = true
	return free
}

// code writes the statement that computes the field's features in x from row r.
func (f *field) code() string {
	dst := fmt.Sprintf("x[%d:%d]", f.at, f.at+f.width)
	c := f.column
	exact := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	unknown := fmt.Sprintf("{\n\t\tp.Unknown = append(p.Unknown, %s)\n\t}", strconv.Quote(f.Name))
	switch f.Kind {
	case "number":
		return fmt.Sprintf("number(%s, r.%s, %s, %s, %s)", dst, f.Name, exact(c.Median), exact(c.Mean), exact(c.Std))
	case "date":
		return fmt.Sprintf("date(%s, days(r.%s), %s, %s, %s)", dst, f.Name, exact(c.Median), exact(c.Mean), exact(c.Std))
	case "bool":
		return fmt.Sprintf("if !boolean(%s, int8(r.%s), %d, %d, %d) %s", dst, f.Name, f.no, f.yes, len(c.Values), unknown)
	}
	text := "r." + f.Name
	if c.Kind == columns.Boolean {
		text = "strings.ToLower(" + text + ")"
	}
	return fmt.Sprintf("if !category(%s, %s, %s) %s", dst, text, f.list(), unknown)
}

// list is the variable with the known values of a category.
func (f *field) list() string { return "known" + f.Name }

// features is code, done here.
func (f *field) features(x []float32, v columns.Value) {
	dst, c := x[f.at:f.at+f.width], f.column
	switch f.Kind {
	case "number":
		source.Number(dst, v.Number, c.Median, c.Mean, c.Std)
	case "date":
		source.Date(dst, v.Number, c.Median, c.Mean, c.Std)
	case "bool":
		source.Boolean(dst, int8(boolOf(v.Text)), f.no, f.yes, len(c.Values))
	default:
		text := v.Text
		if c.Kind == columns.Boolean {
			text = strings.ToLower(text)
		}
		source.Category(dst, text, c.Values)
	}
}

// boolOf is the value of the generated type Bool that a text means: 0 for a missing one, or neither.
func boolOf(text string) int {
	low := strings.ToLower(source.CleanText(text))
	for _, pair := range columns.Truths() {
		for i, word := range pair {
			if low == word {
				return 1 + i
			}
		}
	}
	return 0
}

// typed returns the value that a field can hold: a boolean that is neither yes nor no is missing, and a date has whole seconds.
func (f *field) typed(v columns.Value) columns.Value {
	switch f.Kind {
	case "bool":
		switch n := boolOf(v.Text); {
		case n == 0:
			v.Text = ""
		case f.no < 0 && n == 1, f.yes < 0 && n == 2: // known to Bool, not to the model: stays as it is
		default:
			k := f.no
			if n == 2 {
				k = f.yes
			}
			v.Text = f.column.Values[k]
		}
	case "date":
		if seconds := math.Round(v.Number * 86400); seconds < earliest || seconds > latest {
			v.Number = math.NaN()
		} else if v.Number == v.Number {
			v.Number = seconds / 86400
		}
	}
	return v
}

// earliest and latest are the seconds since 1970 of 0001-01-02 and 9999-12-31, which RFC 3339 can write.
const earliest, latest = -62135510400, 253402214400
