package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/session"
)

// rehearse is train with --dry-run: everything once, and nothing kept.
func rehearse(ctx context.Context, c *console, cmd *cobra.Command, f *trainFlags, o session.TrainOptions) error {
	if cmd.Flags().Changed("resume") {
		return exit.Usagef("gradus train: --dry-run tries a new training; leave --resume out")
	}
	r, err := session.DryRun(ctx, o)
	switch {
	case err != nil:
		return flagAtFault(cmd, err)
	case f.json:
		return c.printJSON(r)
	case c.quiet:
		fmt.Fprintf(c.out, "%d steps an epoch, about %s\n", r.Steps, progress.Duration(r.Seconds))
	}
	return nil
}
