// Package columns turns the rows of a table, whose cells are text under a name, into the features of a network, and the cells
// of one column or several into what it is to learn.
//
// A [Schema] is worked out from a [Table] in two steps: Infer decides what every column is, from all rows; Fit measures medians,
// means and categories, from the rows to train on alone. A fitted schema is plain data that travels with the model: whoever
// asks the model later binds it to the columns of his own table by name, in any order, and gets the same features.
//
//	number    (x - mean) / deviation; a missing value is the median, told by a feature of its own if values were missing in training
//	category  one feature a value, 1 for the one that it is; an unknown value is none of them, a missing one has a place of its own
//	boolean   a category of two: yes and no, true and false
//	date      days, standardised, with the place in the year and in the week as points on a circle
//
// Columns that say nothing about other rows are ignored, each with a word why: identifiers, constants, text that is everywhere
// different.
package columns

import (
	"fmt"
	"slices"
)

// A Kind is what the cells of a column mean.
type Kind string

// The kinds of columns.
const (
	Number   Kind = "number"
	Category Kind = "category"
	Boolean  Kind = "boolean"
	Date     Kind = "date"
	Ignored  Kind = "ignored"
)

// Kinds lists the kinds, for messages.
var Kinds = []Kind{Number, Category, Boolean, Date, Ignored}

// A Column is what is known about one column of the inputs.
type Column struct {
	Name         string   `json:"name"`
	Kind         Kind     `json:"kind"`
	Why          string   `json:"why,omitempty"`           // an ignored column is ignored
	DecimalComma bool     `json:"decimal_comma,omitempty"` // 1,5 is one and a half
	Median       float64  `json:"median,omitempty"`        // of a number: stands for missing values
	Mean         float64  `json:"mean,omitempty"`          // of a number, or of a date's days since 1970
	Std          float64  `json:"std,omitempty"`           // population standard deviation
	Values       []string `json:"values,omitempty"`        // of a category, sorted
	Missing      bool     `json:"missing,omitempty"`       // values were missing in training, which is a feature of its own

	Gaps int `json:"-"` // cells that were missing when the kind was inferred
	Bad  int `json:"-"` // cells among them that are no numbers, although the column's others are
	Odd  Odd `json:"-"` // the first of these
}

// An Odd cell is one that does not fit its column.
type Odd struct {
	Line int
	Text string
}

// Width returns the number of features that the column becomes.
func (c *Column) Width() int {
	n := 0
	switch c.Kind {
	case Number:
		n = 1
	case Category, Boolean:
		n = len(c.Values)
	case Date:
		n = dateFeatures
	default:
		return 0
	}
	if c.Missing {
		n++
	}
	return n
}

// A Schema is how a row becomes features and a target.
type Schema struct {
	Columns []Column `json:"columns"` // all but the targets, in the order of the training table
	Targets []Target `json:"targets"` // in the order of the network's outputs
}

// Width returns the number of features.
func (s *Schema) Width() int {
	n := 0
	for i := range s.Columns {
		n += s.Columns[i].Width()
	}
	return n
}

// Features names the features in order: "area", "area is missing", "district=North", "built: day".
func (s *Schema) Features() []string {
	var names []string
	for _, c := range s.Columns {
		switch c.Kind {
		case Number:
			names = append(names, c.Name)
		case Category, Boolean:
			for _, v := range c.Values {
				names = append(names, c.Name+"="+v)
			}
		case Date:
			for _, part := range dateParts {
				names = append(names, c.Name+": "+part)
			}
		default:
			continue
		}
		if c.Missing {
			names = append(names, c.Name+" is missing")
		}
	}
	return names
}

// maxFeatures bounds what a schema may ask for: a row of features is 16 MiB then.
const maxFeatures = 1 << 22

// Check reports why the schema cannot be applied, or does not belong to a network of so many inputs.
func (s *Schema) Check(width int) error {
	names := map[string]bool{}
	for _, t := range s.Targets {
		if names[t.Name] {
			return fmt.Errorf("columns: two targets are called %q", t.Name)
		}
		names[t.Name] = true
	}
	for _, c := range s.Columns {
		if names[c.Name] {
			return fmt.Errorf("columns: two columns are called %q", c.Name)
		}
		names[c.Name] = true
		switch {
		case !slices.Contains(Kinds, c.Kind):
			return fmt.Errorf("columns: column %q is of kind %q, which this version does not know", c.Name, c.Kind)
		case (c.Kind == Number || c.Kind == Date) && !(finite(c.Mean) && finite(c.Median) && c.Std > 0 && finite(c.Std)):
			return fmt.Errorf("columns: column %q has mean %v, median %v and deviation %v; want numbers, the last positive", c.Name, c.Mean, c.Median, c.Std)
		case !slices.IsSorted(c.Values) || len(slices.Compact(slices.Clone(c.Values))) != len(c.Values):
			return fmt.Errorf("columns: the values of column %q are not sorted, each once", c.Name)
		}
	}
	if err := s.checkTargets(); err != nil {
		return err
	}
	if n := s.Width(); n != width || n > maxFeatures {
		return fmt.Errorf("columns: %d features for a network of %d inputs", n, width)
	}
	return nil
}
