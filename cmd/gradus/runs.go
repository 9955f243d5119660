package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/terminal"
)

func newRuns(c *console) *cobra.Command {
	ls := newRunsLs(c)
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "the trainings so far: list, show, compare, remove",
		Long: `runs shows the trainings that are kept in the folder runs, and removes them;
alone it lists them. A run is named by its number, its name or its folder; 7/17
is trial 17 of search 7, and latest the newest.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return ls.RunE(ls, args)
		},
	}
	cmd.AddCommand(ls, newRunsShow(c), newRunsCompare(c), newRunsRm(c))
	return cmd
}

func newRunsLs(c *console) *cobra.Command {
	var (
		root   string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:     "ls",
		Aliases: []string{"list"},
		Short:   "list the trainings: data, network, result",
		Example: `  gradus runs ls
  gradus runs ls --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			all, err := runs.List(root)
			if err != nil {
				return exit.With(exit.Data, err)
			}
			if asJSON {
				return c.printJSON(struct {
					Schema string         `json:"schema"`
					Runs   []runs.Summary `json:"runs"`
				}{"gradus.runs/1", all})
			}
			if len(all) == 0 {
				c.note("note", "no run in %s yet; gradus train makes one", root)
				return nil
			}
			w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
			fmt.Fprintf(w, "run\tbegun\tresult\ttime\tstatus\n")
			for _, s := range all {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", terminal.Clean(s.Name), begun(s.Begun), result(s.Outcome), took(s.Outcome), s.Status)
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}

func begun(t time.Time) string {
	if t.IsZero() {
		return "?"
	}
	return t.Local().Format("2006-01-02 15:04")
}

func result(o *runs.Outcome) string {
	switch {
	case o == nil || len(o.Metrics) == 0:
		return "-"
	case o.Correct != nil:
		return progress.Percent(o.Metrics["test_acc"])
	}
	return "rmse " + progress.Loss(o.Metrics["test_rmse"])
}

func took(o *runs.Outcome) string {
	if o == nil {
		return "-"
	}
	return progress.Duration(o.Seconds)
}
