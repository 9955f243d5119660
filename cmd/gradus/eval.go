package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

func newEval(c *console) *cobra.Command {
	var (
		o         session.EvalOptions
		confusion bool
		failUnder string
		asJSON    bool
	)
	cmd := &cobra.Command{
		Use:     "eval [MODEL | RUN] [DATA.csv | FOLDER]",
		Aliases: []string{"test", "val"},
		Short:   "how good a model is, class by class, and where it is wrong",
		Long: `eval judges a model: a .gradus file, or a run by its number or folder; the
latest run if none is named. The data are those it was trained on, of which it
takes the test part; what was done to them before training is done here, too.
A model of a table judges all rows of another one, DATA.csv, that have a target;
one of images judges a FOLDER with a sub-folder a class.`,
		Example: `  gradus eval                        the latest run
  gradus eval 3 --top-losses 25      the digits it is most wrong about
  gradus eval model.gradus --data mnist --confusion
  gradus eval 3 --fail-under acc=0.97
  gradus eval 3 --importance         what it owes to each column
  gradus eval 3 --suspects 20 --folds 5      labels that look wrong
  gradus eval houses.gradus more.csv --fail-under r2=0.8`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				if cmd.Flags().Changed("data") {
					return exit.Usagef("gradus eval: two data sets, %s and --data %s; want one", args[1], o.Data)
				}
				o.Data, args = args[1], args[:1]
			}
			var err error
			if o.Model, err = oneOrLatest(cmd, args); err != nil {
				return err
			}
			limits, err := parseLimits(failUnder)
			if err != nil {
				return err
			}
			if o.TopLosses < 0 || o.Top < 0 {
				return exit.Usagef("gradus eval: --top-losses is %d and --top %d; want 0 or more", o.TopLosses, o.Top)
			}
			if err := checkDepth(cmd, &o); err != nil {
				return err
			}
			o.Note = func(text string) { c.note("note", "%s", text) }
			if err := useKernel(""); err != nil {
				return err
			}
			caps := c.errCaps()
			if o.Progress = (progress.Config{Mode: progress.None, To: c.err, Width: caps.Width}); caps.Redraw && !c.quiet {
				o.Progress.Mode = progress.Bar
			}
			ctx, stop := interruptible(c)
			defer stop()
			r, err := session.Eval(ctx, o)
			if err != nil {
				return err
			}
			for _, w := range r.Warnings {
				c.note("warn", "%s", terminal.Clean(w))
			}
			if asJSON {
				err = c.printJSON(r)
			} else {
				err = showEval(c, r, confusion)
			}
			if err != nil {
				return err
			}
			return keepWithin(limits, r)
		},
	}
	groups(cmd, "Data", func(f *pflag.FlagSet) {
		f.StringVar(&o.Data, "data", "", "`NAME` of a data set, or a folder; what it was trained on if none is named")
		f.StringVar(&o.Part, "part", "test", "`PART` of the data: test (the usual), val or train")
	})
	groups(cmd, "Results", func(f *pflag.FlagSet) {
		f.IntVar(&o.TopLosses, "top-losses", 0, "`N` examples with the largest losses to show")
		f.BoolVar(&confusion, "confusion", false, "show which class is taken for which")
		f.IntVar(&o.Top, "top", 0, "`N` likeliest classes, among which the true one is looked for, too")
		f.StringVar(&failUnder, "fail-under", "", "`LIMITS` such as acc=0.95 or recall:CLASS=0.9,ece=0.05, beyond which the exit code is 4; rmse, loss and other errors are the most that is allowed")
		f.BoolVar(&asJSON, "json", false, "results as one JSON document")
	})
	groups(cmd, "Depth", func(f *pflag.FlagSet) {
		f.BoolVar(&o.Importance, "importance", false, "how much worse it gets without each column")
		f.IntVar(&o.Repeats, "repeats", 5, "`N` times that each column is dealt out anew; 5")
		f.Uint64Var(&o.Seed, "seed", 0, "`N` from which that is drawn; 0 if not given")
		f.IntVar(&o.Suspects, "suspects", 0, "`N` examples whose label looks wrong to show")
		f.IntVar(&o.Folds, "folds", 0, "`K` parts of all data, each judged for suspects by a training on the others")
	})
	groups(cmd, "Running", func(f *pflag.FlagSet) {
		f.IntVar(&o.Threads, "threads", 0, "`N` workers; one a processor if not given")
		f.StringVar(&o.Root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	})
	return cmd
}

// checkDepth looks at the flags of what goes deeper than figures.
func checkDepth(cmd *cobra.Command, o *session.EvalOptions) error {
	const most = 1000
	switch given := cmd.Flags().Changed; {
	case o.Repeats < 1 || o.Repeats > most:
		return exit.Usagef("gradus eval: --repeats is %d; want 1 to %d", o.Repeats, most)
	case o.Suspects < 0 || given("suspects") && o.Suspects == 0:
		return exit.Usagef("gradus eval: --suspects is %d; want how many to show, such as 20", o.Suspects)
	case given("folds") && o.Folds < 2:
		return exit.Usagef("gradus eval: --folds is %d; want 2 or more", o.Folds)
	case given("folds") && o.Suspects == 0:
		return exit.Usagef("gradus eval: --folds is for --suspects N; a cross-validation is: gradus train DATA --folds %d", o.Folds)
	case given("folds") && o.Data != "":
		return exit.Usagef("gradus eval: --folds goes through the data of the run; leave %s out", o.Data)
	case (given("repeats") || given("seed")) && !o.Importance:
		return exit.Usagef("gradus eval: --repeats and --seed are for --importance")
	}
	return nil
}

// oneOrLatest returns the one argument, or the latest run.
func oneOrLatest(cmd *cobra.Command, args []string) (string, error) {
	switch len(args) {
	case 0:
		return "latest", nil
	case 1:
		return args[0], nil
	}
	return "", exit.Usagef("%s takes one model or run, have %q", cmd.CommandPath(), args)
}

func showEval(c *console, r *session.EvalReport, confusion bool) error {
	line := func(subject, format string, args ...any) {
		fmt.Fprintf(c.out, "%-9s%s\n", subject, fmt.Sprintf(format, args...))
	}
	line("model", "%s   %s", terminal.Clean(r.Model), r.Layers)
	line("data", "%s   %s examples", terminal.Clean(r.Data), nn.Thousands(r.Examples))
	if r.Correct == nil {
		unit := ""
		if r.Unit != "" {
			unit = " " + r.Unit
		}
		line("result", "rmse %s · mae %s%s · r2 %.4f   loss %s", progress.Loss(r.Metrics["rmse"]), progress.Loss(r.Metrics["mae"]), unit, r.Metrics["r2"], progress.Loss(r.Metrics["loss"]))
		line("baseline", "%s: rmse %s%s", r.Baseline.Answer, progress.Loss(r.Baseline.RMSE), unit)
		showTargets(c, r)
		return showMore(c, r)
	}
	line("result", "%s   loss %s", progress.Counted(*r.Correct, r.Examples), progress.Loss(r.Metrics["loss"]))
	if r.TopRight != nil {
		line(fmt.Sprintf("top %d", r.Top), "%s", progress.Counted(*r.TopRight, r.Examples))
	}
	subject := "scores"
	for _, text := range session.Finer(r.Scores, r.Task) {
		line(subject, "%s", text)
		subject = ""
	}
	line("baseline", "%s: %s", terminal.Clean(r.Baseline.Answer), progress.Counted(r.Baseline.Correct, r.Baseline.Examples))
	if r.Macro != nil {
		showClasses(c, r)
	}
	if r.Confusion != nil {
		if confusion {
			showConfusion(c, r.Confusion)
		} else {
			showConfused(c, r.Confusion)
		}
	}
	return showMore(c, r)
}

// showMore shows what has been asked for besides.
func showMore(c *console, r *session.EvalReport) error {
	return errors.Join(showLosses(c, r), showImportance(c, r), showSuspects(c, r))
}

// showTargets is a table of several targets.
func showTargets(c *console, r *session.EvalReport) {
	if len(r.Targets) < 2 {
		return
	}
	fmt.Fprintln(c.out)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "target\trmse\tmae\tr2\t\n")
	for _, d := range r.Targets {
		fmt.Fprintf(w, "%s\t%s\t%s\t%.4f\t\n", terminal.Clean(d.Target), progress.Loss(d.RMSE), progress.Loss(d.MAE), d.R2)
	}
	w.Flush()
}

func showClasses(c *console, r *session.EvalReport) {
	fmt.Fprintln(c.out)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	what := "class"
	if r.Task == loss.MultiLabel {
		what = "label"
	}
	fmt.Fprintf(w, "%s\texamples\tprecision\trecall\tf1\tauc\t\n", what)
	for _, s := range append(slices.Clone(r.Classes), *r.Macro) {
		area := "-"
		if s.AUC != nil {
			area = fmt.Sprintf("%.4f", *s.AUC)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t\n", terminal.Clean(s.Class), s.Examples, progress.Percent(s.Precision), progress.Percent(s.Recall), progress.Percent(s.F1), area)
	}
	w.Flush()
}

// confusedPairs is how many pairs of classes are named as most confused.
const confusedPairs = 6

// showConfused names the pairs that are confused most often.
func showConfused(c *console, t *scores.Confusion) {
	type pair struct{ truth, answer, n int }
	var pairs []pair
	for i := range t.Classes {
		for j := range t.Classes {
			if n := t.Count(i, j); i != j && n > 0 {
				pairs = append(pairs, pair{i, j, n})
			}
		}
	}
	if len(pairs) == 0 {
		return
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return b.n - a.n })
	var texts []string
	for _, p := range pairs[:min(confusedPairs, len(pairs))] {
		texts = append(texts, fmt.Sprintf("%s for %s: %d", terminal.Clean(t.Classes[p.truth]), terminal.Clean(t.Classes[p.answer]), p.n))
	}
	const kept = "\u00a0" // a pair is not broken across lines
	text := strings.Join(texts, " · ")
	text = strings.ReplaceAll(strings.ReplaceAll(text, " ", kept), "·"+kept, "· ")
	fmt.Fprintf(c.out, "\n%s\n", strings.ReplaceAll(progress.Wrap("taken    "+text, columns), kept, " "))
}

// showConfusion is the whole table; zeros are dots, so that mistakes stand out.
func showConfusion(c *console, t *scores.Confusion) {
	fmt.Fprintln(c.out, "\ntrue class in rows, answer in columns")
	w := tabwriter.NewWriter(c.out, 0, 0, 1, ' ', tabwriter.AlignRight)
	for _, name := range t.Classes {
		fmt.Fprintf(w, "\t%s", terminal.Clean(name))
	}
	fmt.Fprintln(w, "\t")
	for i, name := range t.Classes {
		fmt.Fprint(w, terminal.Clean(name))
		for j := range t.Classes {
			if n := t.Count(i, j); n > 0 {
				fmt.Fprintf(w, "\t%d", n)
			} else {
				fmt.Fprint(w, "\t·")
			}
		}
		fmt.Fprintln(w, "\t")
	}
	w.Flush()
}

// placed names an example: by its file and line, or path, or else by its number in the set.
func placed(index int, origin string) string {
	if origin == "" {
		return fmt.Sprint(index)
	}
	return terminal.Clean(origin)
}

// showLosses shows the examples that the network is most wrong about: as pictures where they are some.
func showLosses(c *console, r *session.EvalReport) error {
	if len(r.Worst) == 0 {
		return nil
	}
	fmt.Fprintln(c.out)
	caps := c.caps()
	if picture.Draw(r.Set.Example(r.Worst[0].Index), r.Set.Shape, r.Photos) == nil {
		w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintf(w, "example\tloss\ttrue\tanswer\tprobability\t\n")
		for _, x := range r.Worst {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", placed(x.Index, x.Origin), progress.Loss(x.Loss), terminal.Clean(x.Truth), terminal.Clean(x.Predicted), progress.Percent(x.Probability))
		}
		return w.Flush()
	}
	var tiles []terminal.Tile
	for _, x := range r.Worst {
		caption := []string{fmt.Sprintf("#%d loss %.2f", x.Index, x.Loss), fmt.Sprintf("is %s, said %s %.0f %%", x.Truth, x.Predicted, 100*x.Probability)}
		if x.Origin != "" {
			caption = append(caption, filepath.Base(x.Origin))
		}
		tiles = append(tiles, terminal.Tile{Image: picture.Draw(r.Set.Example(x.Index), r.Set.Shape, r.Photos), Caption: caption})
	}
	return caps.Grid(c.out, tiles)
}
