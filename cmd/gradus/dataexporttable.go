package main

import (
	"encoding/csv"
	"io"
	"os"
	"strconv"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
)

// exportTable writes a set whose features have names as a table that gradus train FILE.csv reads: the rows to train on, then those
// to test by, with what is to be learnt in the last column.
func exportTable(c *console, path string, train, test *dataset.Set, info catalog.Info, limit int) error {
	if _, err := os.Lstat(path); err == nil {
		return exit.Usagef("gradus data export: %s exists; name another file", path)
	}
	target := "class"
	switch {
	case info.Name == "diabetes":
		target = tabular.DiabetesTarget
	case info.Classes == nil:
		target = "target"
	}
	if limit > 0 {
		train, test = train.Head(limit), test.Head(limit)
	}
	err := durable.Write(path, func(to io.Writer) error {
		w := csv.NewWriter(to)
		w.Write(append(append([]string{}, info.Columns...), target))
		for _, s := range []*dataset.Set{train, test} {
			for i := range s.Len() {
				var row []string
				for _, v := range s.Example(i) {
					row = append(row, strconv.FormatFloat(float64(v), 'g', -1, 32))
				}
				if info.Classes != nil {
					row = append(row, s.ClassName(s.Label(i)))
				} else {
					row = append(row, strconv.FormatFloat(float64(s.Target(i)[0]), 'g', -1, 32))
				}
				w.Write(row)
			}
		}
		w.Flush()
		return w.Error()
	})
	if err != nil {
		return exit.With(exit.Failed, err)
	}
	c.note("wrote", "%s   %s rows; gradus train %[1]s --target %[3]s", terminal.Clean(path), nn.Thousands(train.Len()+test.Len()), target)
	return nil
}
