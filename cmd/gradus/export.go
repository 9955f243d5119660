package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/model/exporter"
)

func newExport(c *console) *cobra.Command {
	var (
		root, format, path string
		yes, asJSON        bool
	)
	cmd := &cobra.Command{
		Use:   "export MODEL|RUN [--to FORMAT] [-o FILE]",
		Short: "a model as a file for other programs: ONNX, NumPy, JSON ...",
		Long: `export writes a model, a file or a run by its number or folder, for other
programs.

  onnx          a graph (opset 17) for ONNX Runtime and others, with the
                scaling of the inputs and the final softmax inside
  safetensors   what a .gradus file is, without the memory of the training
  json          the same for programs that read nothing else
  npz, pickle   the weights alone as NumPy arrays: W1, b1, W2, b2 ...
  network2      the JSON of Nielsen's network2.py; sigmoid layers only

What would be written is read again first, and asked about 256 rows of the data
that the model is judged by, or of random numbers. An answer that differs by
more than 1e-6 is an error (exit code 4), and nothing is written.`,
		Example: `  gradus export 3
  gradus export latest --to onnx -o digits.onnx
  gradus export iris.gradus --to npz
  gradus export net.pkl --to network2 -o net.json --yes`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return exit.Usagef("gradus export: which model? Give a .gradus file, a run, or latest")
			case len(args) > 1:
				return exit.Usagef("gradus export: one model at a time, have %q as well", args[1])
			case !slices.Contains(session.ExportFormats(), format):
				return exit.Usagef("gradus export: --to is %q; want one of %s", format, strings.Join(session.ExportFormats(), ", "))
			case path == "-":
				return exit.Usagef("gradus export: a model is not written to the standard output; name a file")
			}
			if err := useKernel(""); err != nil {
				return err
			}
			if path == "" {
				name, err := session.ExportName(root, args[0], format)
				if err != nil {
					return err
				}
				path = name
			}
			if err := mayReplace(path, yes); err != nil {
				return err
			}
			r, data, err := session.Export(root, args[0], format)
			if err != nil {
				return err
			}
			if err := durable.Write(path, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
				return exit.With(exit.Failed, err)
			}
			r.File = path
			for _, text := range r.Warnings {
				c.note("warn", "%s", terminal.Clean(text))
			}
			if asJSON {
				return c.printJSON(r)
			}
			showExported(c, r)
			return nil
		},
	}
	groups(cmd, "Results", func(f *pflag.FlagSet) {
		f.StringVar(&format, "to", "onnx", "`FORMAT` of the file: "+strings.Join(session.ExportFormats(), ", ")+"; onnx if not given")
		f.StringVarP(&path, "out", "o", "", "`FILE` to write; named after the run or model if not given")
		f.BoolVarP(&yes, "yes", "y", false, "replace a file that exists")
		f.BoolVar(&asJSON, "json", false, "results as one JSON document")
	})
	groups(cmd, "Running", func(f *pflag.FlagSet) {
		f.StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	})
	return cmd
}

func showExported(c *console, r *session.Exported) {
	kind := r.Format
	if kind == "onnx" {
		kind = fmt.Sprintf("onnx, opset %d", exporter.Opset)
	}
	fmt.Fprintf(c.out, "wrote    %s   %s, %d bytes\n", terminal.Clean(r.File), kind, r.Bytes)
	if len(r.Inside) > 0 {
		fmt.Fprintf(c.out, "inside   %s, weights\n", strings.Join(r.Inside, ", "))
	} else {
		fmt.Fprintf(c.out, "inside   weights\n")
	}
	same := fmt.Sprintf("they differ by at most %.2g", r.Difference)
	if r.Difference == 0 {
		same = "they are the same to the bit"
	}
	fmt.Fprintf(c.out, "checked  its answers for %d rows of %s against the model's: %s\n", r.Rows, terminal.Clean(r.RowsOf), same)
}
