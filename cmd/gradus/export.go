package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/shipping"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/model/exporter"
)

func newExport(c *console) *cobra.Command {
	var (
		root, asked, path string
		yes, asJSON       bool
	)
	cmd := &cobra.Command{
		Use:   "export MODEL|RUN [--to FORMAT] [-o FILE]",
		Short: "a model for others: ONNX, a Go package, a program of its own ...",
		Long: `export writes a model, a file or a run by its number or folder, for other
programs.

  onnx          a graph (opset 17) for ONNX Runtime and others, with the
                scaling of the inputs and the names of the classes inside; that
                of a table takes its columns as they are
  go            a package without any dependency: a Row with a field for every
                column, Predict(Row), a test and a benchmark; -o is a folder
  binary        a program: predict, schema and --help, and nothing to install
  safetensors   what a .gradus file is, without the memory of the training
  json          the same for programs that read nothing else; gradus reads it
  csv           the weights alone, a row a number
  npz, pickle   the weights alone as NumPy arrays: W1, b1, W2, b2 ...
  network2      the JSON of Nielsen's network2.py; sigmoid layers only

What would be written is read again first, and asked about 256 rows of the data
that the model was made with, or made-up ones. An answer that differs by more
than 1e-6, or by a bit in a Go package, is an error (exit code 4), and nothing
is written.`,
		Example: `  gradus export 3
  gradus export latest -o digits.safetensors
  gradus export houses.gradus --to go -o ./housemodel
  gradus export houses.gradus --to binary -o houses
  gradus export net.pkl --to network2 -o net.json --yes`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return exit.Usagef("gradus export: which model? Give a .gradus file, a run, or latest")
			case len(args) > 1:
				return exit.Usagef("gradus export: one model at a time, have %q as well", args[1])
			case path == "-":
				return exit.Usagef("gradus export: a model is not written to the standard output; name a file")
			}
			if err := useKernel(""); err != nil {
				return err
			}
			format, err := shipping.FormatOf(path, asked)
			if err != nil {
				return err
			}
			if path == "" {
				name, err := shipping.Name(root, args[0], format)
				if err != nil {
					return err
				}
				path = name
			}
			if !shipping.IsFolder(format) {
				if err := mayReplace(path, yes); err != nil {
					return err
				}
			}
			if err := shipping.MayWrite(path, format, yes); err != nil {
				return err
			}
			r, product, err := shipping.Export(root, args[0], format, path)
			if err != nil {
				return err
			}
			if err := product.Write(path); err != nil {
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
		f.StringVar(&asked, "to", "", "`FORMAT` of the file: "+strings.Join(shipping.Formats(), ", ")+"; what the ending of -o means, or onnx")
		f.StringVarP(&path, "out", "o", "", "`FILE` to write, a folder for go; named after the run or model if not given")
		f.BoolVarP(&yes, "yes", "y", false, "replace a file that exists")
		f.BoolVar(&asJSON, "json", false, "results as one JSON document")
	})
	groups(cmd, "Running", func(f *pflag.FlagSet) {
		f.StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	})
	cmd.RegisterFlagCompletionFunc("to", cobra.FixedCompletions(shipping.Formats(), cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that is not there
	return cmd
}

func showExported(c *console, r *shipping.Exported) {
	kind := r.Format
	if kind == "onnx" {
		kind = fmt.Sprintf("onnx, opset %d", exporter.Opset)
	}
	if r.Files > 1 {
		kind += fmt.Sprintf(", %d files", r.Files)
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
	for _, text := range r.Checks {
		fmt.Fprintf(c.out, "         %s\n", text)
	}
}
