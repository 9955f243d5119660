package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"

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

// mayReplace refuses an output that is there already, unless the user has said yes, and what is no file.
func mayReplace(path string, yes bool) error {
	if path == "-" {
		return exit.Usagef("pictures are not written to the standard output; name a file")
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return exit.With(exit.Failed, err)
	case info.IsDir():
		return exit.Usagef("%s is a folder; want the name of a file", path)
	case !yes:
		return exit.Usagef("%s exists; --yes replaces it", path)
	}
	return nil
}

// isPicture refuses the name of a picture that says no format.
func isPicture(cmd *cobra.Command, path string) error {
	if low := strings.ToLower(path); !strings.HasSuffix(low, ".svg") && !strings.HasSuffix(low, ".png") {
		return exit.Usagef("%s: -o %s; want a name that ends in .svg or .png", cmd.CommandPath(), path)
	}
	return nil
}
