package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/importance"
	"github.com/gradus-nn/gradus/internal/leakage"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// namedLeaks is how many columns are named that know too much.
const namedLeaks = 3

// warnOfLeaks says which columns know too much about the target, and whether the rows are in the order of time.
func (t *Training) warnOfLeaks() {
	if t.data.Table == nil {
		return
	}
	schema := t.data.Table.Schema
	var all []leakage.Column
	at := 0
	for i := range schema.Columns {
		c := &schema.Columns[i]
		width := c.Width()
		if width == 0 {
			continue
		}
		ordered := c.Kind == columns.Number || c.Kind == columns.Date
		all = append(all, leakage.Column{Name: c.Name, Lo: at, Hi: at + width, Number: ordered, Gap: c.Missing})
		if c.Kind == columns.Date && leakage.Ordered(t.parts.Train, func(i int) int { return recipe.Line(t.parts.Train, i) }, at) {
			t.show.Note("note", fmt.Sprintf("the rows are in the order of %s, and are divided at random: to judge by what comes later than all it has learnt from, keep the last rows back in a file: --test LATER.csv", terminal.Clean(c.Name)))
		}
		at += width
	}
	found := leakage.Alone(t.parts.Train, all)
	t.report.Leaks = found
	for _, f := range found[:min(namedLeaks, len(found))] {
		t.show.Note("warn", leak(schema, f))
	}
	if more := len(found) - namedLeaks; more > 0 {
		t.show.Note("warn", fmt.Sprintf("so do %s", transcript.Count(more, "more column", "more columns")))
	}
}

// leaksOfFirst warns of leaks in the first of many trainings, which keep no log and no report.
func (t *Training) leaksOfFirst() []leakage.Finding {
	t.show, t.report = progress.New(t.Progress), &TrainReport{}
	t.warnOfLeaks()
	return t.report.Leaks
}

// leak is what there is to say about a column that foretells a target alone.
func leak(schema *columns.Schema, f leakage.Finding) string {
	what := schema.Sought()
	if schema.Task() != columns.Classification {
		what = schema.Answers()[f.Output]
	}
	column, what := terminal.Clean(f.Column), terminal.Clean(what)
	text := fmt.Sprintf("%s alone explains %s of the variance of %s", column, progress.Percent(f.Share), what)
	if schema.Task() != columns.Regression {
		text = fmt.Sprintf("%s alone foretells %s in %s of the rows (always the same answer: %s)", column, what, progress.Percent(f.Share), progress.Percent(f.Always))
	}
	return text + fmt.Sprintf("; was it known before, or written down with it? To leave it out: --columns %q", column+"=ignored")
}

// inputsOf returns the columns of a table as features that are dealt out together.
func inputsOf(schema *columns.Schema) []importance.Input {
	var inputs []importance.Input
	at := 0
	for i := range schema.Columns {
		if width := schema.Columns[i].Width(); width > 0 {
			inputs = append(inputs, importance.Input{Name: schema.Columns[i].Name, Lo: at, Hi: at + width})
			at += width
		}
	}
	return inputs
}

const (
	usefulColumns = 3              // that are named after a training
	usefulRepeats = 3              //
	usefulPasses  = 1_000_000      // rows that go through the network for it,
	usefulWork    = 10_000_000_000 // times weights
	usefulRows    = 100            // that it takes at least
	usefulSample  = 10_000         // rows of large tables: enough to tell the most useful columns from the others
)

// useful names the columns that the network owes most to, as far as it shows on the test examples.
func (t *Training) useful() error {
	if t.data.Table == nil {
		return nil
	}
	inputs := inputsOf(t.data.Table.Schema)
	rows := int(min(usefulPasses, usefulWork/int64(max(1, len(t.net.Params()))))) / usefulRepeats / max(1, len(inputs))
	if t.data.Table.Rows > dataset.Large {
		rows = min(rows, usefulSample)
	}
	if len(inputs) < 2 || rows < usefulRows || t.parts.Test.Len() < usefulRows/5 {
		return nil
	}
	all, err := importance.Measure(context.Background(), t.net, t.parts.Test, inputs, importance.Options{Repeats: usefulRepeats, Seed: t.recipe.Seed, Most: rows})
	if err != nil {
		return err
	}
	t.report.Importance = all
	names := importance.Useful(all, usefulColumns)
	if len(names) == 0 {
		return nil
	}
	for i, n := range names {
		names[i] = terminal.Clean(n)
	}
	t.print.Line("useful", "most: %s   how much: gradus eval %s --importance", strings.Join(names, ", "), t.ref())
	return nil
}
