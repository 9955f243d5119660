package main

import (
	"io"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/prediction"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/terminal"
)

// predictTable asks a model of tables about the rows of one file, or of the standard input.
func predictTable(c *console, p *prediction.Predictor, files []string, out string, yes, asJSON bool) error {
	switch {
	case len(files) > 1:
		return exit.Usagef("gradus predict: %d files; a model of a table takes one at a time, or - for the standard input", len(files))
	case asJSON && out != "":
		return exit.Usagef("gradus predict: both --json and --out; want one of them")
	}
	in, options := c.in, csv.Options{Name: "the standard input"}
	if len(files) == 1 && files[0] != "-" {
		f, err := recipe.OpenRows(files[0], recipe.RowOptions{Target: p.Model.Columns.Sought(), Unlabelled: true})
		if err != nil {
			return exit.With(exit.Data, err)
		}
		defer f.Close()
		in, options = f, f.Options
	}
	if asJSON {
		report := prediction.Report{Schema: prediction.Schema, Model: p.Path, Predictions: []prediction.Prediction{}}
		notes, err := p.Answers(options, in, func(r prediction.Prediction) error {
			report.Predictions = append(report.Predictions, r)
			return nil
		})
		if err != nil {
			return err
		}
		c.warnAll(notes)
		return c.printJSON(report)
	}
	var notes []string
	write := func(w io.Writer) (err error) {
		notes, err = p.Table(options, in, w)
		return err
	}
	var err error
	if out == "" || out == "-" {
		err = write(c.out)
	} else {
		if err = mayReplace(out, yes); err != nil {
			return err
		}
		err = durable.Write(out, write)
	}
	if err != nil {
		return err
	}
	c.warnAll(notes)
	return nil
}

// warnAll writes sentences as warnings.
func (c *console) warnAll(notes []string) {
	for _, n := range notes {
		c.note("warn", "%s", terminal.Clean(n))
	}
}
