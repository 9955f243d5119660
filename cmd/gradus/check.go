package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/book/recipes"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/gradcheck/foreign"
	"github.com/gradus-nn/gradus/gradcheck/preflight"
	"github.com/gradus-nn/gradus/gradcheck/zoo"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/nn"
)

// checkFlags are what the command line says about a check.
type checkFlags struct {
	request recipe.Request
	recipe  string
	layout  string
	batch   int
	cfg     gradcheck.Config
	zoo     bool
	json    bool
}

// checkBatch is how many examples a network is checked on, and checkSample how many parameters of each tensor of one
// that is no perceptron of two layers. Of a file more are taken: rules about the order of elements need whole tensors.
const checkBatch, checkSample, fileSample = 100, 200, 1000

func newCheck(c *console) *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "compare gradients with numerical ones, and name the mistake",
		Long: `check compares the gradient of every parameter with a numerical one, in
float64, and looks at the network before it is trained. Without FILE it checks a
network of gradus; with FILE, gradients of your own program: weights, a batch and
what your program says the gradients are. Wrong ones end with exit code 4 and,
where the pattern is known, with the mistake and the line to look at.

FILE is JSON, or an .npz archive with gradients named dW1, db1, ... This writes
the JSON:

  import json
  def save(name, params, grads, x, t, **more):
      tolist = lambda d: {k: v.tolist() for k, v in d.items()}
      with open(name, "w") as f:
          json.dump({**tolist(params),           # W1 [in, hidden], b1, W2 ...
                     "grads": tolist(grads),     # by the same names
                     "x": x.tolist(),            # [n, in]
                     "t": t.tolist(),            # n classes, or one-hot rows
                     **more}, f)                 # loss="cross-entropy", ...
  save("grads.json", net.params, net.gradient(x, t), x, t, activation="sigmoid")

More fields, all optional: activation (sigmoid; or a list), output, loss
(cross-entropy), reduction (sum or mean over outputs), epsilon, l1, l2, style,
examples, cost, layout (nielsen: W is [out, in]), spec. See docs/check.md.`,
		Example: `  gradus check --recipe saito-ch4
  gradus check --data iris --layers 4,10,3 --act relu
  gradus check grads.json
  gradus check grads.npz --loss quadratic --output sigmoid
  gradus check --zoo`,
		RunE: func(cmd *cobra.Command, args []string) error { return runCheck(c, cmd, f, args) },
	}
	r := &f.request
	groups(cmd, "Network", func(s *pflag.FlagSet) {
		s.StringVar(&f.recipe, "recipe", "", "`NAME` of a published training, such as saito-ch4")
		optionalString(s, &r.Data, "data", "`NAME` or folder (default mnist)")
		s.IntVar(&f.batch, "batch", checkBatch, "check on the first `N` training examples")
		optionalString(s, &r.Layers, "layers", "`LAYERS` as sizes, 784,30,10, or in words")
		optionalString(s, &r.Init, "init", "`NAME`: he, xavier, nielsen, large, normal:0.01, ...")
		optionalFloat(s, &r.L2, "l2", "weight decay; also --lmbda, --weight-decay `λ`")
		optionalFloat(s, &r.L1, "l1", "the same for the sum of absolute weights `λ`")
		optionalString(s, &r.L2Style, "l2-style", "whose λ: `nielsen`, saito, sklearn")
		optionalUint64(s, &r.Seed, "seed", "of the initial weights `N`")
	})
	groups(cmd, "Network or FILE", func(s *pflag.FlagSet) {
		optionalString(s, &r.Act, "act", "`NAME` of the hidden layers' activation")
		optionalString(s, &r.Output, "output", "`NAME` of the output's: softmax, sigmoid, linear")
		optionalString(s, &r.Loss, "loss", "`NAME`: cross-entropy, binary-cross-entropy,\nquadratic, mse, mae, huber")
		s.StringVar(&f.layout, "layout", "", "of the weights in FILE: saito, [in, out], or `nielsen`,\n[out, in]")
	})
	groups(cmd, "Check", func(s *pflag.FlagSet) {
		s.Float64Var(&f.cfg.Tolerance, "tolerance", 0, "largest relative `ERROR` of a right gradient (default\n1e-6; 1e-5 for FILE)")
		s.IntVar(&f.cfg.Sample, "sample", 0, "check `N` parameters of each tensor (default: all of a\nperceptron of two layers, 200 otherwise)")
		s.BoolVar(&f.cfg.Plain, "plain", false, "the slow way: whole forward passes")
		s.BoolVar(&f.zoo, "zoo", false, "show planted bugs to the checker")
		s.IntVar(&f.cfg.Threads, "threads", 0, "`N` workers; changes no bit (default: all processors)")
		s.BoolVar(&f.json, "json", false, "results as one JSON document")
	})
	return cmd
}

func runCheck(c *console, cmd *cobra.Command, f *checkFlags, args []string) error {
	if len(args) > 1 {
		return exit.Usagef("gradus check takes one FILE, have %q", args)
	}
	if f.cfg.Threads < 0 || f.cfg.Threads > maxThreads || f.batch < 1 || f.cfg.Sample < 0 || !(f.cfg.Tolerance >= 0) {
		return exit.Usagef("gradus check: --threads %d, --batch %d, --sample %d, --tolerance %v; want numbers above 0, and at most %d threads",
			f.cfg.Threads, f.batch, f.cfg.Sample, f.cfg.Tolerance, maxThreads)
	}
	if err := useKernel(""); err != nil {
		return err
	}
	switch {
	case f.zoo:
		if len(args) > 0 {
			return exit.Usagef("gradus check: --zoo takes no FILE, have %q", args)
		}
		return checkZoo(c, f)
	case len(args) == 1:
		fixed := ""
		cmd.Flags().Visit(func(flag *pflag.Flag) {
			if g := flag.Annotations[groupKey]; len(g) > 0 && g[0] == "Network" {
				fixed = flag.Name
			}
		})
		if fixed != "" {
			return exit.Usagef("gradus check: --%s is about a network of gradus; %s brings its own", fixed, args[0])
		}
		return checkFile(c, f, args[0])
	}
	return checkNetwork(c, cmd, f)
}

func checkZoo(c *console, f *checkFlags) error {
	results, err := zoo.Run()
	if err != nil {
		return err
	}
	if f.json {
		err = c.printJSON(results)
	} else {
		err = zoo.Write(c.out, results)
	}
	for _, r := range results {
		if !r.Caught || !r.Named {
			return exit.Checkf("the checker missed %q", r.Name)
		}
	}
	return err
}

// checkFile checks gradients that a file claims.
func checkFile(c *console, f *checkFlags, name string) error {
	settings := foreign.Settings{Layout: f.layout}
	if f.request.Act != nil {
		settings.Activation = strings.Split(*f.request.Act, ",")
	}
	for to, from := range map[*string]*string{&settings.Output: f.request.Output, &settings.Loss: f.request.Loss} {
		if from != nil {
			*to = *from
		}
	}
	claim, err := readClaim(name, settings)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	if f.cfg.Sample == 0 && len(claim.Params) > 4 { // more than two layers
		f.cfg.Sample = fileSample
	}
	start := time.Now()
	result, err := claim.Check(f.cfg)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	r := &checkReport{Network: recipe.Sketch(claim.Spec) + ", " + claim.Spec.Loss.Kind(), Batch: fmt.Sprintf("%d examples of %s", claim.Set.Len(), name),
		Diagnoses: result.Diagnoses, Seconds: time.Since(start).Seconds()}
	for _, text := range []string{result.Cost, result.Note} {
		if text != "" {
			r.Other = append(r.Other, text)
		}
	}
	r.fill(result.Report)
	return r.conclude(c, f.json, !result.OK())
}

// readClaim reads a file by what it begins with: an archive begins with PK.
func readClaim(name string, s foreign.Settings) (*foreign.Case, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: want a file, have a folder, device or pipe", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	magic := make([]byte, 2)
	n, err := io.ReadFull(file, magic)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	var claim *foreign.Case
	if string(magic[:n]) == "PK" {
		arrays, err := npy.ReadArchiveFile(name)
		if err != nil {
			return nil, err
		}
		claim, err = foreign.ReadArchive(arrays, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return claim, nil
	}
	claim, err = foreign.ReadJSON(io.MultiReader(bytes.NewReader(magic[:n]), file), s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return claim, nil
}

// checkNetwork checks a network of the library before it is trained.
func checkNetwork(c *console, cmd *cobra.Command, f *checkFlags) error {
	q := &f.request
	if f.recipe != "" {
		known, err := recipes.ByName(f.recipe)
		if err != nil {
			return exit.Usagef("gradus check: --recipe: %v", err)
		}
		base, err := known.Request()
		if err != nil {
			return err
		}
		q = q.Over(base)
	}
	data, err := q.Load()
	if err != nil {
		return exit.With(exit.Data, err)
	}
	facts := data.Facts()
	resolved, err := recipe.Resolve(q, facts)
	var field *recipe.FieldError
	if errors.As(err, &field) && cmd.Flags().Lookup(field.Field) != nil && cmd.Flags().Changed(field.Field) {
		return exit.Usagef("gradus check: --%v", field)
	}
	if err != nil {
		return exit.With(exit.Data, err)
	}
	spec, err := resolved.Spec(facts.Input)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	set := data.Train.Head(f.batch)
	if set.Len() == 0 {
		return exit.Dataf("%s has no training examples", data.Info.Name)
	}
	net, err := nn.Compile[float64](spec, nn.Config{Batch: set.Len(), Seed: resolved.Seed, Threads: f.cfg.Threads, Examples: facts.Examples})
	if err != nil {
		return exit.With(exit.Data, err)
	}
	defer net.Close()
	if f.cfg.Sample == 0 && !cmd.Flags().Changed("sample") && gradcheck.Depth(net) != 1 && gradcheck.Depth(net) != 2 {
		f.cfg.Sample = checkSample
	}
	start := time.Now()
	f.cfg.Seed = resolved.Seed
	report, err := gradcheck.CheckNet(net, set.All(), f.cfg)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	r := &checkReport{Network: recipe.Sketch(spec) + ", " + recipe.Cost(spec), Batch: fmt.Sprintf("%d examples of %s", set.Len(), data.Info.Name), Seconds: time.Since(start).Seconds()}
	r.Diagnoses = diagnose.Gradient(net, set.All(), report, nil)
	r.fill(report)
	r.Before, err = preflight.Run(spec, set, preflight.Config{Seed: resolved.Seed, Threads: f.cfg.Threads, Examples: facts.Examples})
	if err != nil {
		return exit.With(exit.Data, err)
	}
	wrong := !report.OK()
	for _, d := range r.Before {
		wrong = wrong || d.Bug
	}
	return r.conclude(c, f.json, wrong)
}
