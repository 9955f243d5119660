package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
)

func newRunsShow(c *console) *cobra.Command {
	var (
		root   string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "show [RUN]",
		Short: "a training: its settings, its result, its files",
		Example: `  gradus runs show 3
  gradus runs show 7/17              trial 17 of search 7`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := oneOrLatest(cmd, args)
			if err != nil {
				return err
			}
			run, err := runs.Open(root, ref)
			if err != nil {
				return exit.With(exit.Data, err)
			}
			s := run.Summary()
			var settings []recipe.Value
			q, err := recipe.Read(run.Path(runs.Config))
			if err == nil {
				settings = q.Values()
			}
			if err != nil && s.Outcome == nil {
				return exit.With(exit.Data, err)
			}
			if asJSON {
				return c.printJSON(struct {
					Schema string `json:"schema"`
					runs.Summary
					Settings []recipe.Value `json:"settings"`
				}{"gradus.run/1", s, settings})
			}
			return showRun(c, run, s, settings)
		},
	}
	cmd.Flags().StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}

func showRun(c *console, run *runs.Run, s runs.Summary, settings []recipe.Value) error {
	line := func(subject, format string, args ...any) {
		fmt.Fprintf(c.out, "%-9s%s\n", subject, terminal.Clean(fmt.Sprintf(format, args...)))
	}
	line("run", "%s   %s", s.Name, s.Status)
	line("begun", "%s", begun(s.Begun))
	if o := s.Outcome; o != nil {
		line("result", "%s", outcomeInWords(o))
		if o.Why != "" {
			line("why", "%s", o.Why)
		}
		line("trained", "%d epochs · %s steps · %s · %s parameters", o.Epochs, nn.Thousands(o.Steps), progress.Duration(o.Seconds), nn.Thousands(o.Parameters))
		if o.SHA256 != "" {
			line("sha256", "%s  of the weights", o.SHA256)
		}
		for _, w := range o.Warnings {
			line("warned", "%s", w)
		}
	}
	for i, v := range settings {
		subject := ""
		if i == 0 {
			subject = "settings"
		}
		line(subject, "%-13s%s", v.Name, v.Text)
	}
	entries, err := os.ReadDir(run.Dir)
	if err != nil {
		return exit.With(exit.Failed, err)
	}
	var files []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			files = append(files, e.Name())
		}
	}
	fmt.Fprintln(c.out, progress.Wrap(fmt.Sprintf("%-9s%s", "files", terminal.Clean(strings.Join(files, " "))), columns))
	line("size", "%s", bytesInWords(run.Size()))
	return nil
}

// outcomeInWords is a result in a line.
func outcomeInWords(o *runs.Outcome) string {
	where := "test"
	if o.Measured == "val" {
		where = "val"
	}
	switch rmse, numbers := o.Metrics[where+"_rmse"]; {
	case len(o.Metrics) == 0:
		return "-"
	case o.Correct != nil:
		return where + " " + progress.Counted(*o.Correct, o.Examples)
	case numbers:
		return where + " rmse " + progress.Loss(rmse)
	}
	return where + " " + progress.Percent(o.Metrics[where+"_acc"])
}

// bytesInWords is a size as people say it.
func bytesInWords(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d KB", n/1000)
	}
	return fmt.Sprintf("%d MB", n/1_000_000)
}
