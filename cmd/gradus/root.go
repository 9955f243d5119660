package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/internal/exit"
)

// execute runs the command line.
func execute(c *console, args []string) error {
	root := newRoot(c)
	root.SetArgs(args)
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	return root.Execute()
}

func newRoot(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "gradus",
		Short: "train, inspect and ship neural networks",
		Long: `gradus trains, inspects and ships neural networks. It works offline.

Results go to the standard output, progress and warnings to the standard error.
Every --lr 0.1 may be written lr=0.1.

Environment
  NO_COLOR        no colours, as --color never
  GRADUS_KERNEL   arithmetic: reference, avx2 or avx512, as train --kernel; the
                  results are the same bits
  GRADUS_DEBUG    show where in the program a defect is

Exit codes
  0 ok   1 failed   2 wrong usage   3 bad data or configuration
  4 a check failed (--fail-under)   5 the network is needed   130 interrupted`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			welcome(c)
			return nil
		},
		Args: cobra.ArbitraryArgs,
	}
	manners(c, root)
	root.AddCommand(
		newTrain(c), newEval(c), newPredict(c), newExport(c), newImport(c), newCheck(c), newInspect(c), newPlot(c), newTune(c),
		newLRFind(c), newDiff(c), newConfig(c),
		newData(c), newRuns(c), newBook(c), newDoctor(c), newVersion(c), newCompletion(c),
	)
	for _, cmd := range slices.Concat(root.Commands(), nested(root)) {
		prepare(c, cmd)
		completeRuns(cmd)
	}
	return root
}

// manners gives a root what is everywhere the same: flags, help, and how errors are said.
func manners(c *console, root *cobra.Command) {
	root.PersistentFlags().StringVar(&c.color, "color", "auto", "`WHEN` to use colours: auto, always, never")
	root.PersistentFlags().BoolVarP(&c.quiet, "quiet", "q", false, "no progress, only results and errors")
	cobra.EnableCommandSorting = false
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.SetUsageFunc(usage)
	root.SetHelpFunc(help)
	root.SetHelpCommand(newHelp())
}

func nested(root *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, cmd := range root.Commands() {
		all = append(all, cmd.Commands()...)
	}
	return all
}

// welcome says what to type next.
func welcome(c *console) {
	fmt.Fprintf(c.out, `gradus %v · neural networks, step by step
  new to this?      gradus train            learns to read digits, in seconds
  have the book?    gradus book             Saito and Nielsen by chapter
  have a table?     gradus train my.csv     --target COLUMN
  your own code?    gradus check FILE       names its mistakes; also gradus help
`, build.Read())
}

// aliases are the names under which people know a flag; all spellings of a flag are one flag.
var aliases = map[string]string{
	"eta": "lr", "learning-rate": "lr", "learning_rate": "lr",
	"lmbda": "l2", "lambda": "l2", "weight-decay": "l2", "weight_decay": "l2",
	"optimizer": "opt", "optimiser": "opt", "activation": "act", "cost": "loss",
	"batch-size": "batch", "mini-batch-size": "batch", "iterations": "iters", "validation": "val",
	"color": "color", "colour": "color",
}

func canonical(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	if known, ok := aliases[name]; ok {
		name = known
	}
	return pflag.NormalizedName(name)
}

// prepare gives a command the manners that all share: aliases of flags, key=value, one value for a flag.
func prepare(c *console, cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.SetGlobalNormalizationFunc(canonical)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, list := f.Value.(*optionalStrings); !list {
			f.Value = &once{Value: f.Value}
		}
	})
	inner := cmd.RunE
	if inner == nil {
		return
	}
	cmd.Args = cobra.ArbitraryArgs // counted below, once key=value has been taken out
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		args, err := keyValues(cmd, args)
		if err != nil {
			return err
		}
		if !slices.Contains([]string{"auto", "always", "never"}, c.color) {
			return exit.Usagef("--color %s: want auto, always or never", c.color)
		}
		return inner(cmd, args)
	}
}

// once is the value of a flag that may be given only one value: --lr 1 --eta 2 is a contradiction.
type once struct {
	pflag.Value
	text  string
	given bool
}

func (o *once) Set(text string) error {
	if o.given && text != o.text {
		return fmt.Errorf("given twice, as %s and as %s", o.text, text)
	}
	o.given, o.text = true, text
	return o.Value.Set(text)
}

// IsBoolFlag keeps flags without a value working behind once.
func (o *once) IsBoolFlag() bool { return o.Type() == "bool" }

// GetSlice and the like are not offered: no flag of gradus is a list.

// keyValues takes lr=0.1 out of the arguments and sets the flag.
func keyValues(cmd *cobra.Command, args []string) (rest []string, err error) {
	for _, arg := range args {
		key, value, ok := strings.Cut(arg, "=")
		if !ok || key == "" || strings.ContainsAny(key, "/\\. ") || cmd.ArgsLenAtDash() >= 0 {
			rest = append(rest, arg)
			continue
		}
		if cmd.Flags().Lookup(key) == nil {
			return nil, exit.Usagef("%s: no setting is called %q%s", cmd.CommandPath(), key, didYouMean(key, flagNames(cmd), "", "=VALUE"))
		}
		if err := cmd.Flags().Set(key, value); err != nil {
			return nil, flagError(cmd, err)
		}
	}
	return rest, nil
}
