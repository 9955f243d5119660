package main

import (
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/figure"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/search"
)

// tuneFlags are those of train, of which a setting may be a range, and what a search has besides.
type tuneFlags struct {
	trainFlags
	tuning   search.Tuning
	space    string // a file
	parallel int
	ranges   yaml.MapSlice // settings given as ranges, in the order of the command line
}

// ranged is the value of a flag that may also be a range or several choices.
type ranged struct {
	pflag.Value
	name string
	to   *yaml.MapSlice
}

func (r *ranged) Set(text string) error {
	if !search.IsRange(r.name, text) {
		return r.Value.Set(text)
	}
	*r.to = append(*r.to, yaml.MapItem{Key: r.name, Value: text})
	return nil
}

// IsBoolFlag keeps flags without a value working.
func (r *ranged) IsBoolFlag() bool { return r.Type() == "bool" }

func newTune(c *console) *cobra.Command {
	f := &tuneFlags{}
	cmd := &cobra.Command{
		Use:   "tune [DATA | FILE.csv | FOLDER | tune.yaml]",
		Short: "search for good settings: rates, layers, batches",
		Long: `tune trains again and again, with other settings each time, and keeps the best.
A setting with a bar is one of several, one with a colon a number in between:

  --lr 1e-4:1e-1           by factors, since the ends are far apart
  --layers 32|64|128,64    hidden sizes; input and output are added
  --batch 16|32|64         everything else is as for train, the same in all

Without any, rate, layers, batch and decay are searched. All trials begin; the
best third trains on, and again (--method halving). They are judged by examples
held out of the training part; the test examples judge the best one alone, once.

Every trial is a run in runs/7-DATA-tune/trials. The folder itself is used like
the run of the best trial: gradus predict 7. Whatever stops a search, even
kill -9: gradus tune --resume goes on, and ends with the same best trial; with a
larger --trials, it goes on with more.`,
		Example: `  gradus tune digits --trials 30
  gradus tune houses.csv --target price --lr 1e-4:1e-2 --layers "32|64|64,32"
  gradus tune iris --opt "adam|sgd|momentum" --lr 1e-3:1 --method random
  gradus tune --space space.yaml mnist
  gradus tune --resume 7
  gradus tune --resume 7 --trials 60`,
		RunE: func(cmd *cobra.Command, args []string) error { return runTune(c, cmd, f, args) },
	}
	groups(cmd, "Search", func(s *pflag.FlagSet) {
		optionalInt(s, &f.tuning.Trials, "trials", "`N` settings to try; 30 if not given, or all that the space has")
		optionalString(s, &f.tuning.Method, "method", "`HOW` to search: halving (the best third trains on; the usual), random (all to their end)")
		s.StringVar(&f.space, "space", "", "`FILE` with the space in YAML, such as the tune.yaml of a search")
		s.IntVar(&f.parallel, "parallel", 0, "`N` trials at a time; one a worker if not given; changes no bit")
	})
	f.settings(cmd)
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if group := flag.Annotations[groupKey]; len(group) > 0 && group[0] != "Search" {
			flag.Value = &ranged{flag.Value, flag.Name, &f.ranges}
		}
	})
	groups(cmd, "Running", func(s *pflag.FlagSet) {
		s.StringVar(&f.resume, "resume", "", "`RUN` to go on with: its number or folder; the latest if not named")
		s.Lookup("resume").NoOptDefVal = resumeLatest
		s.StringVar(&f.root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
		s.StringVar(&f.name, "name", "", "`NAME` of the search's folder, after its number")
		s.IntVar(&f.threads, "threads", 0, "`N` workers, shared among the trials; one a processor if not given; changes no bit")
		s.StringVar(&f.kernel, "kernel", "", "`NAME` of the arithmetic: reference, avx2, avx512; the fastest if not given; changes no bit")
		s.DurationVar(&f.saveEvery, "save-every", 5*time.Second, "`TIME` after which to save within a trial, too; 5s")
		s.StringVar(&f.shown, "progress", string(progress.Auto), "`HOW` to show it: auto, lines, json, none")
		s.BoolVar(&f.json, "json", false, "results as one JSON document")
	})
	return cmd
}

func runTune(c *console, cmd *cobra.Command, f *tuneFlags, args []string) error {
	if err := f.gather(cmd, args); err != nil {
		return flagAtFault(cmd, err)
	}
	shown, err := progressMode(c, f.shown)
	if err != nil {
		return err
	}
	if shown == progress.Bar {
		shown = progress.Lines // several trials at a time have no one bar
	}
	if cmd.Flags().Changed("parallel") && (f.parallel < 1 || f.parallel > maxThreads) {
		return exit.Usagef("gradus tune: --parallel is %d; want 1 to %d, or leave it out for one a worker", f.parallel, maxThreads)
	}
	if err := f.machinery(cmd); err != nil {
		return err
	}
	o := search.Options{
		Tuning: &f.tuning, Resume: f.resume, Root: f.root, Name: f.name, Threads: f.threads, Parallel: f.parallel, SaveEvery: f.saveEvery,
		Out: c.results(), Command: os.Args, After: figure.WriteReport,
		Progress: progressTo(c, shown),
	}
	if f.json || c.quiet {
		o.Out = io.Discard
	}
	ctx, stop := interruptible(c)
	defer stop()
	report, err := search.Run(ctx, o)
	switch {
	case err != nil:
		return flagAtFault(cmd, err)
	case f.json:
		return c.printJSON(report)
	case c.quiet:
		_, err = io.WriteString(c.out, report.Line())
	}
	return err
}

// gather puts together what is searched: the command line over the file of --space, over what a file of settings says.
func (f *tuneFlags) gather(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && !cmd.Flags().Changed("resume") && strings.HasSuffix(strings.ToLower(args[0]), "ml") && search.Is(args[0]) {
		if f.space != "" {
			return exit.Usagef("gradus tune: two files with a space, %s and %s; want one", f.space, args[0])
		}
		f.space, args = args[0], nil
	}
	if err := f.positional(cmd, args); err != nil {
		return err
	}
	if f.recipe == "list" {
		return exit.Usagef("gradus tune: --recipe list: gradus train --recipe list shows them")
	}
	if _, err := f.takeRecipe(cmd); err != nil {
		return err
	}
	file := &search.Tuning{}
	if f.space != "" {
		var err error
		if file, err = search.Read(f.space); err != nil {
			return exit.With(exit.Data, err)
		}
		f.tuning.Settings = f.request.Over(file.Settings)
	} else {
		f.tuning.Settings = &f.request
	}
	if f.tuning.Trials == nil {
		f.tuning.Trials = file.Trials
	}
	if f.tuning.Method == nil {
		f.tuning.Method = file.Method
	}
	for _, item := range file.Space { // what the command line says of a setting replaces what the file says
		name := item.Key.(string)
		given := slices.ContainsFunc(f.ranges, func(o yaml.MapItem) bool { return o.Key == item.Key })
		if !given && !cmd.Flags().Changed(name) {
			f.tuning.Space = append(f.tuning.Space, item)
		}
	}
	for _, item := range f.ranges {
		if _, err := search.Dimension(item.Key.(string), item.Value.(string)); err != nil {
			return err
		}
		f.tuning.Space = append(f.tuning.Space, item)
	}
	return nil
}
