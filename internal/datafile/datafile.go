// Package datafile says what is in a file of rows, or in arrays.
package datafile

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// Is reports whether a name means a file of rows or arrays, or a folder of arrays, rather than a set or images.
func Is(name string) bool {
	return recipe.IsTable(name) || recipe.IsRows(name) || recipe.IsArrays(name)
}

// Describe says what is in a file of rows, or in arrays.
func Describe(w io.Writer, name string) error {
	arrays, tabular, err := recipe.DescribeArrays(name)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	if arrays != nil {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, a := range arrays {
			fmt.Fprintf(t, "%s\t%s\t%v\t%s\n", terminal.Clean(a.Name), a.Kind(), a.Shape, a.Use)
		}
		t.Flush()
		if !tabular {
			return nil
		}
		fmt.Fprintln(w)
	}
	f, err := recipe.OpenRows(name, recipe.RowOptions{Part: "train"})
	if err != nil {
		return exit.With(exit.Data, err)
	}
	defer f.Close()
	cells, err := columns.Read(f, f.Options, f.Header)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	s, err := columns.Describe(cells)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	fmt.Fprintf(w, "%s  %s · %s\n", terminal.Clean(name), transcript.Count(cells.Len(), "row", "rows"), transcript.Count(len(cells.Names), "column", "columns"))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range s.Table() {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", terminal.Clean(l[0]), l[1], terminal.Clean(l[2]))
	}
	t.Flush()
	for _, n := range f.Notes {
		fmt.Fprintln(w, terminal.Clean(n))
	}
	return nil
}

// Row writes the cells of a row of a file, numbered from 0, each under its name.
func Row(w io.Writer, name, part string, number int) error {
	f, err := recipe.OpenRows(name, recipe.RowOptions{Part: part, Unlabelled: true})
	if err != nil {
		return exit.With(exit.Data, err)
	}
	defer f.Close()
	in, err := csv.NewReader(f, f.Options)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	var names []string
	for i := 0; ; {
		cells, err := in.Read()
		if err == io.EOF {
			return exit.Usagef("gradus data show: there is no row %d; %s has %s", number, name, transcript.Count(i, "row", "rows"))
		}
		if err != nil {
			return exit.With(exit.Data, err)
		}
		if names == nil {
			if names, err = columns.NamesOf(cells, f.Header); err != nil {
				return exit.Dataf("%s: %w", name, err)
			}
			if columns.IsHeader(cells, f.Header) {
				continue
			}
		}
		if i == number {
			fmt.Fprintf(w, "%s  row %s   line %d\n", terminal.Clean(name), nn.Thousands(number), in.Line())
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			for j, cell := range cells {
				fmt.Fprintf(t, "  %s\t%s\n", terminal.Clean(names[j]), terminal.Clean(strings.TrimSpace(string(cell))))
			}
			return t.Flush()
		}
		i++
	}
}

// Pictures loads arrays that are no table, to show their examples.
func Pictures(name string) (train, test *dataset.Set, ok bool, err error) {
	arrays, tabular, err := recipe.DescribeArrays(name)
	if err != nil || arrays == nil || tabular {
		return nil, nil, false, exit.With(exit.Data, err)
	}
	e, err := recipe.ReadArrays(name, nil)
	if err != nil {
		return nil, nil, false, exit.With(exit.Data, err)
	}
	return e.Train, e.Test, true, nil
}
