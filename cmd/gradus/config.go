package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/terminal"
)

// A setting is a value and where it comes from.
type setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"` // default, data, flag, recipe, or the name of a file
}

// byData are the settings that, left open, are chosen by what the data are.
var byData = []string{"data-sha256", "val-data-sha256", "test-data-sha256", "target", "task", "columns", "header", "val", "new-head", "layers", "loss", "batch", "epochs", "patience", "size", "channels"}

func newConfig(c *console) *cobra.Command {
	f := &trainFlags{}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "config [DATA | FILE.csv | FOLDER | config.yaml | RUN]",
		Short: "all settings of a training, every default visible",
		Long: `config works out what gradus train would do with the same arguments: every
setting, and where it comes from: default, data (chosen by what the data are),
flag, recipe, or a file. What it prints is a file that gradus train takes.`,
		Example: `  gradus config digits
  gradus config houses.csv --target price --lr 0.003
  gradus config 3 --epochs 50 > longer.yaml; gradus train longer.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			asked := f.request // what stands on the command line as a flag
			if len(args) == 1 {
				if run, err := runs.Open(f.root, args[0]); err == nil && isRun(run) {
					args = []string{run.Path(runs.Config)}
				}
			}
			if err := f.positional(cmd, args); err != nil {
				return err
			}
			if f.recipe == "list" {
				return listRecipes(c)
			}
			file := f.request
			published, err := f.takeRecipe(cmd)
			if err != nil {
				return err
			}
			r, err := session.Resolve(f.root, &f.request)
			if err != nil {
				return flagAtFault(cmd, err)
			}
			origin := func(name string) string {
				switch {
				case says(&asked, name):
					return "flag"
				case len(args) == 1 && says(&file, name):
					if name == "data" && file.Data == &args[0] {
						return "flag"
					}
					return args[0]
				case published != nil && says(&f.request, name):
					return "recipe " + published.Name
				case slices.Contains(byData, name):
					return "data"
				}
				return "default"
			}
			var all []setting
			for _, v := range r.Values() {
				all = append(all, setting{v.Name, v.Text, origin(v.Name)})
			}
			if asJSON {
				return c.printJSON(struct {
					Schema   string    `json:"schema"`
					Settings []setting `json:"settings"`
				}{"gradus.config/1", all})
			}
			return showConfig(c, r, all)
		},
	}
	f.settings(cmd)
	groups(cmd, "Output", func(s *pflag.FlagSet) {
		s.StringVar(&f.root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
		s.BoolVar(&asJSON, "json", false, "as one JSON document")
	})
	return cmd
}

// isRun reports whether a folder has the settings of a run.
func isRun(r *runs.Run) bool {
	_, err := recipe.Read(r.Path(runs.Config))
	return err == nil
}

// says reports whether a request says something about a setting.
func says(q *recipe.Request, name string) bool {
	return slices.ContainsFunc(q.Values(), func(v recipe.Value) bool { return v.Name == name })
}

// showConfig prints the recipe as its file, with where each line comes from.
func showConfig(c *console, r *recipe.Recipe, all []setting) error {
	text, err := r.YAML("gradus train with this file begins this training")
	if err != nil {
		return exit.With(exit.Failed, err)
	}
	const at = 32 // column of the remarks
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		name, _, _ := strings.Cut(line, ":")
		if i := slices.IndexFunc(all, func(s setting) bool { return s.Name == name }); i >= 0 {
			line += strings.Repeat(" ", max(1, at-len([]rune(line)))) + "# " + terminal.Clean(all[i].From)
		}
		fmt.Fprintln(c.out, line)
	}
	return nil
}
