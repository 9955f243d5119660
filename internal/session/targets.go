package session

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
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
		text := fmt.Sprintf("%s, several at once", transcript.Count(s.Outputs(), "label", "labels"))
		if apart := s.Targets[0].Separator; apart != "" {
			text += fmt.Sprintf(", apart by %s in %s", apart, terminal.Clean(s.Targets[0].Name))
		}
		text += ": " + fewNames(s.Classes())
		if without > 0 {
			text += fmt.Sprintf("   %s without any", transcript.Count(without, "row", "rows"))
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

// Deviations is the unit of figures over several numbers of a table, each of which was scaled by its own deviation.
func Deviations(schema *columns.Schema) string {
	if schema == nil || len(schema.Targets) < 2 || schema.Task() != columns.Regression {
		return ""
	}
	return "deviations"
}

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
