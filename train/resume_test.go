package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/faults"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// drifting is small with a layer that has state and draws random numbers.
var drifting = nn.Spec{
	Input:        small.Input,
	Layers:       []layer.Layer{layer.Dense{Units: 4}, drift{}, layer.Tanh{}, layer.Dense{Units: 3}},
	Loss:         small.Loss,
	Regularizers: small.Regularizers,
}

// An ending is all that is left of a training.
type ending struct {
	params, state string // bits
	snapshot      *Snapshot
	history       *History
}

// runTo trains a new network and returns how it ended. Whatever stops it on the way is left to cfg.
func runTo[F kernel.Float](t *testing.T, ctx context.Context, spec nn.Spec, set *dataset.Set, cfg Config) (ending, error) {
	t.Helper()
	net := compile[F](t, spec, nn.Config{Batch: 8, Seed: 3, Examples: set.Len()})
	var end ending
	cfg.Monitors = append(cfg.Monitors, finisher(func(f *Finish) (err error) {
		end.snapshot, err = f.Snapshot()
		return err
	}))
	var err error
	end.history, err = Run(ctx, net, set, cfg)
	end.params, end.state = fmt.Sprintf("%x", net.Params()), fmt.Sprintf("%x", net.State())
	return end, err
}

type finisher func(*Finish) error

func (finisher) Epoch(context.Context, *Epoch) error { return nil }
func (f finisher) Finish(e *Finish) error            { return f(e) }

// compare reports in what two endings differ, clocks aside.
func (e ending) compare(other ending) error {
	if e.params != other.params {
		return errors.New("the weights differ")
	}
	if e.state != other.state {
		return errors.New("the layers' state differs")
	}
	for _, f := range []struct {
		what string
		a, b any
	}{
		{"epochs", timeless(e.history.Epochs), timeless(other.history.Epochs)},
		{"best", e.history.Best, other.history.Best},
		{"steps", e.history.Steps, other.history.Steps},
		{"warnings", e.history.Warnings, other.history.Warnings},
		{"reason", e.history.Stopped, other.history.Stopped},
		{"restored", e.history.Restored, other.history.Restored},
		{"tensors of the snapshot", e.snapshot.Model.Attached, other.snapshot.Model.Attached},
		{"place", e.snapshot.place(), other.snapshot.place()},
	} {
		if !reflect.DeepEqual(f.a, f.b) {
			return fmt.Errorf("%s differs:\n%+v\n%+v", f.what, f.a, f.b)
		}
	}
	return nil
}

// place is what a snapshot stores but for clocks.
func (s *Snapshot) place() string {
	t := s.stored
	t.Seconds, t.EpochSeconds = 0, 0
	t.History = storeEpochs(timeless(loadEpochs(t.History)))
	text, _ := json.Marshal(t)
	return string(text)
}

// timesHundred makes features that are warned about.
type timesHundred struct{ dataset.Rows }

func (x timesHundred) Gather32(dst []float32, rows []int) {
	x.Rows.Gather32(dst, rows)
	for i := range dst {
		dst[i] *= 100
	}
}

// Whatever the step at which a training is interrupted, it ends as if it had not been.
func TestResumeAtEveryStep(t *testing.T) {
	set, held := clusters(t, 27, 5, 3, 1), clusters(t, 20, 5, 3, 2)
	base := Config{Epochs: 3, Batch: 8, Seed: 5, HeldOut: held, RestoreBest: true}
	for _, o := range optim.Kinds {
		o, err := optim.ByName(o.Kind(), 0.05)
		if err != nil {
			t.Fatal(err)
		}
		cfg := base
		cfg.Optimizer = o
		t.Run(o.Kind(), func(t *testing.T) { resumeAtEveryStep[float32](t, drifting, set, cfg) })
	}
	for name, change := range map[string]func(*Config){
		"replacement":   func(c *Config) { c.Sampling = Replacement },
		"in order":      func(c *Config) { c.Sampling = InOrder },
		"iterations":    func(c *Config) { c.Epochs, c.Iterations = 0, 10 },
		"clip norm":     func(c *Config) { c.Clip.Norm = 0.1 },
		"clip value":    func(c *Config) { c.Clip.Value = 0.01 },
		"one-cycle":     func(c *Config) { c.Schedule = optim.OneCycle{} },
		"cosine":        func(c *Config) { c.Schedule = optim.Cosine{} },
		"warm-up":       func(c *Config) { c.Schedule = optim.WarmUp{Steps: 6} },
		"patience":      func(c *Config) { c.Epochs, c.Patience, c.Optimizer = 12, 2, optim.NewSGD(3) },
		"every other":   func(c *Config) { c.EvaluateEvery = 2 },
		"accuracy":      func(c *Config) { c.Watch = ValAcc },
		"all four":      func(c *Config) { c.Measure = AllFour },
		"no held-out":   func(c *Config) { c.HeldOut = nil },
		"goal":          func(c *Config) { c.Optimizer, c.Monitors = optim.NewSGD(0.5), []Monitor{StopAt(0.85)} },
		"batch of one":  func(c *Config) { c.Batch, c.Iterations = 1, 30 },
		"whole batches": func(c *Config) { c.Batch = 3 },
	} {
		cfg := base
		cfg.Optimizer = optim.NewAdam(0.02)
		change(&cfg)
		t.Run(name, func(t *testing.T) { resumeAtEveryStep[float32](t, drifting, set, cfg) })
	}
	base.Optimizer = optim.NewMomentum(0.1)
	large, err := set.WithRows(timesHundred{set.X}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("warnings", func(t *testing.T) { resumeAtEveryStep[float32](t, drifting, large, base) })
	t.Run("float64", func(t *testing.T) { resumeAtEveryStep[float64](t, drifting, set, base) })
}

func resumeAtEveryStep[F kernel.Float](t *testing.T, spec nn.Spec, set *dataset.Set, cfg Config) {
	monitors := cfg.Monitors
	whole, err := runTo[F](t, t.Context(), spec, set, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if (len(whole.history.Warnings) > 0) != strings.HasSuffix(t.Name(), "warnings") {
		t.Fatalf("warnings: %v", whole.history.Warnings)
	}
	if want, ok := map[string]Reason{"patience": EarlyStop, "goal": Stopped}[path.Base(t.Name())]; ok && whole.history.Stopped != want {
		t.Fatalf("it ended as %q after %d epochs, want %q", whole.history.Stopped, len(whole.history.Epochs), want)
	}
	cfg.Resume = whole.snapshot
	if after, err := runTo[F](t, t.Context(), spec, set, cfg); err != nil || after.compare(whole) != nil {
		t.Fatalf("resumed after its end: %v, %v", err, after.compare(whole))
	}
	cfg.Resume = nil
	for k := range whole.history.Steps {
		ctx, cancel := context.WithCancel(t.Context())
		disk := faults.NewDisk()
		cfg.Monitors = append([]Monitor{&Saver{fsys: disk}, atStep{k, func(*Step) error { cancel(); return nil }}}, monitors...)
		if k == 0 {
			cancel()
		}
		part, err := runTo[F](t, ctx, spec, set, cfg)
		if !errors.Is(err, context.Canceled) || part.history.Stopped != Interrupted {
			t.Fatalf("interrupted at step %d: error %v, %s", k, err, part.history.Stopped)
		}
		snapshot, note, err := latest("", loadFrom(disk.Files()))
		if err != nil || note != "" || snapshot.Step != k {
			t.Fatalf("interrupted at step %d: the snapshot is of step %d, %q, %v", k, snapshot.Step, note, err)
		}
		cfg.Monitors, cfg.Resume = monitors, snapshot
		resumed, err := runTo[F](t, t.Context(), spec, set, cfg)
		cfg.Resume = nil
		if err != nil {
			t.Fatal(err)
		}
		if err := resumed.compare(whole); err != nil {
			t.Fatalf("interrupted at step %d of %d and resumed: %v", k, whole.history.Steps, err)
		}
		cancel()
	}
}
