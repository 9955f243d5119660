package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

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
