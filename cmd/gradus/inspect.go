package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/inspection"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

func newInspect(c *console) *cobra.Command {
	var (
		root   string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "inspect FILE | RUN",
		Short: "what is in a model: layers, weights, checksum",
		Long: `inspect shows what is in a .gradus file, in the model of a run, or in any
safetensors file: the layers, statistics of every tensor, where the model comes
from, and the SHA-256 of its weights, by which two trainings can be compared.`,
		Example: `  gradus inspect 3
  gradus inspect runs/latest/best.gradus
  gradus inspect model.safetensors --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usagef("gradus inspect: which file? Give a .gradus or .safetensors file, or a run")
			}
			ref, err := oneOrLatest(cmd, args)
			if err != nil {
				return err
			}
			r, err := inspection.Inspect(root, ref)
			if err != nil {
				return err
			}
			for _, w := range r.Warnings {
				c.note("warn", "%s", terminal.Clean(w))
			}
			if asJSON {
				return c.printJSON(r)
			}
			showInspection(c, r)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	cmd.Flags().StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	return cmd
}

func showInspection(c *console, r *inspection.Inspection) {
	line := func(subject, format string, args ...any) {
		fmt.Fprintf(c.out, "%-9s%s\n", subject, fmt.Sprintf(format, args...))
	}
	seal := "no checksum of its own"
	if r.Sealed {
		seal = "checksum right"
	}
	line("file", "%s   %s bytes   %s", terminal.Clean(r.File), nn.Thousands(int(r.Bytes)), seal)
	if r.Layers != "" {
		line("model", "%s   %s parameters", r.Layers, nn.Thousands(r.Parameters))
	} else {
		line("model", "none: tensors of another tool   %s elements", nn.Thousands(r.Parameters))
	}
	line("sha256", "%s  of the weights", r.SHA256)
	if i := r.Info; i != nil {
		showInfo(line, r)
	}
	if r.Summary != "" {
		fmt.Fprintf(c.out, "\n%s", r.Summary)
	}
	showTensors(c, r.Tensors)
	for _, key := range slices.Sorted(maps.Keys(r.Metadata)) {
		line("metadata", "%s: %s", terminal.Clean(key), shorten(terminal.Clean(r.Metadata[key]), columns-14-len(key)))
	}
}

func showInfo(line func(string, string, ...any), r *inspection.Inspection) {
	i := r.Info
	if r.Attached > 0 {
		line("state", "checkpoint at step %s, after %d epochs: a training can go on from it", nn.Thousands(r.Step), r.Epoch)
	}
	if i.Data != "" {
		line("data", "%s   seed %d", terminal.Clean(i.Data), i.Seed)
	}
	if len(i.Preprocess) > 0 {
		steps := make([]string, len(i.Preprocess))
		for k, s := range i.Preprocess {
			steps[k] = describeStep(s)
		}
		line("prepared", "%s", strings.Join(steps, ", "))
	}
	if len(i.Classes) > 0 {
		line("classes", "%s", shorten(terminal.Clean(strings.Join(i.Classes, ", ")), columns-9))
	}
	if len(i.Features) > 0 {
		line("columns", "%s", shorten(terminal.Clean(strings.Join(i.Features, ", ")), columns-9))
	}
	var metrics []string
	for _, name := range slices.Sorted(maps.Keys(i.Metrics)) {
		metrics = append(metrics, fmt.Sprintf("%s %.6g", terminal.Clean(name), i.Metrics[name]))
	}
	if len(metrics) > 0 {
		line("metrics", "%s", strings.Join(metrics, " · "))
	}
	if i.Tool != "" {
		line("made by", "%s", terminal.Clean(i.Tool))
	}
}

// describeStep says what was done to the data.
func describeStep(s preprocess.Step) string {
	switch x := s.(type) {
	case preprocess.PixelScale:
		return fmt.Sprintf("pixels divided by %v", x.Divide)
	case preprocess.Standardize:
		return fmt.Sprintf("%d columns standardized", len(x.Mean))
	case preprocess.Image:
		return fmt.Sprintf("images made %v (%s)", x, x.Fit)
	}
	return fmt.Sprintf("%T", s)
}

func showTensors(c *console, tensors []inspection.TensorStats) {
	fmt.Fprintln(c.out)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "tensor\ttype\tshape\tmean\tsd\tmin\tmax\tzeros\tnan\n")
	for _, t := range tensors {
		name := terminal.Clean(t.Name)
		shape := tensor.Shape(t.Shape).String()
		if t.Opaque {
			fmt.Fprintf(w, "%s\t%s\t%s\n", name, t.DType, shape)
			continue
		}
		bad := fmt.Sprint(t.NaN)
		if t.Inf > 0 {
			bad += fmt.Sprintf(" +%d inf", t.Inf)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.3g\t%.3g\t%.3g\t%.3g\t%.1f %%\t%s\n", name, t.DType, shape, t.Mean, t.SD, t.Min, t.Max, 100*t.Zeros, bad)
	}
	w.Flush()
}

// shorten cuts a text to so many columns.
func shorten(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= max(width, 8) {
		return text
	}
	return string(runes[:max(width, 8)-1]) + "…"
}
