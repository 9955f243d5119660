package main

import (
	"fmt"
	"math"
	"path/filepath"
	"text/tabwriter"

	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
)

// shownImportance is how many columns are listed; --json has them all.
const shownImportance = 40

// showImportance lists what the model owes to each column.
func showImportance(c *console, r *session.EvalReport) error {
	i := r.Importance
	if i == nil {
		return nil
	}
	what, write := "accuracy falls by", func(v float64) string { return fmt.Sprintf("%.2f", 100*v) }
	if i.Figure == "rmse" {
		what, write = "rmse rises by", progress.Loss
		if r.Unit != "" {
			what += " (" + r.Unit + ")"
		}
	}
	fmt.Fprintf(c.out, "\nwithout a column's values (dealt out anew %d times among %s examples, seed %d)\n", i.Repeats, nn.Thousands(i.Examples), i.Seed)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "column\tloss rises by\t±\t%s\t±\t\n", what)
	for _, x := range i.Columns[:min(shownImportance, len(i.Columns))] {
		fmt.Fprintf(w, "%s\t%.4f\t%.4f\t%s\t%s\t\n", terminal.Clean(x.Input), x.Loss.Mean, x.Loss.SD, write(x.Figure.Mean), write(x.Figure.SD))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if more := len(i.Columns) - shownImportance; more > 0 {
		fmt.Fprintf(c.out, "and %d more, which matter less\n", more)
	}
	idle := 0
	for _, x := range i.Columns {
		if x.Loss.Mean <= 2*x.Loss.SD {
			idle++
		}
	}
	if idle > 0 {
		verb := "make"
		if idle == 1 {
			verb = "makes"
		}
		fmt.Fprintf(c.out, "%d of the %d columns %s no more difference than chance\n", idle, len(i.Columns), verb)
	}
	return nil
}

// showSuspects shows the examples whose label or target looks wrong: as pictures where they are some, and in a list.
func showSuspects(c *console, r *session.EvalReport) error {
	s := r.Suspects
	if s == nil {
		return nil
	}
	by := "by the model"
	if s.Folds > 0 {
		by = fmt.Sprintf("each by a network that has not seen it, in %d folds", s.Folds)
	}
	noun := "labels look"
	switch {
	case r.Correct == nil && s.Found == 1:
		noun = "number is odd"
	case r.Correct == nil:
		noun = "numbers are odd"
	case s.Found == 1:
		noun = "label looks"
	}
	if r.Correct != nil {
		noun += " wrong"
	}
	fmt.Fprintf(c.out, "\n%s %s in %s examples, judged %s\n", nn.Thousands(s.Found), noun, nn.Thousands(s.Examples), by)
	if len(s.Worst) == 0 {
		return nil
	}
	if s.Worst[0].Features != nil {
		if err := suspectPictures(c, r); err != nil {
			return err
		}
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if r.Correct == nil {
		fmt.Fprintf(w, "example\tcolumn\tvalue\texpected\tdeviations\t\n")
	} else {
		fmt.Fprintf(w, "example\tlabel\tlooks like\tprobability\tof its label\t\n")
	}
	for _, x := range s.Worst {
		if r.Correct == nil {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.1f\t\n", suspectName(x), terminal.Clean(x.Target), measured(x.Value), measured(x.Expected), x.Times)
		} else {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", suspectName(x), terminal.Clean(x.Label), terminal.Clean(x.Looks), progress.Percent(x.Likely), progress.Percent(x.Own))
		}
	}
	return w.Flush()
}

// suspectName is where a suspect is found.
func suspectName(x session.Suspect) string {
	if x.Origin == "" && x.Index != nil {
		return fmt.Sprintf("#%d", *x.Index)
	}
	return terminal.Clean(x.Origin)
}

// measured writes a value of a target: large ones without the exponent that nobody reads.
func measured(v float64) string {
	if a := math.Abs(v); a >= 1e5 && a < 1e15 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.6g", v)
}

func suspectPictures(c *console, r *session.EvalReport) error {
	var tiles []terminal.Tile
	for _, x := range r.Suspects.Worst {
		tiles = append(tiles, terminal.Tile{
			Image:   picture.Draw(x.Features, r.Set.Shape, r.Photos),
			Caption: []string{filepath.Base(suspectName(x)), terminal.Clean(fmt.Sprintf("%s → %s", x.Label, x.Looks))},
		})
	}
	if err := c.caps().Grid(c.out, tiles); err != nil {
		return err
	}
	fmt.Fprintln(c.out)
	return nil
}
