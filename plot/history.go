package plot

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Run is the table of a training: a line an epoch, a column a figure.
type Run struct {
	Name   string
	Column map[string][]float64 // by its name: epoch, train_loss, val_loss ...; NaN where a cell is empty
}

// ReadMetrics reads the metrics.csv of a run folder.
func ReadMetrics(r io.Reader, name string) (Run, error) {
	in := csv.NewReader(r)
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return Run{}, fmt.Errorf("plot: the metrics of %s are empty: no epoch has been finished yet", name)
	}
	if err != nil {
		return Run{}, fmt.Errorf("plot: the metrics of %s: %w", name, err)
	}
	head = slices.Clone(head)
	if !slices.Contains(head, "epoch") {
		return Run{}, fmt.Errorf("plot: the metrics of %s have no column epoch; want a line of names such as epoch,step,train_loss", name)
	}
	run := Run{name, map[string][]float64{}}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Run{}, fmt.Errorf("plot: the metrics of %s: %w", name, err)
		}
		for i, cell := range row {
			v := math.NaN()
			if cell != "" {
				if v, err = strconv.ParseFloat(cell, 64); err != nil {
					line, _ := in.FieldPos(i)
					return Run{}, fmt.Errorf("plot: the metrics of %s, line %d: column %s is %q; want a number", name, line, head[i], cell)
				}
			}
			run.Column[head[i]] = append(run.Column[head[i]], v)
		}
	}
	if len(run.Column["epoch"]) == 0 {
		return Run{}, fmt.Errorf("plot: the metrics of %s have no line: no epoch has been finished yet", name)
	}
	return run, nil
}

// has reports whether the run has a number in the column.
func (r Run) has(column string) bool {
	return slices.ContainsFunc(r.Column[column], func(v float64) bool { return !math.IsNaN(v) })
}

// History is the loss and what else was measured of one or several runs, a panel each. With one run, what it trained on is
// solid and blue, what was held out dashed and orange; of several runs each has its colour.
func History(runs ...Run) Panels {
	p := Panels{Title: "Training of " + names(runs)}
	for _, figure := range []struct{ name, label string }{{"loss", "loss"}, {"acc", "accuracy"}, {"rmse", "rmse"}} {
		c := Curves{XLabel: "epoch", YLabel: figure.label, Whole: true}
		for i, r := range runs {
			for dash, part := range []struct{ column, name string }{{"train_", "training"}, {"val_", "validation"}} {
				column := part.column + figure.name
				if !r.has(column) {
					continue
				}
				s := Series{Name: part.name, X: r.Column["epoch"], Y: r.Column[column], Dash: dash, Color: TrainColor}
				if dash == 1 {
					s.Color = HeldOutColor
				}
				if len(runs) > 1 {
					s.Name, s.Color = r.Name+", "+part.name, Hue(i)
				}
				c.Series = append(c.Series, s)
			}
		}
		if len(c.Series) > 0 {
			p.Plots = append(p.Plots, c)
		}
	}
	p.Legend = legendOf(runs, p.Plots)
	return p
}

// legendOf explains colours by runs, and dashes once for all of them.
func legendOf(runs []Run, plots []Curves) []Series {
	training, validation := Series{Name: "training", Color: TrainColor}, Series{Name: "validation", Color: HeldOutColor, Dash: 1}
	var all []Series
	if len(runs) > 1 {
		for i, r := range runs {
			all = append(all, Series{Name: r.Name, Color: Hue(i)})
		}
		training.Color, validation.Color = faint, faint
	}
	for _, kind := range []Series{training, validation} {
		drawn := func(s Series) bool { return s.Dash == kind.Dash }
		if slices.ContainsFunc(plots, func(c Curves) bool { return slices.ContainsFunc(c.Series, drawn) }) {
			all = append(all, kind)
		}
	}
	return all
}

func names(runs []Run) string {
	if len(runs) > 3 {
		return fmt.Sprintf("%d runs", len(runs))
	}
	var all []string
	for _, r := range runs {
		all = append(all, r.Name)
	}
	return strings.Join(all, ", ")
}
