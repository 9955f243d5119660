package main

import (
	"fmt"
	"image/png"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/internal/datafile"
	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
)

func newData(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "the data sets inside gradus, and what is in them",
		Long:  "data shows the data sets that are inside gradus, and folders of IDX files or\nof images.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return exit.Usagef("gradus data: want a command: gradus data ls, or gradus data show mnist 0")
		},
	}
	cmd.AddCommand(newDataLs(c), newDataShow(c), newDataExport(c))
	return cmd
}

// dataRecord is a data set as --json prints it.
type dataRecord struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Train       int      `json:"train"`
	Test        int      `json:"test"`
	Shape       []int    `json:"shape"`
	Outputs     int      `json:"outputs"`
	Classes     []string `json:"classes,omitempty"`
	Licence     string   `json:"licence"`
	Source      string   `json:"source"`
}

// dataColumns is the width of the list's other columns.
const dataColumns = 46

func newDataLs(c *console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "ls",
		Aliases: []string{"list"},
		Short:   "list the data sets inside gradus",
		Example: `  gradus data ls
  gradus data ls --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			all := catalog.List()
			if asJSON {
				var list []dataRecord
				for _, i := range all {
					list = append(list, dataRecord{i.Name, i.Description, i.Train, i.Test, i.Shape, i.Out, i.Classes, i.Licence, i.Source})
				}
				return c.printJSON(struct {
					Schema string       `json:"schema"`
					Data   []dataRecord `json:"data"`
				}{"gradus.datasets/1", list})
			}
			describe := func(text string) string { return text }
			if caps := c.caps(); caps.TTY { // a line a set, even if it ends early
				describe = func(text string) string { return shorten(text, caps.Width-dataColumns) }
			}
			w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
			fmt.Fprintf(w, "name\ttrain\ttest\tin → classes\t\n")
			for _, i := range all {
				what := fmt.Sprint(i.Out)
				if len(i.Classes) == 0 {
					what += " number"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%v → %s\t%s\n", i.Name, nn.Thousands(i.Train), nn.Thousands(i.Test), i.Shape, what, describe(i.Description))
			}
			w.Flush()
			fmt.Fprintf(c.out, "\ngradus train NAME trains on one of them; a folder of images or of IDX files works, too.\n")
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}

func newDataShow(c *console) *cobra.Command {
	var (
		output, part string
		replace      bool
	)
	cmd := &cobra.Command{
		Use:   "show NAME|FILE|FOLDER [NUMBER]",
		Short: "show an example, or what the columns or arrays of a file are",
		Example: `  gradus data show mnist 0
  gradus data show houses.csv
  gradus data show digits.npz 12
  gradus data show mnist 7 --part test -o seven.png
  gradus data show iris 3`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return exit.Usagef("gradus data show: want a data set and the number of an example, such as mnist 0")
			}
			index := 0
			if len(args) == 2 {
				var err error
				if index, err = strconv.Atoi(args[1]); err != nil {
					return exit.Usagef("gradus data show: %q is not the number of an example", args[1])
				}
			}
			if datafile.Is(args[0]) {
				return showFile(c, args[0], part, index, len(args) == 2, output, replace)
			}
			train, test, info, err := catalog.Load(args[0], catalog.Options{})
			if err != nil {
				return exit.With(exit.Data, err)
			}
			set, err := partOf(train, test, part)
			if err != nil {
				return err
			}
			if index < 0 || index >= set.Len() {
				return exit.Usagef("gradus data show: there is no example %d; %s has 0 to %d", index, set.Name, set.Len()-1)
			}
			return showExample(c, set, info, index, output, replace)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FILE` to write the picture to, as PNG")
	cmd.Flags().StringVar(&part, "part", "train", "`PART` of the data: train (the usual) or test")
	cmd.Flags().BoolVarP(&replace, "yes", "y", false, "replace the file if it exists")
	return cmd
}

func showExample(c *console, set *dataset.Set, info catalog.Info, index int, output string, replace bool) error {
	title := fmt.Sprintf("%s #%d", set.Name, index)
	if l := set.Label(index); l >= 0 {
		title += "   class " + set.ClassName(l)
	}
	if origin := set.Origin(index); origin != "" {
		title += "   " + origin
	}
	x := set.Example(index)
	img := picture.Draw(x, set.Shape, false)
	if named := len(info.Columns) > 0 && info.Scaling != catalog.Pixels16; img == nil || named { // 64 columns need be no picture
		if output != "" {
			return exit.Usagef("gradus data show: -o writes pictures, and %s has none", info.Name)
		}
		fmt.Fprintln(c.out, terminal.Clean(title))
		for i, v := range x {
			name := fmt.Sprintf("x%d", i)
			if i < len(info.Columns) {
				name = info.Columns[i]
			}
			fmt.Fprintf(c.out, "  %-28s %v\n", terminal.Clean(name), v)
		}
		for i, v := range set.Targets[min(len(set.Targets), index*set.Out):min(len(set.Targets), (index+1)*set.Out)] {
			fmt.Fprintf(c.out, "  target %-21d %v\n", i, v)
		}
		return nil
	}
	if high := largest(x); high > 1 { // the 8×8 digits have 17 greys
		for i := range x {
			x[i] /= 16
		}
	}
	photo := len(info.Applied) > 0 && picture.IsImage(info.Applied[0])
	img = picture.Draw(x, set.Shape, photo)
	if output == "" {
		fmt.Fprintln(c.out, terminal.Clean(title))
		return c.caps().Show(c.out, img)
	}
	if err := mayReplace(output, replace); err != nil {
		return err
	}
	if err := durable.Write(output, func(w io.Writer) error { return png.Encode(w, img) }); err != nil {
		return err
	}
	c.note("wrote", "%s   %d×%d   %s", terminal.Clean(output), img.Bounds().Dx(), img.Bounds().Dy(), terminal.Clean(title))
	return nil
}

func largest(x []float32) float32 {
	high := float32(0)
	for _, v := range x {
		high = max(high, v)
	}
	return high
}
