package columns

import (
	"fmt"
	"slices"
	"strings"
)

// A Task is what is to be learnt of the target.
type Task string

// The tasks. Auto decides by the targets: text and a few whole numbers are classes, lists of labels and several columns of
// yes and no are labels, everything else is numbers.
const (
	Auto           Task = ""
	Classification Task = "classification" // one class an example
	Regression     Task = "regression"     // a number an example, or several
	Labels         Task = "labels"         // any number of labels an example
)

// Options say what Infer is not to find out for itself.
type Options struct {
	Target string          // the name of the column to learn, or its number from 1; several are apart by commas
	Task   Task            // what to learn of it
	Kinds  map[string]Kind // of columns by name
}

// An OptionError is a setting that does not suit the table.
type OptionError struct {
	Option string // target, task or columns
	Text   string
}

func (e *OptionError) Error() string { return "columns: " + e.Option + " " + e.Text }

func optionf(option, format string, args ...any) error {
	return &OptionError{option, fmt.Sprintf(format, args...)}
}

const (
	maxBad         = 0.05 // share of the values of a column of numbers that may be none, and count as missing
	maxValues      = 50   // different values that a category always may have
	maxShareValues = 0.1  // and as a share of the rows, up to
	mostValues     = 255  //
	maxIntClasses  = 20   // different whole numbers that are taken for classes
	rowsAClass     = 5    // of which each must stand for so many rows
	maxClasses     = 1000
	surveyed       = 1 << 16 // different values that are told apart
	uniqueFrom     = 10      // rows from which on a column without repetition can be an identifier
)

// Infer decides what every column of a table is. The schema has no statistics yet: see Fit.
func Infer(t *Table, o Options) (*Schema, error) {
	at, err := t.find(o.Target)
	if err != nil {
		return nil, err
	}
	for name := range o.Kinds {
		i := slices.Index(t.Names, name)
		switch {
		case i < 0:
			return nil, optionf("columns", "names %q, which is no column of %s: %s", name, t.Name, list(t.Names))
		case slices.Contains(at, i):
			return nil, optionf("columns", "names %q, which is a target", name)
		}
	}
	if err := checkTask(o.Task, len(at)); err != nil {
		return nil, err
	}
	s := &Schema{}
	for _, j := range at {
		s.Targets = append(s.Targets, Target{Name: t.Names[j], Position: j})
	}
	inputs := s.inputsOf(len(t.Names))
	s.Columns = make([]Column, len(inputs))
	asked := make([]aspirant, len(at))
	t.surveys(slices.Concat(at, inputs), func(i int) int {
		if i < len(at) {
			return maxClasses + 1
		}
		return surveyed
	}, func(i int, v *survey) {
		if i < len(at) {
			asked[i] = aspire(t, at[i], v)
			return
		}
		j := inputs[i-len(at)]
		s.Columns[i-len(at)] = inferColumn(t, j, v, o.Kinds[t.Names[j]])
	})
	if err := s.inferTargets(asked, o.Task); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Kind != Ignored }) {
		return nil, fmt.Errorf("columns: %s has no column beside %s that could say anything about it", t.Name, quoted(s.TargetNames()))
	}
	return s, nil
}

// list writes the first of many names.
func list(names []string) string {
	const most = 12
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s ... (%d in all)", strings.Join(names[:most], ", "), len(names))
}

// inferColumn decides what column j is by what was found in it; a kind that is asked for is taken.
func inferColumn(t *Table, j int, v *survey, asked Kind) Column {
	c := Column{Name: t.Names[j], Gaps: t.Len() - v.present}
	numeric, comma := v.numeric()
	ignore := func(why string) Column {
		c.Kind, c.Why = Ignored, why
		return c
	}
	asNumber := func() Column {
		c.Kind, c.DecimalComma = Number, comma
		if n := v.numbers; comma {
			c.Bad, c.Odd = v.present-v.commas, v.oddComma
		} else {
			c.Bad, c.Odd = v.present-n, v.odd
		}
		c.Gaps += c.Bad
		return c
	}
	if asked != "" {
		switch asked {
		case Number:
			return asNumber()
		case Ignored:
			return ignore("as asked")
		}
		c.Kind = asked
		return c
	}
	allowed := max(maxValues, min(mostValues, int(maxShareValues*float64(t.Len()))))
	switch {
	case v.present == 0:
		return ignore("empty")
	case v.values.distinct == 1 && c.Gaps == 0:
		return ignore("constant")
	case numeric && v.whole && v.unique() && (v.rising || identifies(c.Name)):
		return ignore("a number for each row")
	case numeric:
		return asNumber()
	case v.dates == v.present:
		c.Kind = Date
	case v.numbers+v.commas == 0 && !v.values.many && boolean(v.values.list()):
		c.Kind = Boolean
	case v.unique():
		return ignore("unique text")
	case v.values.distinct <= allowed:
		c.Kind = Category
	default:
		more := ""
		if v.values.many {
			more = "more than "
		}
		return ignore(fmt.Sprintf("text of %s%d values", more, v.values.distinct))
	}
	return c
}

// identifies reports whether a column is called as those are that number the rows.
func identifies(name string) bool {
	low := strings.ToLower(name)
	return low == "id" || low == "index" || strings.HasSuffix(low, "_id") || strings.HasSuffix(low, " id") || strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "ID")
}

// boolean reports whether the values are the two of one of truths.
func boolean(values []string) bool {
	for _, pair := range truths {
		all := true
		for _, v := range values {
			low := strings.ToLower(v)
			all = all && (low == pair[0] || low == pair[1])
		}
		if all {
			return true
		}
	}
	return false
}
