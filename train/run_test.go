package train

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"reflect"
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

// Run is the loop that its comment shows.
func TestRunIsTheLoop(t *testing.T) {
	set := clusters(t, 27, 5, 3, 1)
	cfg := nn.Config{Batch: 8, Seed: 3, Examples: 27}
	net, byHand := compile[float32](t, small, cfg), compile[float32](t, small, cfg)
	if _, err := Run(t.Context(), net, set, Config{Epochs: 3, Sampling: InOrder, Optimizer: optim.NewSGD(0.1)}); err != nil {
		t.Fatal(err)
	}
	stepper := byHand.NewStepper(optim.NewSGD(0.1))
	for range 3 {
		for b := range set.Batches(8, nil) {
			byHand.Gradient(b)
			byHand.Update(stepper, 0.1)
		}
	}
	if !sameBits(net.Params(), byHand.Params()) {
		t.Error("other weights than the loop by hand")
	}
}

// rows records which examples every step learns from.
type rows struct {
	dataset.Rows
	seen *[]int
}

func (r rows) Gather32(dst []float32, numbers []int) {
	*r.seen = append(*r.seen, numbers...)
	r.Rows.Gather32(dst, numbers)
}

func TestSampling(t *testing.T) {
	draw := func(how Sampling, seed uint64) []int {
		var seen []int
		set := clusters(t, 20, 5, 3, 1)
		set, err := set.WithRows(rows{set.X, &seen}, nil)
		if err != nil {
			t.Fatal(err)
		}
		net := compile[float32](t, small, nn.Config{Batch: 8, Threads: 1, Examples: 20})
		start := atStep{0, nil}
		_, err = Run(t.Context(), net, set, Config{Epochs: 2, Sampling: how, Seed: seed, Monitors: []Monitor{start, starter(func() { seen = nil }), epochs(func(e *Epoch) error {
			if e.Step != 3*e.Number {
				t.Errorf("%s: %d steps after epoch %d, want 3 an epoch", how.name(), e.Step, e.Number)
			}
			return nil
		})}})
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	all := dataset.Order(20, nil)
	for _, how := range []Sampling{Shuffled, InOrder, Replacement} {
		seen := draw(how, 1)
		seen = seen[len(seen)-steps(how):] // without the looks before the first step
		first, second := seen[:len(seen)/2], seen[len(seen)/2:]
		sorted := slices.Sorted(slices.Values(first))
		switch how {
		case Shuffled:
			if !slices.Equal(sorted, all) || !slices.Equal(slices.Sorted(slices.Values(second)), all) {
				t.Errorf("shuffled: an epoch is not every example once: %v", seen)
			}
			if slices.Equal(first, all) || slices.Equal(first, second) {
				t.Errorf("shuffled: not shuffled: %v", seen)
			}
		case InOrder:
			if !slices.Equal(first, all) || !slices.Equal(second, all) {
				t.Errorf("in order: %v", seen)
			}
		case Replacement:
			if slices.Equal(slices.Compact(sorted), all) || slices.Equal(first, second) {
				t.Errorf("replacement: %v", seen)
			}
		}
		again, other := draw(how, 1), draw(how, 2)
		if !slices.Equal(again[len(again)-len(seen):], seen) {
			t.Errorf("%s: the same seed draws in another way", how.name())
		}
		if how != InOrder && slices.Equal(other[len(other)-len(seen):], seen) {
			t.Errorf("%s: another seed draws in the same way", how.name())
		}
	}
}

// steps is how many examples two epochs of 20 in batches of 8 take.
func steps(how Sampling) int {
	if how == Replacement {
		return 2 * 3 * 8
	}
	return 2 * 20
}

type starter func()

func (starter) Epoch(context.Context, *Epoch) error       { return nil }
func (f starter) Start(_ context.Context, s *Start) error { f(); return nil }

func TestLimits(t *testing.T) {
	set := clusters(t, 20, 5, 3, 1) // 3 steps of 8 an epoch
	for _, c := range []struct {
		epochs, iterations int
		steps, ends        int
	}{
		{0, 0, 30, 10}, {2, 0, 6, 2}, {0, 4, 4, 2}, {0, 6, 6, 2}, {2, 4, 4, 2}, {1, 100, 3, 1}, {math.MaxInt, 2, 2, 1}, {0, 1, 1, 1},
	} {
		net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 20})
		var planned *Start
		h, err := Run(t.Context(), net, set, Config{Epochs: c.epochs, Iterations: c.iterations, HeldOut: set, EvaluateEvery: 3, Monitors: []Monitor{planner{&planned}}})
		if err != nil {
			t.Fatal(err)
		}
		if h.Steps != c.steps || len(h.Epochs) != c.ends || h.Stopped != Finished {
			t.Errorf("%+v: %d steps, %d epochs, %s", c, h.Steps, len(h.Epochs), h.Stopped)
		}
		if planned.Steps != c.steps || planned.Epochs != c.ends || planned.PerEpoch != 3 {
			t.Errorf("%+v: planned %d steps, %d epochs", c, planned.Steps, planned.Epochs)
		}
		for _, e := range h.Epochs {
			if (e.HeldOut != nil) != (e.Number%3 == 0 || e.Number == c.ends) {
				t.Errorf("%+v: epoch %d evaluated: %v", c, e.Number, e.HeldOut != nil)
			}
		}
	}
}

type planner struct{ to **Start }

func (planner) Epoch(context.Context, *Epoch) error       { return nil }
func (p planner) Start(_ context.Context, s *Start) error { *p.to = s; return nil }

func TestFigures(t *testing.T) {
	set, held := clusters(t, 24, 5, 3, 1), clusters(t, 16, 5, 3, 2)
	for _, c := range []struct {
		measure Measure
		held    *dataset.Set
		want    string
	}{
		{0, held, "train_loss val_loss val_acc lr samples_per_s seconds"},
		{0, nil, "train_loss lr samples_per_s seconds"},
		{EvaluationCost, held, "train_loss val_loss lr samples_per_s seconds"},
		{EvaluationAccuracy, held, "train_loss val_acc lr samples_per_s seconds"},
		{TrainingAccuracy, nil, "train_loss train_acc lr samples_per_s seconds"},
		{TrainingCost, held, "train_loss lr samples_per_s seconds"},
		{AllFour, held, "train_loss train_acc val_loss val_acc lr samples_per_s seconds"},
	} {
		net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 24})
		h, err := Run(t.Context(), net, set, Config{Epochs: 1, HeldOut: c.held, Measure: c.measure})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range h.Epochs[0].Figures() {
			names = append(names, f.Name)
		}
		if have := strings.Join(names, " "); have != c.want {
			t.Errorf("measure %b: %s, want %s", c.measure, have, c.want)
		}
		e := h.Epochs[0]
		if c.measure == AllFour {
			v, _ := net.Evaluate(t.Context(), set)
			w, _ := net.Evaluate(t.Context(), held)
			if *e.Train != v || *e.HeldOut != w || e.TrainLoss() != v.Loss || e.Penalty != net.Penalty() || e.Penalty == 0 {
				t.Errorf("%+v, want %+v and %+v", e, v, w)
			}
		}
	}
	linear := synthetic.Linear(40, 0.1, 1)
	net := compile[float32](t, nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 1}}, Loss: loss.MeanSquared{}}, nn.Config{})
	h, err := Run(t.Context(), net, linear, Config{Epochs: 1, HeldOut: linear})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range h.Epochs[0].Figures() {
		names = append(names, f.Name)
	}
	if have := strings.Join(names, " "); have != "train_loss val_loss val_mae val_rmse val_r2 lr samples_per_s seconds" {
		t.Errorf("regression: %s", have)
	}
}

// The loss of an epoch is the mean over its examples, the last batch being smaller.
func TestLossIsTheMeanOverExamples(t *testing.T) {
	set := clusters(t, 20, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 20})
	var sum float64
	h, err := Run(t.Context(), net, set, Config{Epochs: 1, Monitors: []Monitor{stepFunc(func(s *Step) error {
		sum += s.Loss * float64(s.Examples)
		return nil
	})}})
	if err != nil || h.Epochs[0].Loss != sum/20 || h.Epochs[0].Examples != 20 {
		t.Errorf("%+v, want a loss of %v: %v", h.Epochs[0], sum/20, err)
	}
}

type stepFunc func(*Step) error

func (stepFunc) Epoch(context.Context, *Epoch) error     { return nil }
func (f stepFunc) Step(_ context.Context, s *Step) error { return f(s) }

func TestScheduleAndSteps(t *testing.T) {
	set := clusters(t, 20, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 20})
	var have []string
	schedule := optim.Cosine{}
	_, err := Run(t.Context(), net, set, Config{Epochs: 2, Optimizer: optim.NewSGD(0.3), Schedule: schedule, Monitors: []Monitor{stepFunc(func(s *Step) error {
		have = append(have, fmt.Sprintf("%d/%d %d/%d %d/%d %d %v", s.Epoch, s.Epochs, s.Step, s.Steps, s.InEpoch, s.PerEpoch, s.Examples, s.Rate))
		return nil
	})}})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 6 {
		want = append(want, fmt.Sprintf("%d/2 %d/6 %d/3 %d %v", 1+i/3, i+1, 1+i%3, []int{8, 8, 4}[i%3], schedule.Rate(0.3, i, 6)))
	}
	if !slices.Equal(have, want) {
		t.Errorf("have %v\nwant %v", have, want)
	}
}

// A reducer sees the gradients before they are clipped, and what it leaves is used.
func TestReducer(t *testing.T) {
	set := clusters(t, 16, 5, 3, 1)
	cfg := nn.Config{Batch: 8, Examples: 16}
	net, doubled := compile[float32](t, small, cfg), compile[float32](t, small, cfg)
	if _, err := Run(t.Context(), net, set, Config{Epochs: 1, Optimizer: optim.NewSGD(0.25)}); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), doubled, set, Config{Epochs: 1, Optimizer: optim.NewSGD(0.125), Reducer: times2{}}); err != nil {
		t.Fatal(err)
	}
	if !sameBits(net.Params(), doubled.Params()) {
		t.Error("twice the gradient at half the rate is not the same")
	}
	if _, err := Run(t.Context(), doubled, set, Config{Epochs: 1, Clip: Clip{Value: 1.0 / 1024}, Optimizer: optim.NewSGD(1), Reducer: times2{}}); err != nil {
		t.Fatal(err)
	}
	for _, g := range doubled.Grads() {
		if math.Abs(float64(g)) > 1.0/1024 {
			t.Fatalf("a gradient of %v after clipping to 1/1024", g)
		}
	}
	double := compile[float64](t, small, cfg)
	if _, err := Run(t.Context(), double, set, Config{Epochs: 1, Reducer: times2{}}); !errors.Is(err, errReduce) {
		t.Errorf("the reducer's error came out as %v", err)
	}
}

type times2 struct{}

var errReduce = errors.New("a process is gone")

func (times2) Reduce32(g []float32) error {
	for i := range g {
		g[i] *= 2
	}
	return nil
}
func (times2) Reduce64([]float64) error { return errReduce }

func TestStopAndErrors(t *testing.T) {
	set := clusters(t, 16, 5, 3, 1)
	broken := errors.New("broken")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx     context.Context
		monitor Monitor
		reason  Reason
		err     error
		epochs  int
	}{
		"stop":        {t.Context(), epochs(func(e *Epoch) error { return Stop }), Stopped, nil, 1},
		"stop, why":   {t.Context(), epochs(func(e *Epoch) error { return fmt.Errorf("enough: %w", Stop) }), Stopped, nil, 1},
		"step stops":  {t.Context(), atStep{3, func(*Step) error { return Stop }}, Stopped, nil, 1},
		"error":       {t.Context(), epochs(func(e *Epoch) error { return broken }), Failed, broken, 1},
		"step error":  {t.Context(), atStep{1, func(*Step) error { return broken }}, Failed, broken, 0},
		"finish":      {t.Context(), finisher(func(*Finish) error { return broken }), Finished, broken, 3},
		"cancelled":   {cancelled, epochs(func(e *Epoch) error { return nil }), Interrupted, context.Canceled, 0},
		"never stops": {t.Context(), epochs(func(e *Epoch) error { return nil }), Finished, nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 16})
			ended := 0
			h, err := Run(c.ctx, net, set, Config{Epochs: 3, Monitors: []Monitor{c.monitor, finisher(func(f *Finish) error {
				ended++
				if f.History.Stopped != c.reason {
					t.Errorf("finishers are told %q", f.History.Stopped)
				}
				return nil
			})}})
			if err != c.err || h.Stopped != c.reason || len(h.Epochs) != c.epochs || h.Why == "" || ended != 1 {
				t.Errorf("error %v, %s (%s) after %d epochs, %d endings", err, h.Stopped, h.Why, len(h.Epochs), ended)
			}
		})
	}
}

func TestEarlyStopAndRestore(t *testing.T) {
	set, held := clusters(t, 24, 5, 3, 1), clusters(t, 24, 5, 3, 2)
	net := compile[float32](t, drifting, nn.Config{Batch: 8, Examples: 24})
	var best, bestState []float32
	cfg := Config{Epochs: 50, HeldOut: held, Patience: 3, RestoreBest: true, Optimizer: optim.NewSGD(30)}
	cfg.Monitors = []Monitor{epochs(func(e *Epoch) error {
		if e.Improved {
			best, bestState = slices.Clone(net.Params()), slices.Clone(net.State())
		}
		return nil
	})}
	h, err := Run(t.Context(), net, set, cfg)
	if err != nil || h.Stopped != EarlyStop || !h.Restored || len(h.Epochs) != h.Best.Epoch+3 {
		t.Fatalf("error %v, %s, %d epochs, best %+v", err, h.Stopped, len(h.Epochs), h.Best)
	}
	if !sameBits(net.Params(), best) || !sameBits(net.State(), bestState) {
		t.Error("the network does not have the weights of the best epoch")
	}
	least := math.Inf(1)
	for _, e := range h.Epochs {
		least = min(least, e.HeldOut.Loss)
	}
	if h.Best.Value != least || h.Best.Metric != ValLoss || h.Epochs[h.Best.Epoch-1].HeldOut.Loss != least {
		t.Errorf("best %+v, want a loss of %v", h.Best, least)
	}
}

// An interrupted training keeps the weights of its last step, from which it can go on.
func TestInterruptedKeepsTheLast(t *testing.T) {
	set := clusters(t, 24, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 24})
	ctx, cancel := context.WithCancel(t.Context())
	var last []float32
	h, err := Run(ctx, net, set, Config{Epochs: 50, RestoreBest: true, Monitors: []Monitor{atStep{8, func(*Step) error {
		last = slices.Clone(net.Params())
		cancel()
		return nil
	}}}})
	if !errors.Is(err, context.Canceled) || h.Restored || h.Steps != 8 || !sameBits(net.Params(), last) {
		t.Errorf("error %v after %d steps, restored %v", err, h.Steps, h.Restored)
	}
}

func TestNonFinite(t *testing.T) {
	set := clusters(t, 160, 5, 3, 1)
	x := features(set)
	x[5*100+2] = float32(math.NaN())
	poisoned, err := dataset.FromLabels("poisoned", dataset.NewFloats(x, 5), nil, set.Labels, set.Classes)
	if err != nil {
		t.Fatal(err)
	}
	var net *nn.Net[float32]
	infinite := func(*Step) error { // a bias of the hidden layer: tanh makes a finite 1 of it
		for _, s := range net.Segments() {
			if s.Name == "layer0.b" {
				net.Params()[s.Off] = float32(math.Inf(1))
			}
		}
		return nil
	}
	for name, c := range map[string]struct {
		set         *dataset.Set
		cfg         Config
		step, epoch int
		says        string
	}{
		"within an epoch":   {set, Config{Monitors: []Monitor{atStep{3, infinite}}}, 16, 1, "step 16 (epoch 1): parameter layer0.b of layer 0 (dense) is not finite any more"},
		"at the end of one": {set.Head(40), Config{Monitors: []Monitor{atStep{7, infinite}}}, 10, 2, "parameter layer0.b"},
		"the rate":          {set, Config{Optimizer: optim.NewSGD(3e38)}, 0, 1, "try a lower learning rate than 3e+38, or clip the gradients"},
		"a feature":         {poisoned, Config{Sampling: InOrder}, 0, 0, "step 13 (epoch 1): poisoned has a feature that is not a finite number; remove or fill in such examples"},
		"a weight":          {set, Config{Monitors: []Monitor{atStep{2, func(*Step) error { net.Params()[0] = float32(math.NaN()); return nil }}}}, 3, 1, "parameter layer0.W of layer 0 (dense)"},
	} {
		net = compile[float32](t, small, nn.Config{Batch: 8, Examples: c.set.Len()})
		c.cfg.Epochs = 3
		h, err := Run(t.Context(), net, c.set, c.cfg)
		var e *NonFiniteError
		if err == nil || !strings.Contains(err.Error(), c.says) || h.Stopped != Failed {
			t.Errorf("%s: error %v, want %q", name, err, c.says)
		}
		if errors.As(err, &e); c.step > 0 && (e == nil || e.Step != c.step || e.Epoch != c.epoch) {
			t.Errorf("%s: %+v, want step %d of epoch %d", name, e, c.step, c.epoch)
		}
	}
}

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
}

func TestTables(t *testing.T) {
	set := clusters(t, 16, 5, 3, 1)
	var whole, halves, lines strings.Builder
	run := func(resume *Snapshot, stopAt int, monitors ...Monitor) *Snapshot {
		var snapshot *Snapshot
		monitors = append(monitors, epochs(func(e *Epoch) error {
			if e.Number == stopAt {
				return Stop
			}
			return nil
		}), finisher(func(f *Finish) (err error) { snapshot, err = f.Snapshot(); return err }))
		net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 16})
		if _, err := Run(t.Context(), net, set, Config{Epochs: 3, HeldOut: set, Resume: resume, Monitors: monitors}); err != nil {
			t.Fatal(err)
		}
		return snapshot
	}
	run(nil, 9, CSV(&whole), JSONL(&lines))
	half := run(nil, 2)
	run(half, 9, CSV(&halves))
	columns := func(s string) (cells []string) {
		for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
			all := strings.Split(line, ",")
			cells = append(cells, strings.Join(all[:len(all)-2], ",")) // without the clock's
		}
		return cells
	}
	if w, h := columns(whole.String()), columns(halves.String()); !slices.Equal(w, h) || len(w) != 4 {
		t.Errorf("a resumed training's table is\n%s\nwant\n%s", halves.String(), whole.String())
	}
	if !strings.HasPrefix(whole.String(), "epoch,step,train_loss,train_acc,val_loss,val_acc,val_mae,val_rmse,val_r2,lr,samples_per_s,seconds\n1,2,") {
		t.Error(whole.String())
	}
	first, _, _ := strings.Cut(lines.String(), "\n")
	if strings.Count(lines.String(), "\n") != 3 || !strings.HasPrefix(first, `{"epoch":1,"step":2,"train_loss":`) || !strings.Contains(first, `,"val_acc":`) || !strings.HasSuffix(first, "}") {
		t.Error(lines.String())
	}
}

// A table that cannot be written is said to be so, and does not end the training.
func TestTableOnAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	defer full.Close()
	set := clusters(t, 16, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 16})
	h, err := Run(t.Context(), net, set, Config{Epochs: 3, Monitors: []Monitor{CSV(full)}})
	if err == nil || !strings.Contains(err.Error(), "train: metrics: ") || len(h.Epochs) != 3 || len(h.Warnings) != 1 || h.Stopped != Finished {
		t.Errorf("error %v, %d epochs, warnings %v", err, len(h.Epochs), h.Warnings)
	}
}

func TestLog(t *testing.T) {
	var text strings.Builder
	log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if slices.Contains([]string{"time", "seconds", "samples_per_s"}, a.Key) {
			return slog.Attr{}
		}
		return a
	}}))
	set := clusters(t, 16, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8})
	if _, err := Run(t.Context(), net, set, Config{Epochs: 1, Monitors: []Monitor{Log(log)}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "level=INFO msg=epoch epoch=1 train_loss=") || !strings.Contains(text.String(), "level=WARN") || !strings.Contains(text.String(), "code=divisor") {
		t.Error(text.String())
	}
}

// Numbers survive JSON with all their bits.
func TestNumber(t *testing.T) {
	for _, v := range []float64{0, math.Copysign(0, -1), 1.0 / 3, 5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		data, err := number(v).MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back number
		if err := back.UnmarshalJSON(data); err != nil || math.Float64bits(float64(back)) != math.Float64bits(v) && v == v || v != v && back == back {
			t.Errorf("%v became %s and %v: %v", v, data, back, err)
		}
	}
	var n number
	for _, bad := range []string{"", `"`, `"one"`, "{}", "null"} {
		if err := n.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%q was read as %v", bad, n)
		}
	}
}

// Every field of an epoch is stored.
func TestStoredEpochIsWhole(t *testing.T) {
	e := Epoch{Number: 1, Step: 2, Rate: 3, Loss: 4, Penalty: 5, Improved: true, Examples: 6, Seconds: 7, Measured: 8}
	v := nn.Evaluation{Task: 2, Examples: 1, Loss: 2, Correct: 3, MAE: 4, RMSE: 5, R2: math.Inf(-1)}
	e.Train, e.HeldOut = &v, &v
	if back := loadEpochs(storeEpochs([]Epoch{e})); !reflect.DeepEqual(back, []Epoch{e}) {
		t.Errorf("%+v became %+v", e, back)
	}
	for _, s := range []reflect.Value{reflect.ValueOf(e), reflect.ValueOf(v)} {
		for i := range s.NumField() {
			if s.Type().Field(i).Name != "Live" && s.Field(i).IsZero() {
				t.Errorf("%s is not tested", s.Type().Field(i).Name)
			}
		}
	}
}
