package session

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// shownAnswers is how many classes or labels are named.
const shownAnswers = 6

// fewNames writes the first of many names.
func fewNames(names []string) string {
	var shown []string
	for _, n := range names[:min(shownAnswers, len(names))] {
		shown = append(shown, terminal.Clean(n))
	}
	if len(names) > len(shown) {
		shown = append(shown, "...")
	}
	return strings.Join(shown, ", ")
}

// DescribeTask says in lines what a model of tables answers.
func DescribeTask(s *columns.Schema) []string { return describeTask(s, 0) }

// describeTask says in lines what is learnt; so many examples have no label.
func describeTask(s *columns.Schema, without int) []string {
	switch s.Task() {
	case columns.Classification:
		return []string{fmt.Sprintf("classification of %s into %d classes: %s", terminal.Clean(s.Targets[0].Name), s.Outputs(), fewNames(s.Classes()))}
	case columns.Labels:
		text := fmt.Sprintf("%s, several at once", countOf(s.Outputs(), "label", "labels"))
		if apart := s.Targets[0].Separator; apart != "" {
			text += fmt.Sprintf(", apart by %s in %s", apart, terminal.Clean(s.Targets[0].Name))
		}
		text += ": " + fewNames(s.Classes())
		if without > 0 {
			text += fmt.Sprintf("   %s without any", countOf(without, "row", "rows"))
		}
		return []string{text}
	}
	if len(s.Targets) == 1 {
		t := s.Targets[0]
		return []string{fmt.Sprintf("regression of %s   mean %.6g, deviation %.6g", terminal.Clean(t.Name), t.Mean, t.Std)}
	}
	lines := []string{fmt.Sprintf("regression of %d targets, each by its deviation", len(s.Targets))}
	width := 0
	for _, t := range s.Targets {
		width = max(width, terminal.Width(terminal.Clean(t.Name)))
	}
	for _, t := range s.Targets[:min(shownColumns, len(s.Targets))] {
		name := terminal.Clean(t.Name)
		lines = append(lines, fmt.Sprintf("%s%s  mean %.6g, deviation %.6g", name, strings.Repeat(" ", width-terminal.Width(name)), t.Mean, t.Std))
	}
	if more := len(s.Targets) - shownColumns; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return lines
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

// chosen returns the labels that the network gives more than one half.
func chosen(labels []string, y []float32) []string {
	list := []string{}
	for i, p := range y {
		if p > 0.5 {
			list = append(list, labels[i])
		}
	}
	return list
}

// joinLabels writes labels into one cell, as the column that they were learnt from has them, or with | between them.
func joinLabels(s *columns.Schema, labels []string) string {
	apart := "|"
	if own := s.Targets[0].Separator; own != "" {
		apart = own
	}
	return strings.Join(labels, apart)
}

// likeliest returns the outputs by falling probability, at most n of them.
func likeliest(names []string, y []float32, n int) []Answer {
	order := make([]int, len(y))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(y[b], y[a]) })
	var top []Answer
	for _, i := range order[:min(max(1, n), len(order))] {
		top = append(top, Answer{names[i], float64(y[i])})
	}
	return top
}

// Deviations is the unit of figures over several numbers of a table, each of which was scaled by its own deviation.
func Deviations(schema *columns.Schema) string {
	if schema == nil || len(schema.Targets) < 2 || schema.Task() != columns.Regression {
		return ""
	}
	return "deviations"
}

// truthOf is what example i of a set is, in words; "" where numbers are learnt.
func (u *Used) truthOf(set *dataset.Set, i int) string {
	if set.Many {
		labels := chosen(classNames(u, set.Out), set.Target(i))
		if len(labels) == 0 {
			return noLabels
		}
		return strings.Join(labels, ", ")
	}
	if c := set.Label(i); c >= 0 {
		return u.ClassName(c)
	}
	return ""
}

// noLabels is written where an example has none.
const noLabels = "none of the labels"

// unlabelled returns how many examples of a set have no label.
func unlabelled(set *dataset.Set) int {
	n := 0
	if !set.Many {
		return n
	}
	for lo := 0; lo+set.Out <= len(set.Targets); lo += set.Out {
		if !slices.ContainsFunc(set.Targets[lo:lo+set.Out], func(t float32) bool { return t != 0 }) {
			n++
		}
	}
	return n
}
