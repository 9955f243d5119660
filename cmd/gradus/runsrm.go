package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/terminal"
)

func newRunsRm(c *console) *cobra.Command {
	var (
		root string
		yes  bool
	)
	cmd := &cobra.Command{
		Use:     "rm RUN...",
		Aliases: []string{"remove"},
		Short:   "remove trainings for good, after a question",
		Long: `rm removes runs with all their files: settings, weights, figures. It asks first,
and wants --yes where nobody can answer. A run that is being trained stays.`,
		Example: `  gradus runs rm 3 4
  gradus runs rm --yes 12-iris-4-32-3`,
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := runsToRemove(root, args)
			if err != nil {
				return err
			}
			if !yes {
				if err := confirmRemoval(c, all); err != nil {
					return err
				}
			}
			for _, r := range all {
				size := r.Size()
				if err := r.Remove(root); err != nil {
					return exit.With(exit.Failed, err)
				}
				c.note("removed", "%s   %s", terminal.Clean(r.Dir), bytesInWords(size))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.Flags().StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	return cmd
}

// runsToRemove finds all runs before the first is removed: one wrong name and nothing is.
func runsToRemove(root string, args []string) ([]*runs.Run, error) {
	if len(args) == 0 {
		return nil, exit.Usagef("gradus runs rm: which runs? gradus runs ls lists them")
	}
	var all []*runs.Run
	for _, ref := range args {
		r, err := runs.Open(root, ref)
		if err != nil {
			return nil, exit.With(exit.Data, err)
		}
		if !r.In(root) {
			return nil, exit.Usagef("gradus runs rm: %s is no run in %s, and nothing else is removed", ref, root)
		}
		if !slices.ContainsFunc(all, func(o *runs.Run) bool { return o.Dir == r.Dir }) {
			all = append(all, r)
		}
	}
	return all, nil
}

// confirmRemoval asks.
func confirmRemoval(c *console, all []*runs.Run) error {
	if in, ok := c.in.(*os.File); !ok || !term.IsTerminal(int(in.Fd())) {
		return exit.Usagef("gradus runs rm: nobody is there to ask; --yes removes %d without a question", len(all))
	}
	for _, r := range all {
		s := r.Summary()
		fmt.Fprintf(c.err, "%s   %s   %s\n", terminal.Clean(r.Dir), s.Status, bytesInWords(r.Size()))
	}
	fmt.Fprint(c.err, "remove for good? [y/N] ")
	answer, _ := bufio.NewReader(c.in).ReadString('\n')
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
		return exit.With(exit.Failed, fmt.Errorf("gradus runs rm: nothing has been removed"))
	}
	return nil
}
