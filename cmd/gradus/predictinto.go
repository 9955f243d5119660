package main

import (
	"io"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/prediction"
)

// predictInto writes what a model says about images, or rows of numbers, into a table.
func predictInto(c *console, p *prediction.Predictor, files []string, out string, yes, asJSON, example bool) error {
	switch {
	case example:
		return exit.Usagef("gradus predict: both --index and --out; want one of them")
	case asJSON:
		return exit.Usagef("gradus predict: both --json and --out; want one of them")
	}
	write := func(w io.Writer) error {
		table, err := p.Listing(w)
		if err != nil {
			return err
		}
		if err := predict(c, p, files, "", "", 0, false, table.Add); err != nil {
			return err
		}
		return table.Flush()
	}
	var err error
	if out == "-" {
		err = write(c.out)
	} else {
		if err = mayReplace(out, yes); err != nil {
			return err
		}
		err = durable.Write(out, write)
	}
	c.warnAll(p.Notes)
	return err
}
