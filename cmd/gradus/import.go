package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/importing"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
)

func newImport(c *console) *cobra.Command {
	var (
		o           importing.Options
		yes, asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "import FILE [-o MODEL.gradus]",
		Short: "a model of PyTorch, Keras, NumPy or ONNX as one of gradus",
		Long: `import reads a network that another program has written and saves it as a
.gradus file, to be judged, used, trained further and exported.

  .pt, .pth     of torch.save: a state_dict, an nn.Sequential, a checkpoint
  .safetensors  with the names of PyTorch (fc1.weight) or Keras (dense/kernel)
  .npz, .pkl    NumPy arrays with such names, or W1, b1, W2, b2 ...
  .onnx         a chain of Gemm, MatMul, Add and activations
  .json         of Nielsen's network2.py

What a file is, is seen by its content. Nothing in it is run. Where it holds
weights alone, --act says what stands between the layers and --output what the
last one gives; scaling of the inputs is in no such file, see --scale.`,
		Example: `  gradus import net.pt --act relu
  gradus import net.pt --act relu --scale 255,0.1307,0.3081 --data mnist
  gradus import weights.npz --act tanh,relu --output sigmoid -o net.gradus
  gradus train iris --from net.gradus --freeze all-but-last`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return exit.Usagef("gradus import: which file? Give what PyTorch, Keras, NumPy or ONNX has written")
			case len(args) > 1:
				return exit.Usagef("gradus import: one file at a time, have %q as well", args[1])
			case o.To == "-":
				return exit.Usagef("gradus import: a model is not written to the standard output; name a file")
			}
			o.From = args[0]
			if o.To == "" {
				o.To = importing.Name(o.From)
			}
			if err := mayReplace(o.To, yes); err != nil {
				return err
			}
			r, err := importing.Import(o)
			if err != nil {
				return err
			}
			for _, text := range r.Warnings {
				c.note("warn", "%s", terminal.Clean(text))
			}
			if asJSON {
				return c.printJSON(r)
			}
			showImported(c, r)
			return nil
		},
	}
	groups(cmd, "Network", func(f *pflag.FlagSet) {
		f.StringVar(&o.Act, "act", "", "`NAMES` of what stands between the layers: relu, or one for each gap, relu,tanh")
		f.StringVar(&o.Output, "output", "", "`NAME` of what the last layer gives: softmax (classes), sigmoid (yes or no), linear (numbers)")
		f.StringVar(&o.Classes, "classes", "", "`NAMES` of the classes in the order of the outputs: cat,dog")
	})
	groups(cmd, "Data", func(f *pflag.FlagSet) {
		f.StringVar(&o.Scale, "scale", "", "`HOW` inputs are scaled: none, a divisor (255), or divisor, mean and deviation (255,0.1307,0.3081); 255 for 784 inputs")
		f.StringVar(&o.Data, "data", "", "`NAME` of the data set that the model is for; eval takes it")
	})
	groups(cmd, "Results", func(f *pflag.FlagSet) {
		f.StringVarP(&o.To, "out", "o", "", "`FILE` to write; named after the file that is read if not given")
		f.BoolVarP(&yes, "yes", "y", false, "replace a file that exists")
		f.BoolVar(&asJSON, "json", false, "results as one JSON document")
	})
	return cmd
}

func showImported(c *console, r *importing.Imported) {
	fmt.Fprintf(c.out, "read     %s   %s, %s\n", terminal.Clean(r.From), r.Format, r.DType)
	fmt.Fprintf(c.out, "model    %s   %s parameters\n", r.Layers, nn.Thousands(r.Parameters))
	if len(r.Preprocess) > 0 {
		steps := make([]string, len(r.Preprocess))
		for i, s := range r.Preprocess {
			steps[i] = describeStep(s)
		}
		fmt.Fprintf(c.out, "inputs   %s\n", terminal.Clean(strings.Join(steps, ", ")))
	}
	if len(r.Classes) > 0 {
		fmt.Fprintf(c.out, "classes  %s\n", shorten(terminal.Clean(strings.Join(r.Classes, ", ")), columns-9))
	}
	fmt.Fprintf(c.out, "wrote    %s   sha256 %.12s…\n", terminal.Clean(r.File), r.SHA256)
}
