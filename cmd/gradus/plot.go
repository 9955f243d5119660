package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/figure"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/plot"
	"github.com/gradus-nn/gradus/plot/expr"
)

// plotFlags are what the command line says about a picture.
type plotFlags struct {
	function, x, y string
	o              figure.FunctionOptions
	boundary       figure.BoundaryOptions
	eval           session.EvalOptions
	index          string
	count          int
	init, act      string
	seed           uint64
	out, csv, size string
	yes            bool
}

func newPlot(c *console) *cobra.Command {
	var p plotFlags
	cmd := &cobra.Command{
		Use:   "plot WHAT",
		Short: "pictures of functions, boundaries, digits, weights and trainings",
		Long: `plot draws a picture into a file, or in the terminal if no file is named. WHAT is

  ACTIVATION...       such as step sigmoid relu; or a function with -f
  boundary NAME       and, nand, or, xor, circles, moons, spiral, or a model
  digits DATA         images of a data set
  weights MODEL       what the units of the first layer look for
  history RUN...      loss and accuracy over the epochs
  activations         what layers put out before training, by initialiser
  confusion MODEL     which class is taken for which
  roc MODEL           how well it tells two classes apart, for every threshold
  calibration MODEL   whether its probabilities come true
  mistakes MODEL      the images that a model is most wrong about

MODEL is a .gradus file or a run. Functions know + - * / ^, x, y, x0, x1, pi, e, and
exp log sin cos tanh sqrt abs sigmoid relu step softplus max min.`,
		Example: `  gradus plot step sigmoid relu -o activations.svg
  gradus plot -f "0.01*x^2+0.1*x" --tangent 5
  gradus plot -f "x0^2/20+x1^2" --descent --opt sgd,momentum,adagrad,adam
  gradus plot boundary spiral -o spiral.png
  gradus plot history 1 2 -o runs.svg --csv runs.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			size, err := p.check()
			if err != nil {
				return err
			}
			if err := useKernel(""); err != nil {
				return err
			}
			ctx, stop := interruptible(c)
			defer stop()
			picture, err := p.picture(ctx, args)
			var wrong *expr.Error
			if errors.As(err, &wrong) {
				fmt.Fprintf(c.err, "  %s\n", strings.ReplaceAll(wrong.Caret(), "\n", "\n  "))
			}
			if err != nil {
				return err
			}
			return p.write(c, picture, size)
		},
	}
	groups(cmd, "Functions", func(f *pflag.FlagSet) {
		f.StringVarP(&p.function, "function", "f", "", "`FUNCTION` of x, or of x and y or x0 and x1")
		f.BoolVar(&p.o.Derivative, "derivative", false, "draw the derivative, too")
		optionalFloat(f, &p.o.Tangent, "tangent", "`X` where a tangent touches the function")
		f.StringVar(&p.x, "x", "", "`LO:HI`, the range of x")
		f.StringVar(&p.y, "y", "", "`LO:HI`, the range of y, or of the values")
		f.BoolVar(&p.o.Surface, "surface", false, "a map of heights instead of lines of equal height")
	})
	groups(cmd, "Descent", func(f *pflag.FlagSet) {
		f.BoolVar(&p.o.Descent, "descent", false, "draw the way of optimisers down the function")
		f.StringVar(&p.o.From, "from", "-7,2", "`X,Y` where they start; -7,2 if not given")
		f.StringVar(&p.o.Opt, "opt", "sgd", "`OPTIMISERS` with commas: sgd, momentum, nesterov, adagrad, rmsprop, adam")
		f.StringVar(&p.o.LR, "lr", "", "`RATE`, one for all or one each; those of Saito's chapter 6 if not given")
		f.IntVar(&p.o.Steps, "steps", 30, "`N` steps; 30 if not given")
	})
	groups(cmd, "Data and models", func(f *pflag.FlagSet) {
		f.StringVar(&p.index, "index", "0..24", "`RANGE` of images, such as 0..24")
		f.IntVar(&p.count, "count", 25, "`N` mistakes; 25 if not given")
		f.StringVar(&p.eval.Data, "data", "", "`NAME` of data; what the model was trained on if none is named")
		f.StringVar(&p.eval.Part, "part", "", "`PART` of the data: train, val or test")
		f.StringVar(&p.boundary.Columns, "columns", "", "`A,B`, the two inputs of a boundary, by name or number")
		f.StringVar(&p.init, "init", "std=1,std=0.01,xavier,he", "`RULES` with commas: std=0.01, xavier, he ...")
		f.StringVar(&p.act, "act", "sigmoid", "`ACTIVATION` between the layers: sigmoid, relu, tanh ...")
		f.Uint64Var(&p.seed, "seed", 0, "`SEED` of what is drawn; 0 if not given")
		f.StringVar(&p.eval.Root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	})
	groups(cmd, "Output", func(f *pflag.FlagSet) {
		f.StringVarP(&p.out, "out", "o", "", "`FILE` for the picture, .svg or .png; the terminal if none is named")
		f.StringVar(&p.csv, "csv", "", "`FILE` for the numbers of the picture")
		f.StringVar(&p.size, "size", "800x600", "`WxH` in pixels; 800x600 if not given")
		f.BoolVar(&p.yes, "yes", false, "replace files that are there")
	})
	return cmd
}

// check looks at the flags before anything is computed.
func (p *plotFlags) check() (size plot.Size, err error) {
	w, h, ok := strings.Cut(strings.ToLower(p.size), "x")
	size.Width, err = strconv.Atoi(w)
	if err == nil {
		size.Height, err = strconv.Atoi(h)
	}
	if !ok || err != nil {
		return size, exit.Usagef("gradus plot: --size %q; want width and height in pixels, such as 800x600", p.size)
	}
	if err := size.Check(); err != nil {
		return size, exit.With(exit.Usage, err)
	}
	if p.o.X, err = parseSpan("--x", p.x); err != nil {
		return size, err
	}
	if p.o.Y, err = parseSpan("--y", p.y); err != nil {
		return size, err
	}
	for _, path := range []string{p.out, p.csv} {
		if path == "" {
			continue
		}
		if err := mayReplace(path, p.yes); err != nil {
			return size, err
		}
	}
	if lower := strings.ToLower(p.out); p.out != "" && !strings.HasSuffix(lower, ".svg") && !strings.HasSuffix(lower, ".png") {
		return size, exit.Usagef("gradus plot: -o %s; want a name that ends in .svg or .png", p.out)
	}
	return size, nil
}

// parseSpan reads a range: "-5:5".
func parseSpan(flag, text string) (*plot.Span, error) {
	if text == "" {
		return nil, nil
	}
	a, b, ok := strings.Cut(text, ":")
	lo, err1 := strconv.ParseFloat(a, 64)
	hi, err2 := strconv.ParseFloat(b, 64)
	if !ok || err1 != nil || err2 != nil || !(lo < hi) || hi-lo > 1e300 {
		return nil, exit.Usagef("gradus plot: %s %q; want two numbers, the smaller first, such as %s=-5:5", flag, text, flag)
	}
	return &plot.Span{Lo: lo, Hi: hi}, nil
}

// picture makes what the arguments name.
func (p *plotFlags) picture(ctx context.Context, args []string) (plot.Picture, error) {
	if p.function != "" {
		if len(args) > 0 {
			return nil, exit.Usagef("gradus plot: -f and %q; want one of them", args[0])
		}
		return figure.Function(p.function, p.o)
	}
	if len(args) == 0 {
		return nil, exit.Usagef("gradus plot: what? Such as: gradus plot step sigmoid relu; see gradus plot --help")
	}
	p.boundary.Root, p.boundary.Data, p.boundary.Seed = p.eval.Root, p.eval.Data, p.seed
	subject := strings.Join(args[1:], " ")
	one := func(usual string) error {
		switch {
		case len(args) > 2:
			return exit.Usagef("gradus plot %s takes one name, have %q", args[0], args[1:])
		case len(args) == 1 && usual == "":
			return exit.Usagef("gradus plot %s: of what? See gradus plot --help", args[0])
		case len(args) == 1:
			subject = usual
		}
		return nil
	}
	switch args[0] {
	case "boundary":
		if err := one(""); err != nil {
			return nil, err
		}
		return figure.Boundary(ctx, subject, p.boundary)
	case "digits":
		if err := one("mnist"); err != nil {
			return nil, err
		}
		return figure.Digits(subject, p.index, or(p.eval.Part, "train"))
	case "weights":
		if err := one("latest"); err != nil {
			return nil, err
		}
		return figure.Weights(p.eval.Root, subject)
	case "history":
		if len(args) == 1 {
			args = append(args, "latest")
		}
		return figure.History(p.eval.Root, args[1:])
	case "activations":
		if len(args) > 1 {
			return nil, exit.Usagef("gradus plot activations takes no %q; name initialisers with --init", args[1])
		}
		return figure.Initial(p.init, p.act, p.seed)
	case "confusion", "roc", "calibration", "mistakes":
		if err := one("latest"); err != nil {
			return nil, err
		}
		p.eval.Model, p.eval.Part = subject, or(p.eval.Part, "test")
		switch args[0] {
		case "confusion":
			return figure.Confusion(ctx, p.eval)
		case "roc":
			return figure.ROC(ctx, p.eval)
		case "calibration":
			return figure.Calibration(ctx, p.eval)
		}
		return figure.Mistakes(ctx, p.eval, p.count)
	}
	return figure.Activations(args, p.o)
}

func or(text, usual string) string {
	if text == "" {
		return usual
	}
	return text
}

// write puts the picture where it is wanted.
func (p *plotFlags) write(c *console, picture plot.Picture, size plot.Size) error {
	if p.csv != "" {
		if err := plot.SaveCSV(p.csv, picture); err != nil {
			return err
		}
		c.note("wrote", "%s", p.csv)
	}
	if p.out == "" {
		if p.csv != "" {
			return nil
		}
		return figure.Show(c.out, c.caps(), picture)
	}
	if err := plot.Save(p.out, picture, size); err != nil {
		return err
	}
	c.note("wrote", "%s", p.out)
	return nil
}
