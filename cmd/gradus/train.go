package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/figure"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/kernel"
)

// trainFlags are the flags of train that are not part of the recipe.
type trainFlags struct {
	request recipe.Request
	threads int
	kernel  string
	name    string
	root    string
	resume  string
	recipe  string // a published training by name
	shown   string
	json    bool
	dryRun  bool
	folds   int
	repeat  int

	saveEvery time.Duration
}

// resumeLatest is --resume without a value.
const resumeLatest = "latest"

func newTrain(c *console) *cobra.Command {
	f := &trainFlags{}
	cmd := &cobra.Command{
		Use:   "train [DATA | FILE.csv | FOLDER | config.yaml]",
		Short: "train a network; alone it learns MNIST's digits well",
		Long: `train trains a network and keeps everything about it in a folder of its own,
runs/1-mnist-784-128-10 and so on, which is never overwritten: the settings
(config.yaml), a line an epoch (metrics.csv), the last and the best weights
(last.gradus, best.gradus), the confusion of classes, and a log.

DATA is a name (gradus data ls) or a folder of IDX files. A FOLDER of images has
a sub-folder a class (FOLDER/cat, FOLDER/dog), or FOLDER/train and FOLDER/test
with those; size and channels are chosen by the images and shown.

FILE.csv is a table of your own, with the column to learn in --target: what its
columns are is found out and shown, a fifth of the rows is kept back to judge
the end by, and what is done to columns travels with the model. Parquet is read
as well, and so are arrays of NumPy: x and y, X_train and y_test, in an .npz
file, a folder of .npy files or a pickle; gradus data show FILE tells what is in
them. --val FILE and --test FILE judge by files of your own.

config.yaml of a run repeats it, with the same weights, bit for bit. Ctrl-C
stops after the batch at hand and saves; gradus train --resume goes on, and ends
with the same bits.`,
		Example: `  gradus train                                  MNIST, in seconds
  gradus train --layers 784,30,10 --act sigmoid --opt sgd --eta 0.5 --lmbda 5
  gradus train fashion/ --layers "dense 256 relu, dense 10" --epochs 15
  gradus train iris --val 0.2 --patience 10
  gradus train runs/3-mnist-784-128-10/config.yaml lr=0.002
  gradus train --recipe nielsen-ch3-l2 --seed 7
  gradus train houses.csv --target price --test new.csv
  gradus train digits.npz
  gradus train films.csv --target genres --class-weight balanced
  gradus train photos/ --size 32x32 --channels 3
  gradus train iris --folds 5 --repeat 5        how good, over 25 trainings
  gradus train --resume 3`,
		RunE: func(cmd *cobra.Command, args []string) error { return runTrain(c, cmd, f, args) },
	}
	f.settings(cmd)
	f.running(cmd)
	return cmd
}

// settings are the flags of everything that decides weights, for every command that trains.
func (f *trainFlags) settings(cmd *cobra.Command) {
	r := &f.request
	groups(cmd, "Data", func(s *pflag.FlagSet) {
		s.StringVar(&f.recipe, "recipe", "", "`NAME` of a training of the books, which sets everything that is not given; list shows them")
		optionalString(s, &r.Data, "data", "`NAME` of a data set, or a folder; mnist if none is named")
		optionalList(s, &r.Target, "target", "`COLUMN` of a table to learn: its name, or its number from 1; several, a,b,c, are numbers or labels")
		optionalString(s, &r.Task, "task", "`WHAT` to learn of it: classification, regression or labels (several at once); by its values if not given")
		optionalString(s, &r.Columns, "columns", "`KINDS` of columns that are not to be found out: zip=category,note=ignored (number, category, boolean, date, ignored)")
		optionalString(s, &r.Header, "header", "`WHETHER` the first row holds names: yes, no, auto")
		optionalString(s, &r.Size, "size", "`WIDTHxHEIGHT` of images of a folder, in pixels, such as 28x28; by the data if not given")
		optionalInt(s, &r.Channels, "channels", "`N` channels of images: 1 (grey) or 3 (colour); by the data if not given")
		optionalString(s, &r.Fit, "fit", "`HOW` images of other proportions fit: stretch (the usual), crop (their middle)")
		heldFlag(s, &r.Val, &r.ValData, "val", "`SHARE` (0.2) or number of the training examples to hold out and judge epochs by, or a FILE of such examples; without, the test examples judge")
		optionalString(s, &r.TestData, "test", "`FILE` of rows that judge the end; a fifth of the data if not given")
		optionalString(s, &r.Split, "split", "`HOW` to divide: standard, or nielsen (50,000 / 10,000 / 10,000)")
		optionalInt(s, &r.Limit, "limit", "`N` first examples to train on; all if not given")
		optionalString(s, &r.Scale, "scale", "`HOW` to scale features: auto (as the data need it), none")
	})
	groups(cmd, "Network", func(s *pflag.FlagSet) {
		optionalString(s, &r.Layers, "layers", "`LAYERS` as sizes, 784,30,10, or in words, \"dense 50 relu, dense 10\"; 128 hidden units for large data, 32 for small")
		optionalString(s, &r.From, "from", "`MODEL` or run with the first weights, or a file that gradus import reads; layers and loss are its own")
		optionalBool(s, &r.NewHead, "new-head", "with --from, begin the last layer anew; done unasked where the classes are others than the model's, =false forbids")
		optionalString(s, &r.Freeze, "freeze", "`LAYERS` whose weights stay as they are: their numbers, as inspect shows them, 0,2, or all-but-last")
		optionalString(s, &r.Act, "act", "`NAME` of the activation between sizes; relu if not given")
		optionalString(s, &r.Output, "output", "`NAME` of the output's activation: softmax, sigmoid, linear; what suits the loss")
		optionalString(s, &r.Loss, "loss", "`NAME` of the cost: cross-entropy (of classes), mse (of numbers), quadratic, mae, huber")
		optionalString(s, &r.Init, "init", "`NAME` of the first weights: he (before rectifiers), xavier (elsewhere), nielsen, large, normal:0.01, uniform:-1:1, constant:0.5, zero")
		optionalString(s, &r.ClassWeight, "class-weight", "`WEIGHTS` of the classes in the cost: balanced (all count alike), none, or by name, ill=9,well=1")
		optionalFloat(s, &r.L2, "l2", "`λ` of the weight decay; also --lmbda, --weight-decay")
		optionalFloat(s, &r.L1, "l1", "`λ` of the sum of absolute weights")
		optionalString(s, &r.L2Style, "l2-style", "`WHOSE` λ it is: nielsen (λ/2n; the usual), saito (λ/2), sklearn (λ/2 over the batch)")
	})
	groups(cmd, "Training", func(s *pflag.FlagSet) {
		optionalString(s, &r.Opt, "opt", "`NAME` of the optimiser: adam (the usual), adamw, sgd, momentum, nesterov, adagrad, rmsprop")
		optionalFloat(s, &r.LR, "lr", "`RATE` of learning; also --eta, --learning-rate")
		optionalFloat(s, &r.Momentum, "momentum", "`MU` of momentum and nesterov; with sgd, makes it momentum")
		optionalString(s, &r.Schedule, "schedule", "`NAME` of how the rate goes: constant, one-cycle, cosine, exponential, step:0.3, warm-up:500:cosine")
		optionalInt(s, &r.Batch, "batch", "`N` examples a step; 64 for large data, 32 for small")
		optionalInt(s, &r.Epochs, "epochs", "`N` passes over the data")
		optionalInt(s, &r.Iters, "iters", "`N` steps in all, in place of epochs, or as their limit")
		optionalBool(s, &r.Replacement, "replacement", "draw every batch from all examples, as Saito does")
		optionalFloat(s, &r.Clip, "clip", "`LENGTH` that longer gradients are shortened to")
		optionalInt(s, &r.Patience, "patience", "`N` epochs without a better one before an early stop")
		optionalString(s, &r.Monitor, "monitor", "`LIST` of curves to follow: evaluation-cost, evaluation-accuracy (the usual two), training-cost, training-accuracy; all, none")
		optionalUint64(s, &r.Seed, "seed", "`N` from which everything is drawn; 0 if not given")
	})
}

// running are the flags that change no bit.
func (f *trainFlags) running(cmd *cobra.Command) {
	groups(cmd, "Running", func(s *pflag.FlagSet) {
		s.StringVar(&f.resume, "resume", "", "`RUN` to go on with: its number or folder; the latest if not named")
		s.Lookup("resume").NoOptDefVal = resumeLatest
		s.StringVar(&f.root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
		s.StringVar(&f.name, "name", "", "`NAME` of the run's folder, after its number")
		s.IntVar(&f.threads, "threads", 0, "`N` workers; one a processor if not given; changes no bit")
		s.StringVar(&f.kernel, "kernel", "", "`NAME` of the arithmetic: reference, avx2, avx512; the fastest if not given; changes no bit")
		s.IntVar(&f.folds, "folds", 0, "`K` parts of the data, each of which judges a training on the others; nothing is saved")
		s.IntVar(&f.repeat, "repeat", 0, "`N` trainings with seeds one after the other, for mean and deviation; nothing is saved")
		s.DurationVar(&f.saveEvery, "save-every", 5*time.Second, "`TIME` after which to save within an epoch, too; 5s")
		s.StringVar(&f.shown, "progress", string(progress.Auto), "`HOW` to show it: auto, bar, lines, json, none")
		s.BoolVar(&f.dryRun, "dry-run", false, "read the data, build the network, take one step, and keep nothing")
		s.BoolVar(&f.json, "json", false, "results as one JSON document")
	})
}

func runTrain(c *console, cmd *cobra.Command, f *trainFlags, args []string) error {
	if err := f.positional(cmd, args); err != nil {
		return err
	}
	if f.recipe == "list" {
		return listRecipes(c)
	}
	published, err := f.takeRecipe(cmd)
	if err != nil {
		return err
	}
	shown, err := progressMode(c, f.shown)
	if err != nil {
		return err
	}
	if err := f.machinery(cmd); err != nil {
		return err
	}
	o := session.TrainOptions{
		Request: &f.request, Resume: f.resume, Root: f.root, Name: f.name, Threads: f.threads, SaveEvery: f.saveEvery,
		Out: c.results(), Command: os.Args, After: figure.WriteReport,
		Progress: progressTo(c, shown),
	}
	if f.json || c.quiet {
		o.Out = io.Discard
	}
	ctx, stop := interruptible(c)
	defer stop()
	if cmd.Flags().Changed("folds") || cmd.Flags().Changed("repeat") {
		return crossValidate(ctx, c, cmd, f, o)
	}
	if f.dryRun {
		return rehearse(ctx, c, cmd, f, o)
	}
	report, err := session.Train(ctx, o)
	if err != nil {
		return flagAtFault(cmd, err)
	}
	return f.tell(c, report, published)
}

// tell prints what a training has come to, as far as it has not been told, and the verdicts on a published one.
func (f *trainFlags) tell(c *console, report *session.TrainReport, published *publishedRun) (outside error) {
	var verdicts []verdict
	if published != nil {
		verdicts, outside = published.compare(report)
	}
	var err error
	switch {
	case f.json && published != nil:
		return cmp.Or(c.printJSON(publishedReport{report, verdicts}), outside)
	case f.json:
		return c.printJSON(report)
	case c.quiet:
		_, err = io.WriteString(c.out, report.Line())
	}
	for _, v := range verdicts {
		fmt.Fprint(c.out, v)
	}
	return cmp.Or(err, outside)
}

// flagAtFault is the error with a flag in front and the exit code of wrong usage, where a flag is what is wrong.
func flagAtFault(cmd *cobra.Command, err error) error {
	var field *recipe.FieldError
	if errors.As(err, &field) && cmd.Flags().Lookup(field.Field) != nil && (cmd.Flags().Changed(field.Field) || field.Field == "target") {
		return exit.Usagef("%s: --%v", cmd.CommandPath(), field)
	}
	return err
}

// maxThreads is far beyond what any machine has: more is a slip.
const maxThreads = 1024

// positional sorts out what stands without a flag: data, a configuration, or the run to resume.
func (f *trainFlags) positional(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return exit.Usagef("%s takes one DATA, FOLDER or config.yaml, have %q", cmd.CommandPath(), args)
	}
	if cmd.Flags().Changed("resume") {
		if len(args) == 1 {
			if f.resume != resumeLatest {
				return exit.Usagef("%s: two runs to resume, %s and %s; want one", cmd.CommandPath(), f.resume, args[0])
			}
			f.resume = args[0]
		}
		fixed := ""
		cmd.Flags().Visit(func(flag *pflag.Flag) {
			if g := flag.Annotations[groupKey]; len(g) > 0 && g[0] != "Running" && flag.Name != "trials" || flag.Name == "name" {
				fixed = flag.Name
			}
		})
		if fixed != "" {
			return exit.Usagef("%s: --%s cannot change when a run is resumed: it would end where no unbroken run could; begin a new one", cmd.CommandPath(), fixed)
		}
		return nil
	}
	if len(args) == 0 {
		return nil
	}
	if ext := strings.ToLower(args[0]); strings.HasSuffix(ext, ".yaml") || strings.HasSuffix(ext, ".yml") {
		base, err := recipe.Read(args[0])
		if err != nil {
			return exit.With(exit.Data, err)
		}
		f.request = *f.request.Over(base)
		return nil
	}
	if f.request.Data != nil && *f.request.Data != args[0] {
		return exit.Usagef("%s: two data sets, %s and --data %s; want one", cmd.CommandPath(), args[0], *f.request.Data)
	}
	f.request.Data = &args[0]
	return nil
}

// machinery checks what changes no bit: threads, how often is saved, and the path of the arithmetic, to which it switches.
func (f *trainFlags) machinery(cmd *cobra.Command) error {
	if cmd.Flags().Changed("threads") && (f.threads < 1 || f.threads > maxThreads) {
		return exit.Usagef("%s: --threads is %d; want 1 to %d, or leave it out for one a processor", cmd.CommandPath(), f.threads, maxThreads)
	}
	if f.saveEvery < 0 {
		return exit.Usagef("%s: --save-every is %v; want a time such as 5s, or 0 for never within an epoch", cmd.CommandPath(), f.saveEvery)
	}
	return useKernel(f.kernel)
}

// progressTo shows progress, and warnings, on the standard error.
func progressTo(c *console, mode progress.Mode) progress.Config {
	caps := c.errCaps()
	to := c.err
	switch {
	case c.quiet:
		to = io.Discard
	case mode == progress.Lines || mode == progress.None:
		to = fitted(c.err, caps)
	}
	return progress.Config{Mode: mode, To: to, Width: caps.Width, ASCII: !caps.UTF8}
}

// progressMode resolves auto.
func progressMode(c *console, text string) (progress.Mode, error) {
	mode := progress.Mode(text)
	if !slices.Contains(progress.Modes, mode) {
		return "", exit.Usagef("gradus train: --progress is %q; want auto, bar, lines, json or none", text)
	}
	switch {
	case c.quiet:
		return progress.None, nil
	case mode == progress.Auto && c.errCaps().Redraw:
		return progress.Bar, nil
	case mode == progress.Auto:
		return progress.Lines, nil
	}
	return mode, nil
}

// useKernel switches to the path of the arithmetic that is asked for.
func useKernel(name string) error {
	if name != "" {
		if err := kernel.Use(name); err != nil {
			return exit.Usagef("gradus train: --kernel: %s", strings.TrimPrefix(err.Error(), "kernel: "))
		}
		return nil
	}
	if err := kernel.ForcedPathError(); err != nil {
		return exit.Usagef("%s: %s", kernel.PathEnv, strings.TrimPrefix(err.Error(), "kernel: "))
	}
	return nil
}
