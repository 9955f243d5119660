package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/figure"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/search"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/plot"
)

func newLRFind(c *console) *cobra.Command {
	var (
		f         trainFlags
		span, out string
		steps     int
		asJSON    bool
		yes       bool
	)
	cmd := &cobra.Command{
		Use:     "lr-find [DATA | FILE.csv | FOLDER | config.yaml]",
		Aliases: []string{"lrfind"},
		Short:   "which learning rate a training bears: a curve, and a rate",
		Long: `lr-find trains for 200 steps while the learning rate grows from tiny to huge,
and shows how the loss answers. Too small a rate changes nothing, a good one
lets the loss fall, too large a one drives it up. The arguments are those of
train, with which the rate is to be used. It takes seconds and keeps nothing;
for a search over rates and other settings see gradus tune.`,
		Example: `  gradus lr-find digits
  gradus lr-find houses.csv --target price --opt sgd -o rates.svg
  gradus lr-find mnist --layers 784,30,10 --act sigmoid --range 1e-3:100`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o := search.RateOptions{Steps: steps}
			lo, hi, _ := strings.Cut(span, ":")
			var errLo, errHi error
			o.Lo, errLo = strconv.ParseFloat(lo, 64)
			o.Hi, errHi = strconv.ParseFloat(hi, 64)
			if errLo != nil || errHi != nil || !(o.Lo > 0 && o.Lo < o.Hi && o.Hi <= math.MaxFloat32) {
				return exit.Usagef("gradus lr-find: --range is %q; want two rates above 0, the smaller first, such as 1e-6:10", span)
			}
			if steps < 20 || steps > 1_000_000 {
				return exit.Usagef("gradus lr-find: --steps is %d; want 20 or more, such as 200", steps)
			}
			if out != "" {
				if err := isPicture(cmd, out); err != nil {
					return err
				}
				if err := mayReplace(out, yes); err != nil {
					return err
				}
			}
			if err := f.positional(cmd, args); err != nil {
				return err
			}
			if f.recipe == "list" {
				return listRecipes(c)
			}
			if _, err := f.takeRecipe(cmd); err != nil {
				return err
			}
			if err := useKernel(""); err != nil {
				return err
			}
			o.TrainOptions = session.TrainOptions{Request: &f.request, Root: f.root, Threads: f.threads, Out: c.results()}
			if asJSON || c.quiet {
				o.Out = io.Discard
			}
			ctx, stop := interruptible(c)
			defer stop()
			r, err := search.FindRate(ctx, o)
			if err != nil {
				return flagAtFault(cmd, err)
			}
			if out != "" {
				if err := plot.Save(out, figure.Rates(r.RateCurve), plot.DefaultSize); err != nil {
					return err
				}
				c.note("wrote", "%s", out)
			}
			if asJSON {
				return c.printJSON(r)
			}
			return showRates(c, r, out == "")
		},
	}
	groups(cmd, "Test", func(s *pflag.FlagSet) {
		s.StringVar(&span, "range", "1e-6:10", "`LO:HI` of the rates; 1e-6:10 if not given")
		s.IntVar(&steps, "steps", 200, "`N` steps from one end to the other; 200 if not given")
		s.StringVarP(&out, "out", "o", "", "`FILE` for the curve, .svg or .png; the terminal if none is named")
		s.BoolVar(&yes, "yes", false, "replace a file that is there")
		s.BoolVar(&asJSON, "json", false, "as one JSON document")
	})
	f.settings(cmd)
	groups(cmd, "Running", func(s *pflag.FlagSet) {
		s.StringVar(&f.root, "runs", runs.DefaultRoot, "`FOLDER` of the runs, for --from; runs if not given")
		s.IntVar(&f.threads, "threads", 0, "`N` workers; one a processor if not given; changes no bit")
	})
	return cmd
}

func showRates(c *console, r *search.RateReport, curve bool) error {
	if c.quiet {
		_, err := fmt.Fprintln(c.out, r.Rate)
		return err
	}
	if curve && len(r.Rates) > 1 {
		if err := figure.Show(c.out, c.caps(), figure.Rates(r.RateCurve)); err != nil {
			return err
		}
	}
	for _, line := range r.Lines() {
		fmt.Fprintf(c.out, "%-9s%s\n", line[0], line[1])
	}
	return nil
}
