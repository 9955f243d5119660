package main

import (
	"fmt"
	"math"
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

// A verdict is a published figure beside that of a run.
type verdict struct {
	Figure    recipes.Figure `json:"figure"`
	Have      *float64       `json:"have"` // null: no finite number
	Published string         `json:"published"`
	Source    string         `json:"source"`
	Band      string         `json:"band"`
	Verdict   string         `json:"verdict"` // within, or outside; changed: other settings than the recipe's, of which the band says nothing
	BestOf    int            `json:"best_of,omitempty"`
}

// compare puts the published figures beside those of the run that has ended. The error is of a figure outside its band.
func (r *publishedRun) compare(report *session.TrainReport) (verdicts []verdict, err error) {
	outcomes, err := r.Judge(report.Run)
	if err != nil {
		return nil, err
	}
	for _, o := range outcomes {
		v := verdict{o.Figure, &o.Have, o.Published, o.Source, o.Band(), "within", o.BestOf}
		if math.IsNaN(o.Have) || math.IsInf(o.Have, 0) {
			v.Have = nil
		}
		switch {
		case r.changed:
			v.Verdict = "changed"
		case !o.Within():
			v.Verdict = "outside"
			if o.BestOf == 0 {
				err = exit.Checkf("gradus train: %s: the %s is %s, outside the accepted band, %s", r.Name, o.Figure, v.have(), v.Band)
			}
		}
		verdicts = append(verdicts, v)
	}
	return verdicts, err
}

func (v verdict) have() string {
	if v.Have == nil {
		return "no number"
	}
	return fmt.Sprintf("%.4f", *v.Have)
}

// String is the line of the transcript.
func (v verdict) String() string {
	text := "within the accepted band, " + v.Band
	switch {
	case v.Verdict == "changed":
		text = "but with other settings than the recipe's"
	case v.Verdict == "outside" && v.BestOf > 0:
		text = fmt.Sprintf("outside the accepted band, %s, of the best of %d runs; try another --seed", v.Band, v.BestOf)
	case v.Verdict == "outside":
		text = "OUTSIDE the accepted band, " + v.Band
	}
	return fmt.Sprintf("%-9s%s %s   published %s (%s)   %s\n", "recipe", v.Figure, v.have(), v.Published, v.Source, text)
}

// A publishedReport is a training by a recipe, as --json prints it.
type publishedReport struct {
	*session.TrainReport
	Verdicts []verdict `json:"recipe_verdicts"`
}
