package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/runs"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

// takeRuns are the commands whose arguments may be runs.
var takeRuns = []string{"eval", "predict", "export", "inspect", "diff", "config", "show", "compare", "rm"}

// completeRuns lets the shell complete the names of runs; where none fits, those of files.
func completeRuns(cmd *cobra.Command) {
	names := func(cmd *cobra.Command, _ []string, begun string) (found []string, _ cobra.ShellCompDirective) {
		root := runs.DefaultRoot
		if f := cmd.Flags().Lookup("runs"); f != nil {
			root = f.Value.String()
		}
		all, err := runs.Names(root)
		if err != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		for _, name := range all {
			if strings.HasPrefix(name, begun) {
				found = append(found, name)
			}
		}
		return found, cobra.ShellCompDirectiveDefault
	}
	if slices.Contains(takeRuns, cmd.Name()) && cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 {
		cmd.ValidArgsFunction = names
	}
	if cmd.Flags().Lookup("resume") == nil {
		return
	}
	cmd.RegisterFlagCompletionFunc("resume", names) // fails only for a flag that is not there
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if cmd.Flags().Changed("resume") { // --resume RUN, since --resume alone means the latest
			return names(cmd, args, begun)
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
}

func newCompletion(c *console) *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     "what the shell needs to complete commands and flags",
		Long:      "completion prints a script that teaches a shell to complete commands and flags.",
		ValidArgs: shells,
		Example: `  source <(gradus completion bash)        # now; in ~/.bashrc, for good
  gradus completion zsh > "${fpath[1]}/_gradus"
  gradus completion fish > ~/.config/fish/completions/gradus.fish`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return exit.Usagef("gradus completion: want one of %s", strings.Join(shells, ", "))
			}
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(c.out, true)
			case "zsh":
				return root.GenZshCompletion(c.out)
			case "fish":
				return root.GenFishCompletion(c.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(c.out)
			}
			return exit.Usagef("gradus completion: no script for %q; want one of %s", args[0], strings.Join(shells, ", "))
		},
	}
}
