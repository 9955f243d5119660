package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/inspection"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/tensor"
)

func newDiff(c *console) *cobra.Command {
	var (
		o              inspection.DiffOptions
		asJSON, failed bool
	)
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "two models: layers, settings, weights, and answers with --data",
		Long: `diff shows in what two models differ: .gradus files, runs, or files of other
tools. With --data or --part both answer the same examples.`,
		Example: `  gradus diff 3 4
  gradus diff runs/3-mnist-784-128-10/best.gradus 3 --data mnist
  gradus diff model.gradus model.onnx --data iris --exit-code`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return exit.Usagef("gradus diff: want two models or runs, have %q", args)
			}
			if err := useKernel(""); err != nil {
				return err
			}
			o.A, o.B = args[0], args[1]
			ctx, stop := interruptible(c)
			defer stop()
			d, err := inspection.Compare(ctx, o)
			if err != nil {
				return err
			}
			if asJSON {
				err = c.printJSON(d)
			} else {
				err = showDiff(c, d)
			}
			if err == nil && failed && !(d.Same && len(d.Layers) == 0) {
				err = exit.Checkf("gradus diff: %s and %s differ", d.A, d.B)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&o.Data, "data", "", "`NAME` of data that both answer; those of A's training, with --part alone")
	cmd.Flags().StringVar(&o.Part, "part", "", "`PART` of the data: test (the usual), val or train")
	cmd.Flags().BoolVar(&failed, "exit-code", false, "exit with 4 if layers or weights differ")
	cmd.Flags().IntVar(&o.Threads, "threads", 0, "`N` workers; one a processor if not given")
	cmd.Flags().StringVar(&o.Root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}

func showDiff(c *console, d *inspection.Diff) error {
	line := func(subject, format string, args ...any) {
		fmt.Fprintf(c.out, "%-9s%s\n", subject, terminal.Clean(fmt.Sprintf(format, args...)))
	}
	line("a", "%s   %s", d.A, d.Sketch[0])
	line("b", "%s   %s", d.B, d.Sketch[1])
	pairs := func(subject string, all []inspection.Pair) {
		for i, p := range all {
			if i > 0 {
				subject = ""
			}
			line(subject, "%s: %s | %s", p.Name, missing(p.A), missing(p.B))
		}
	}
	if len(d.Layers) == 0 {
		line("layers", "the same")
	}
	pairs("layers", d.Layers)
	pairs("settings", d.Settings)
	pairs("about", d.About)
	if d.Same {
		line("weights", "the same, bit for bit")
	} else if err := showTensorDiffs(c, d.Tensors); err != nil {
		return err
	}
	if p := d.Answers; p != nil {
		line("answers", "%s   %d examples: an output differs by %.3g at most (example %d), by %.3g on average", p.Data, p.Examples, p.Max, p.Worst, p.Mean)
		if p.Apart != nil {
			line("", "other labels %s", progress.Counted(*p.Apart, p.Examples))
			line("", "right  a %s   b %s", progress.Counted(*p.RightA, p.Examples), progress.Counted(*p.RightB, p.Examples))
		}
	}
	return nil
}

// showTensorDiffs is the table of weights.
func showTensorDiffs(c *console, all []inspection.TensorDiff) error {
	fmt.Fprintln(c.out)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "tensor\tshape\tsame bits\tmax |a-b|\tmean |a-b|\t|a-b| / |a|\n")
	for _, t := range all {
		name := terminal.Clean(t.Name)
		switch {
		case t.A == nil:
			fmt.Fprintf(w, "%s\t%s\tonly in b\n", name, tensor.Shape(t.B))
		case t.B == nil:
			fmt.Fprintf(w, "%s\t%s\tonly in a\n", name, tensor.Shape(t.A))
		case !tensor.Shape(t.A).Equal(t.B):
			fmt.Fprintf(w, "%s\t%s | %s\n", name, tensor.Shape(t.A), tensor.Shape(t.B))
		default:
			fmt.Fprintf(w, "%s\t%s\t%d of %d\t%.3g\t%.3g\t%.3g", name, tensor.Shape(t.A), t.Equal, t.Elements, t.Max, t.Mean, t.Relative)
			if t.NaN > 0 {
				fmt.Fprintf(w, "\t%d are NaN in one of the two", t.NaN)
			}
			fmt.Fprintln(w)
		}
	}
	return w.Flush()
}

// pairWidth keeps long texts, such as the columns of a table, from filling the screen.
const pairWidth = 60

func missing(text string) string {
	if text == "" {
		return "none"
	}
	return shorten(text, pairWidth)
}
