package main

import (
	"fmt"
	"regexp"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/figure"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/plot"
)

func newRunsCompare(c *console) *cobra.Command {
	var (
		root, out string
		asJSON    bool
		yes       bool
	)
	cmd := &cobra.Command{
		Use:   "compare RUN RUN...",
		Short: "trainings beside each other: what differs, and what came out",
		Long: `compare shows a line a run: the result, and of the settings only those that are
not the same in all of them. -o draws the curves of all runs over each other.`,
		Example: `  gradus runs compare 3 4 5
  gradus runs compare 3 latest -o curves.svg
  gradus runs compare 7/1 7/17       two trials of search 7`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return exit.Usagef("gradus runs compare: want two runs or more, have %q; gradus runs ls lists them", args)
			}
			if out != "" {
				if err := isPicture(cmd, out); err != nil {
					return err
				}
				if err := mayReplace(out, yes); err != nil {
					return err
				}
			}
			var all []*runs.Run
			for _, ref := range args {
				r, err := runs.Open(root, ref)
				if err != nil {
					return exit.With(exit.Data, err)
				}
				if slices.ContainsFunc(all, func(o *runs.Run) bool { return o.Dir == r.Dir }) {
					return exit.Usagef("gradus runs compare: %s is named twice, also as %s", r.Name(), ref)
				}
				all = append(all, r)
			}
			comparison, err := runs.Compare(all)
			if err != nil {
				return exit.With(exit.Data, err)
			}
			if out != "" {
				picture, err := figure.History(root, args)
				if err != nil {
					return err
				}
				if err := plot.Save(out, picture, plot.DefaultSize); err != nil {
					return err
				}
				c.note("wrote", "%s", out)
			}
			if comparison.Apart {
				c.note("warn", "the runs differ in their data or in how these are divided: their results were not judged by the same examples")
			}
			if asJSON {
				return c.printJSON(struct {
					Schema string `json:"schema"`
					*runs.Comparison
				}{"gradus.comparison/1", comparison})
			}
			return showComparison(c, comparison)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "`FILE` for the curves, .svg or .png")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace a file that is there")
	cmd.Flags().StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}

// cellWidth keeps layers in words from filling the screen.
const cellWidth = 36

// initialiser is what layers in words say of their first weights.
var initialiser = regexp.MustCompile(` (bias-)?init=\S*[^\s,]`)

// withoutInitialisers shortens layers in words, unless it is the initialisers in which they differ.
func withoutInitialisers(layers []string) []string {
	short := make([]string, len(layers))
	for i, text := range layers {
		short[i] = initialiser.ReplaceAllString(text, "")
		for k, other := range layers[:i] {
			if short[k] == short[i] && other != text {
				return layers
			}
		}
	}
	return short
}

func showComparison(c *console, all *runs.Comparison) error {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "run\tresult\tepochs\ttime")
	for _, column := range all.Columns {
		fmt.Fprintf(w, "\t%s", column.Name)
	}
	fmt.Fprintln(w)
	for i, column := range all.Columns {
		if column.Name == "layers" {
			all.Columns[i].Values = withoutInitialisers(column.Values)
		}
	}
	for i, s := range all.Runs {
		epochs := "-"
		text := "-"
		if s.Outcome != nil {
			epochs, text = fmt.Sprint(s.Outcome.Epochs), outcomeInWords(s.Outcome)
		}
		if text == "-" {
			text = s.Status
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s", terminal.Clean(s.Name), text, epochs, took(s.Outcome))
		for _, column := range all.Columns {
			fmt.Fprintf(w, "\t%s", shorten(terminal.Clean(column.Values[i]), cellWidth))
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(all.Columns) == 0 {
		fmt.Fprintf(c.out, "all %d settings are the same\n", all.Same)
	} else {
		fmt.Fprintf(c.out, "the other %d settings are the same\n", all.Same)
	}
	return nil
}
