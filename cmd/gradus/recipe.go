package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/book/recipes"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/session"
)

// listRecipes is gradus train --recipe list.
func listRecipes(c *console) error {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, r := range recipes.All() {
		fmt.Fprintf(w, "%s\t%s\n", r.Name, r.What)
		for _, claim := range r.Claims {
			fmt.Fprintf(w, "\t  %s: %s (%s)\n", claim.Figure, claim.Published, claim.Source)
		}
	}
	return w.Flush()
}

// A publishedRun is a training by a recipe.
type publishedRun struct {
	recipes.Recipe
	changed bool // other settings than the recipe's were asked for, so that its band says nothing
}

// takeRecipe puts the settings of --recipe under those that were asked for. It returns nil if there is none.
func (f *trainFlags) takeRecipe(cmd *cobra.Command) (*publishedRun, error) {
	if f.recipe == "" {
		return nil, nil
	}
	if cmd.Flags().Changed("resume") {
		return nil, exit.Usagef("gradus train: --recipe begins a run and --resume goes on with one; want one of them")
	}
	r, err := recipes.ByName(f.recipe)
	if err != nil {
		return nil, exit.Usagef("gradus train: --recipe: %v", err)
	}
	base, err := r.Request()
	if err != nil {
		return nil, err
	}
	if r.Data != "" && f.request.Data == nil {
		return nil, exit.Usagef("gradus train: --recipe %s wants %s, which is not inside gradus: gradus train FOLDER --recipe %s", r.Name, r.Data, r.Name)
	}
	asked := f.request
	if asked.Seed = nil; r.Data != "" {
		asked.Data = nil
	}
	f.request = *f.request.Over(base)
	if f.name == "" {
		f.name = r.Name
	}
	return &publishedRun{r, asked != recipe.Request{}}, nil
}

// compare puts the published figures beside those of the run that has ended.
func (r *publishedRun) compare(c *console, report *session.TrainReport) error {
	outcomes, err := r.Judge(report.Run)
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		verdict := "within the accepted band, " + o.Band()
		switch {
		case r.changed:
			verdict = "but with other settings than the recipe's"
		case !o.Within() && o.BestOf > 0:
			verdict = fmt.Sprintf("outside the accepted band, %s, of the best of %d runs; try another --seed", o.Band(), o.BestOf)
		case !o.Within():
			verdict = "OUTSIDE the accepted band, " + o.Band()
			err = exit.Checkf("gradus train: %s: the %s is %.4f, outside the accepted band, %s", r.Name, o.Figure, o.Have, o.Band())
		}
		fmt.Fprintf(c.out, "%-9s%s %.4f   published %s (%s)   %s\n", "recipe", o.Figure, o.Have, o.Published, o.Source, verdict)
	}
	return err
}
