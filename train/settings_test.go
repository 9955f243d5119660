package train

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

func TestBadSettings(t *testing.T) {
	set := clusters(t, 16, 5, 3, 1)
	linear := synthetic.Linear(40, 0.1, 1)
	wide := clusters(t, 16, 6, 3, 1)
	plane := nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 1}}, Loss: loss.MeanSquared{}}
	stepped := nn.Spec{Input: tensor.Shape{5}, Layers: []layer.Layer{layer.Dense{Units: 3}, layer.Step{}}, Loss: loss.Quadratic{}}
	for name, c := range map[string]struct {
		spec nn.Spec
		set  *dataset.Set
		cfg  Config
		says string
	}{
		"epochs":       {small, set, Config{Epochs: -1}, "epochs is -1; want 0 or more"},
		"iterations":   {small, set, Config{Iterations: -1}, "iterations is -1"},
		"patience":     {small, set, Config{Patience: -1}, "patience is -1"},
		"evaluations":  {small, set, Config{EvaluateEvery: -1}, "between evaluations is -1"},
		"batch":        {small, set, Config{Batch: 9}, "a batch of 9 examples; want 1 to 8, for which the network was compiled"},
		"batch -1":     {small, set, Config{Batch: -1}, "a batch of -1"},
		"sampling":     {small, set, Config{Sampling: "random"}, `unknown sampling "random"`},
		"rate":         {small, set, Config{Optimizer: optim.NewSGD(-1)}, "rate is -1"},
		"rate NaN":     {small, set, Config{Optimizer: optim.NewSGD(math.NaN())}, "rate is NaN"},
		"schedule":     {small, set, Config{Schedule: optim.StepDecay{Factor: -1}}, "optim: step"},
		"clip":         {small, set, Config{Clip: Clip{Norm: -1}}, "want neither below 0"},
		"clip NaN":     {small, set, Config{Clip: Clip{Value: math.NaN()}}, "want neither below 0"},
		"watch":        {small, set, Config{Watch: "f1"}, `cannot watch "f1"`},
		"watch val":    {small, set, Config{Watch: ValAcc}, "set HeldOut, or watch train_loss"},
		"watch acc":    {small, set, Config{Watch: TrainAcc}, "add TrainingAccuracy to Measure"},
		"regression":   {plane, linear, Config{Watch: ValAcc, HeldOut: linear}, "a regression has no accuracy"},
		"wrong width":  {small, wide, Config{}, "examples of 6 features"},
		"held wrong":   {small, set, Config{HeldOut: wide}, "examples of 6 features"},
		"no examples":  {small, set.Head(0), Config{}, "no examples to learn from"},
		"held empty":   {small, set, Config{HeldOut: set.Head(0)}, "has no examples"},
		"forward only": {stepped, set, Config{}, "cannot learn"},
	} {
		net := compile[float32](t, c.spec, nn.Config{Batch: 8})
		before := slices.Clone(net.Params())
		h, err := Run(t.Context(), net, c.set, c.cfg)
		if err == nil || !strings.Contains(err.Error(), c.says) || h == nil || h.Stopped != Failed {
			t.Errorf("%s: error %v, want %q", name, err, c.says)
		}
		if !sameBits(before, net.Params()) {
			t.Errorf("%s: the weights have changed", name)
		}
	}
}

// Who would go on with something else is told what differs.
func TestResumeRefuses(t *testing.T) {
	set, held := clusters(t, 24, 5, 3, 1), clusters(t, 24, 5, 3, 2)
	base := Config{Epochs: 2, HeldOut: held, Optimizer: optim.NewMomentum(0.1), Schedule: optim.Cosine{}, Clip: Clip{Norm: 1}, Seed: 5}
	dir := t.TempDir()
	first := base
	first.Monitors = []Monitor{Checkpoint(dir), atStep{4, func(*Step) error { return Stop }}}
	if _, err := Run(t.Context(), compile[float32](t, small, nn.Config{Batch: 8, Examples: 24}), set, first); err != nil {
		t.Fatal(err)
	}
	snapshot, err := LoadSnapshot(filepath.Join(dir, LastFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(snapshot.History) != 1 || snapshot.Position != 1 || snapshot.Done {
		t.Errorf("snapshot %+v", snapshot)
	}
	other := small
	other.Loss = loss.Quadratic{}
	for name, c := range map[string]struct {
		change func(*Config)
		set    *dataset.Set
		spec   nn.Spec
		net    nn.Config
		says   string
	}{
		"batch":     {func(c *Config) { c.Batch = 7 }, set, small, nn.Config{}, "the batch size was 8 and is now 7"},
		"seed":      {func(c *Config) { c.Seed = 6 }, set, small, nn.Config{}, "the seed was 5 and is now 6"},
		"optimiser": {func(c *Config) { c.Optimizer = optim.NewMomentum(0.2) }, set, small, nn.Config{}, `the optimiser was {"kind":"momentum","rate":0.1,"mu":0.9} and is now {"kind":"momentum","rate":0.2,"mu":0.9}`},
		"schedule":  {func(c *Config) { c.Schedule = nil }, set, small, nn.Config{}, `schedule was {"kind":"cosine"} and is now none`},
		"epochs":    {func(c *Config) { c.Epochs = 3 }, set, small, nn.Config{}, "steps over which the learning-rate schedule is laid was 6 and is now 9"},
		"sampling":  {func(c *Config) { c.Sampling = Replacement }, set, small, nn.Config{}, "the sampling was shuffled and is now replacement"},
		"clip":      {func(c *Config) { c.Clip.Norm = 2 }, set, small, nn.Config{}, "the clipping"},
		"watch":     {func(c *Config) { c.Watch = ValAcc }, set, small, nn.Config{}, "was val_loss and is now val_acc"},
		"data":      {func(c *Config) {}, clusters(t, 24, 5, 3, 9), small, nn.Config{}, `the training set was "clusters" with the content`},
		"a label":   {func(c *Config) {}, relabel(t, set, 3, func(i int) int { return (set.Label(i) + i/23) % 3 }), small, nn.Config{}, `the training set was "clusters" with the content`},
		"rows":      {func(c *Config) {}, set.Head(23), small, nn.Config{}, "24 examples of 5 features and 3 outputs and is now \"clusters\" with 23 examples"},
		"name":      {func(c *Config) {}, set.WithName("other"), small, nn.Config{}, `was "clusters" and is now "other"`},
		"held-out":  {func(c *Config) { c.HeldOut = held.Head(9) }, set, small, nn.Config{}, "held out was"},
		"held none": {func(c *Config) { c.HeldOut, c.Watch = nil, ValLoss }, set, small, nn.Config{}, "cannot watch val_loss"},
		"network":   {func(c *Config) {}, set, other, nn.Config{}, "the network was"},
		"net seed":  {func(c *Config) {}, set, small, nn.Config{Seed: 9}, "the network's seed was 0 and is now 9"},
		"frozen":    {func(c *Config) {}, set, small, nn.Config{Frozen: []int{0}}, "the list of frozen layers was [] and is now [0]"},
		"divisor":   {func(c *Config) {}, set, small, nn.Config{Examples: 25}, "by which regularisers divide was 24 and is now 25"},
	} {
		cfg := base
		cfg.Resume = snapshot
		c.change(&cfg)
		nc := c.net
		nc.Batch = 8
		nc.Examples = max(24, nc.Examples)
		_, err := Run(t.Context(), compile[float32](t, c.spec, nc), c.set, cfg)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v\nwant %q", name, err, c.says)
		}
	}
	cfg := base
	cfg.Resume = snapshot
	if _, err := Run(t.Context(), compile[float64](t, small, nn.Config{Batch: 8, Examples: 24}), set, cfg); err == nil || !strings.Contains(err.Error(), "the precision was F32 and is now F64") {
		t.Errorf("precision: %v", err)
	}
	if _, err := Run(t.Context(), compile[float32](t, small, nn.Config{Batch: 8, Examples: 24, Threads: 3}), set, cfg); err != nil {
		t.Errorf("another number of threads: %v", err)
	}
	cfg.Info.Tool = "gradus 9"
	snapshot.Model.Tool = "gradus 1"
	h, err := Run(t.Context(), compile[float32](t, small, nn.Config{Batch: 8, Examples: 24}), set, cfg)
	if err != nil || len(h.Warnings) != 1 || h.Warnings[0].Code != OtherVersion {
		t.Errorf("another version: error %v, warnings %v", err, h.Warnings)
	}
}
