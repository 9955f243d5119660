package main

import (
	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
)

// noArguments refuses what stands after a command that takes nothing.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return exit.Usagef("%s takes no %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}
