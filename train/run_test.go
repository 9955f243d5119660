package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
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
