package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

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
