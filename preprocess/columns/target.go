package columns

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Target is a column that is to be learnt: a class where there are Classes, labels where there are Labels, or else a number.
//
// A cell of labels is the answer to one question, yes or no, and the label is then the name of the column; or it holds any
// number of labels, apart by the Separator.
type Target struct {
	Name         string   `json:"name"`
	Position     int      `json:"position"` // among all columns of the training table, from 0
	Classes      []string `json:"classes,omitempty"`
	Labels       []string `json:"labels,omitempty"`
	Separator    string   `json:"separator,omitempty"` // between the labels of a cell: | or ;
	Mean         float64  `json:"mean,omitempty"`      // the network learns (y - Mean) / Std
	Std          float64  `json:"std,omitempty"`
	DecimalComma bool     `json:"decimal_comma,omitempty"`
}

// Number returns what the network's output z means in the target's own unit: z·Std + Mean.
func (t *Target) Number(z float32) float64 { return float64(float64(z)*t.Std) + t.Mean }

// task is what is learnt of the column.
func (t *Target) task() Task {
	switch {
	case len(t.Classes) > 0:
		return Classification
	case len(t.Labels) > 0:
		return Labels
	}
	return Regression
}

// width returns the number of outputs that the target needs.
func (t *Target) width() int { return max(1, len(t.Classes), len(t.Labels)) }

// holds reports whether a cell says something about the target.
func (t *Target) holds(cell []byte) bool {
	switch {
	case t.Separator != "":
		return !missing(cell) || noLabel(cell)
	case missing(cell):
		return false
	case len(t.Labels) > 0:
		_, ok := truth(cell)
		return ok
	case len(t.Classes) > 0:
		return true
	}
	_, ok := number(cell, t.DecimalComma)
	return ok
}

// Task returns what is learnt: one class, any number of labels, or a number for each target.
func (s *Schema) Task() Task {
	if len(s.Targets) == 0 {
		return Auto
	}
	return s.Targets[0].task()
}

// Outputs returns the number of outputs that a network needs: one a class, a label, or a number.
func (s *Schema) Outputs() int {
	n := 0
	for i := range s.Targets {
		n += s.Targets[i].width()
	}
	return n
}

// Answers names the outputs: the classes, the labels, or the targets that are numbers.
func (s *Schema) Answers() []string {
	var names []string
	for i := range s.Targets {
		switch t := &s.Targets[i]; t.task() {
		case Classification:
			names = append(names, t.Classes...)
		case Labels:
			names = append(names, t.Labels...)
		default:
			names = append(names, t.Name)
		}
	}
	return names
}

// Classes returns the names of the classes, or of the labels; nil where numbers are learnt.
func (s *Schema) Classes() []string {
	if s.Task() == Regression {
		return nil
	}
	return s.Answers()
}

// Number returns what output i of the network means in its target's own unit, where numbers are learnt.
func (s *Schema) Number(i int, z float32) float64 { return s.Targets[i].Number(z) }

// TargetNames returns the names of the columns that are to be learnt.
func (s *Schema) TargetNames() []string {
	names := make([]string, len(s.Targets))
	for i, t := range s.Targets {
		names[i] = t.Name
	}
	return names
}

// Sought is TargetNames in a line that Options.Target takes.
func (s *Schema) Sought() string { return strings.Join(s.TargetNames(), ",") }

// inputs returns the positions of the columns that are no targets, in the training table.
func (s *Schema) inputs() []int { return s.inputsOf(len(s.Columns) + len(s.Targets)) }

// inputsOf is inputs for a training table of so many columns.
func (s *Schema) inputsOf(width int) []int {
	var at []int
	for j := range width {
		if !slices.ContainsFunc(s.Targets, func(t Target) bool { return t.Position == j }) {
			at = append(at, j)
		}
	}
	return at
}

// checkTargets reports why the targets cannot be used.
func (s *Schema) checkTargets() error {
	if len(s.Targets) == 0 {
		return fmt.Errorf("columns: there is no target")
	}
	answers, places := map[string]bool{}, map[int]bool{}
	for i := range s.Targets {
		t := &s.Targets[i]
		switch task := t.task(); {
		case len(t.Classes) > 0 && len(t.Labels) > 0:
			return fmt.Errorf("columns: the target %q has both classes and labels", t.Name)
		case task != s.Task():
			return fmt.Errorf("columns: the targets %q and %q are of different tasks, %s and %s", s.Targets[0].Name, t.Name, s.Task(), task)
		case task == Classification && len(s.Targets) > 1:
			return fmt.Errorf("columns: %d targets with classes; want one", len(s.Targets))
		case task == Labels && t.Separator == "" && len(t.Labels) > 1:
			return fmt.Errorf("columns: the target %q has %d labels, but nothing that keeps them apart", t.Name, len(t.Labels))
		case task != Labels && t.Separator != "":
			return fmt.Errorf("columns: the target %q has a separator, but no labels", t.Name)
		case task == Regression && !(finite(t.Mean) && finite(t.Std) && t.Std > 0):
			return fmt.Errorf("columns: the target %q has mean %v and deviation %v; want numbers, the second positive", t.Name, t.Mean, t.Std)
		case t.Position < 0 || t.Position >= len(s.Columns)+len(s.Targets):
			return fmt.Errorf("columns: the target %q is column %d of %d", t.Name, t.Position, len(s.Columns)+len(s.Targets))
		case places[t.Position]:
			return fmt.Errorf("columns: two targets are column %d", t.Position)
		}
		places[t.Position] = true
	}
	for _, name := range s.Answers() {
		if answers[name] {
			return fmt.Errorf("columns: two classes or labels are called %q", name)
		}
		answers[name] = true
	}
	return nil
}

// UnmarshalJSON also reads what was written when there was one target, under "target".
func (s *Schema) UnmarshalJSON(data []byte) error {
	type plain Schema
	stored := struct {
		*plain
		Target *Target `json:"target"`
	}{plain: (*plain)(s)}
	if err := json.Unmarshal(data, &stored); err != nil {
		return err
	}
	if stored.Target != nil && s.Targets == nil {
		s.Targets = []Target{*stored.Target}
	}
	return nil
}
