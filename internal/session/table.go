package session

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/gradus-nn/gradus/internal/baseline"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// straight fits the best model without a hidden layer, which a network for a table has to beat.
func (t *Training) straight() {
	if t.data.Table != nil {
		f := baseline.Weighted(t.parts.Train, t.parts.Test, t.recipe.Weights())
		if s := t.data.Table.Schema; f != nil && f.Numbers {
			for i := range f.Each {
				f.Each[i] *= s.Targets[i].Std
			}
		}
		t.report.Straight = f
	}
}

// besideConstant is what stands beside the constant answer.
func (t *Training) besideConstant() string {
	f := t.report.Straight
	switch {
	case t.data.Table == nil:
		return ""
	case f == nil:
		return " · no linear model: it would take long on so many rows and columns"
	case f.Numbers:
		return fmt.Sprintf(" · linear: rmse %s", progress.Loss(f.RMSE))
	}
	return fmt.Sprintf(" · logistic: %s", progress.Counted(f.Correct, f.Examples))
}

// shownColumns is how many columns are listed; data.json has them all.
const shownColumns = 40

// introduceTable says what was found in the file.
func (t *Training) introduceTable() {
	a := t.data.Table
	lines := a.Schema.Table()
	text := fmt.Sprintf("%s  %s rows · %d columns", terminal.Clean(t.recipe.Data), nn.Thousands(a.Rows), len(lines)+len(a.Schema.Targets))
	if n := len(a.Dropped); n > 0 {
		text += fmt.Sprintf(" · %s without a target left out (%s)", transcript.Count(n, "row", "rows"), transcript.Lines(a.Dropped))
	}
	t.print.Line("read", "%s", text)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, l := range lines[:min(shownColumns, len(lines))] {
		fmt.Fprintf(w, "%s\t%s\t%s\n", terminal.Clean(l[0]), l[1], terminal.Clean(l[2]))
	}
	w.Flush()
	for _, l := range strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n") {
		t.print.Line("", "%s", strings.TrimRight(l, " "))
	}
	if more := len(lines) - shownColumns; more > 0 {
		t.print.Line("", "and %d more", more)
	}
	subject := "task"
	for _, l := range describeTask(a.Schema, unlabelled(t.data.Train)+unlabelled(t.data.Test)) {
		t.print.Line(subject, "%s", l)
		subject = ""
	}
	split := fmt.Sprintf("%s to train on", nn.Thousands(t.parts.Train.Len()))
	if t.parts.Judge == "val" {
		split += fmt.Sprintf(" · %s%s to stop by", nn.Thousands(t.parts.HeldOut.Len()), fromFile(t.data.ValFile))
	}
	split += fmt.Sprintf(" · %s%s to judge the end by   seed %d", nn.Thousands(t.parts.Test.Len()), fromFile(t.data.TestFile), t.recipe.Seed)
	if a.Shared+t.data.ValFile.Overlap()+t.data.TestFile.Overlap() == 0 {
		split += "   no row on both sides"
	}
	t.print.Line("split", "%s", split)
}

// warnOfTable says what makes results on a table look better than they are.
func (t *Training) warnOfTable() {
	t.warnOfFiles()
	if a := t.data.Table; a != nil && a.Shared > 0 {
		t.show.Note("warn", fmt.Sprintf("%d of the %d rows that judge the end occur among those to train on, too: the result looks better than it is; remove duplicates from %s", a.Shared, t.parts.Test.Len(), t.recipe.Data))
	}
}

// beside says whether the network was worth it.
func (t *Training) beside(e nn.Evaluation, r *scores.Report) {
	f := t.report.Straight
	if f == nil {
		return
	}
	text := verdict(f, e)
	if balanced, ok := r.Figures["balanced_acc"]; ok && t.recipe.Weights() != nil {
		text = balancedVerdict(f, balanced)
	}
	t.print.Line("beside", "%s", text)
}

// balancedVerdict is verdict where the classes were weighed, so that how many are right is not what was sought.
func balancedVerdict(f *baseline.Fit, balanced float64) string {
	text := "logistic regression with the same weights: balanced " + progress.Percent(f.Balanced)
	if f.Balanced >= balanced {
		return "the network does not beat " + text + "; the simpler model is as good here"
	}
	return text + "; the network " + progress.Percent(balanced)
}

// verdict compares a network with the straight model on the same examples.
func verdict(f *baseline.Fit, e nn.Evaluation) string {
	if e.Task == loss.Regression {
		switch {
		case f.RMSE <= e.RMSE:
			return fmt.Sprintf("the network does not beat linear regression (rmse %s): the simpler model is as good here", progress.Loss(f.RMSE))
		default:
			return fmt.Sprintf("linear regression: rmse %s; the network's is %.0f %% smaller", progress.Loss(f.RMSE), 100*(1-e.RMSE/f.RMSE))
		}
	}
	if f.Correct >= e.Correct {
		return fmt.Sprintf("the network does not beat logistic regression (%s): the simpler model is as good here", progress.Counted(f.Correct, f.Examples))
	}
	return fmt.Sprintf("logistic regression: %s; the network has %d more right", progress.Counted(f.Correct, f.Examples), e.Correct-f.Correct)
}
