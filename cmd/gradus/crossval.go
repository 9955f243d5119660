package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/session"
)

// maxTrainings is more than anybody waits for.
const maxTrainings = 10_000

// crossValidate is train with --folds or --repeat: many trainings of which nothing is kept but how good they were.
func crossValidate(ctx context.Context, c *console, cmd *cobra.Command, f *trainFlags, o session.TrainOptions) error {
	given := cmd.Flags().Changed
	switch {
	case given("resume") || given("name"):
		return exit.Usagef("gradus train: --folds and --repeat keep no run; leave --resume and --name out")
	case given("folds") && (f.folds < 2 || f.folds > maxTrainings):
		return exit.Usagef("gradus train: --folds is %d; want 2 or more, such as 5", f.folds)
	case given("repeat") && (f.repeat < 1 || f.repeat > maxTrainings):
		return exit.Usagef("gradus train: --repeat is %d; want 1 or more, such as 5", f.repeat)
	}
	report, err := session.CrossValidate(ctx, o, f.folds, max(1, f.repeat))
	if err != nil {
		return flagAtFault(cmd, err)
	}
	if f.json {
		return c.printJSON(report)
	}
	if c.quiet {
		_, err = io.WriteString(c.out, report.Line())
	}
	return err
}
