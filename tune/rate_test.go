package tune

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
	"github.com/gradus-nn/gradus/train"
)

func digits(t *testing.T) (learnt, held *dataset.Set) {
	t.Helper()
	table, err := tabular.Digits()
	if err != nil {
		t.Fatal(err)
	}
	set, err := preprocess.Pipeline{preprocess.PixelScale{Divide: 16}}.Set(table.Set)
	if err != nil {
		t.Fatal(err)
	}
	return set.StratifiedSplit(0.8, rand.New(rand.NewPCG(0, 1)))
}

func network(t *testing.T, set *dataset.Set) *nn.Net[float32] {
	t.Helper()
	net, err := nn.Compile[float32](nn.Spec{
		Input: set.Shape, Loss: loss.SoftmaxCrossEntropy{},
		Layers: []layer.Layer{layer.Dense{Units: 32, Init: initializer.He{}}, layer.ReLU{}, layer.Dense{Units: set.Out, Init: initializer.Xavier{}}},
	}, nn.Config{Batch: 32, Seed: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(net.Close)
	return net
}

// The suggested rate is worth it: a training with it comes within half as much again of the best of a grid of ten rates, which takes
// ten trainings to find. (Measured: 1.14, 1.39 and 1.21 times the best.)
func TestSuggestedRate(t *testing.T) {
	set, held := digits(t)
	for _, optimizer := range []func(float64) optim.Optimizer{
		func(r float64) optim.Optimizer { return optim.NewAdam(r) },
		func(r float64) optim.Optimizer { return optim.NewSGD(r) },
		func(r float64) optim.Optimizer { return optim.NewMomentum(r) },
	} {
		run := func(rate float64) float64 {
			h, err := train.Run(context.Background(), network(t, set), set, train.Config{Epochs: 20, Optimizer: optimizer(rate), HeldOut: held})
			if err != nil {
				return math.Inf(1)
			}
			return h.Best.Value
		}
		best := math.Inf(1)
		for _, rate := range []float64{1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1, 3} {
			best = min(best, run(rate))
		}
		c, err := FindRate(context.Background(), network(t, set), set, RateTest{Optimizer: optimizer(1)})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %v, %s; loss %.4f, best %.4f", optimizer(1).Kind(), c.Rate, c.Why, run(c.Rate), best)
		if have := run(c.Rate); !(have < 1.5*best) {
			t.Errorf("%s: rate %v gives a loss of %v; the best of the grid is %v", optimizer(1).Kind(), c.Rate, have, best)
		}
	}
}

// A curve by hand, 10 steps a decade: flat at 2.3, falling by 0.05 a step from step 30 on, by 0.2 around step 40, least at step 50.
func TestSuggest(t *testing.T) {
	c := &RateCurve{}
	loss := 2.3
	for i := range 61 {
		switch {
		case i == 40 || i == 41:
			loss -= 0.2
		case i > 50:
			loss += 0.3
		case i >= 30:
			loss -= 0.05
		}
		c.Rates, c.Smooth = append(c.Rates, math.Pow(10, float64(i)/10-6)), append(c.Smooth, loss)
	}
	near := func(a, b float64) bool { return math.Abs(a/b-1) < 1e-9 }
	if c.suggest(optim.NewAdam(1)); !near(c.Steep, 1e-2) || !near(c.Least, 1e-1) || c.Rate != 0.01 {
		t.Errorf("steep %v, least %v, rate %v; want 0.01, 0.1 and 0.01", c.Steep, c.Least, c.Rate)
	}
	if c.suggest(optim.NewSGD(1)); c.Rate != 0.01 || !strings.Contains(c.Why, "falls fastest") { // less than a third of 0.1
		t.Errorf("rate %v, %s; want 0.01, where the loss falls fastest", c.Rate, c.Why)
	}
	c.Smooth[44] -= 0.5 // now it falls fastest at step 43, and the least lies at step 44
	if c.suggest(optim.NewSGD(1)); c.Rate != 0.0084 || !strings.Contains(c.Why, "a third") {
		t.Errorf("rate %v, %s; want a third of %v", c.Rate, c.Why, c.Least)
	}
}

// The rates grow by one factor, whose ends are those asked for; the same seed gives the same curve.
func TestRates(t *testing.T) {
	set, _ := digits(t)
	find := func(seed uint64) *RateCurve {
		c, err := FindRate(context.Background(), network(t, set), set, RateTest{Lo: 1e-5, Hi: 1e-1, Steps: 81, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := find(4)
	if len(c.Rates) != 81 || c.Diverged != 0 {
		t.Fatalf("%d steps, diverged at %v", len(c.Rates), c.Diverged)
	}
	for i, want := range map[int]float64{0: 1e-5, 20: 1e-4, 40: 1e-3, 60: 1e-2, 80: 1e-1} { // twenty steps a decade
		if math.Abs(c.Rates[i]/want-1) > 1e-12 {
			t.Errorf("step %d has rate %v; want %v", i, c.Rates[i], want)
		}
	}
	if again := find(4); !slices.Equal(again.Losses, c.Losses) || again.Rate != c.Rate {
		t.Error("the same seed gives another curve")
	}
	if other := find(5); slices.Equal(other.Losses, c.Losses) {
		t.Error("another seed gives the same curve")
	}
	if c.Smooth[0] != c.Losses[0] && math.Abs(c.Smooth[0]/c.Losses[0]-1) > 1e-12 {
		t.Errorf("the first average is %v; want the first loss, %v", c.Smooth[0], c.Losses[0])
	}
}

// A test that diverges ends, and everything in its curve is a number; one that learns nothing suggests nothing.
func TestRateExtremes(t *testing.T) {
	set, _ := digits(t)
	c, err := FindRate(context.Background(), network(t, set), set, RateTest{Hi: 1e30, Optimizer: optim.NewSGD(1)})
	if err != nil || c.Diverged == 0 || len(c.Rates) == 200 {
		t.Errorf("%d steps, diverged at %v, %v", len(c.Rates), c.Diverged, err)
	}
	for _, v := range slices.Concat(c.Rates, c.Losses, c.Smooth) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("the curve holds %v", v)
		}
	}
	if c, err = FindRate(context.Background(), network(t, set), set, RateTest{Lo: 1e20, Hi: 1e30, Optimizer: optim.NewSGD(1)}); err != nil || c.Rate != 0 || !strings.Contains(c.Why, "at once") {
		t.Errorf("rates that are all too large: %v, %q, %v", c.Rate, c.Why, err)
	}
	if c, err = FindRate(context.Background(), network(t, set), set, RateTest{Lo: 1e-12, Hi: 1e-10}); err != nil || c.Rate != 0 || !strings.Contains(c.Why, "hardly falls") {
		t.Errorf("rates that are all too small: %v, %q, %v", c.Rate, c.Why, err)
	}
	for want, cfg := range map[string]RateTest{
		"the smaller first": {Lo: 1, Hi: 1}, "two numbers above 0": {Lo: -1}, "20 or more": {Steps: 3}, "1 to 32": {Batch: 33},
	} {
		if _, err := FindRate(context.Background(), network(t, set), set, cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want %q", cfg, err, want)
		}
	}
	none, _ := dataset.FromLabels("none", dataset.NewFloats(nil, 64), tensor.Shape{64}, nil, dataset.Numbered(10))
	if _, err := FindRate(context.Background(), network(t, set), none, RateTest{}); err == nil {
		t.Error("no examples are no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := FindRate(ctx, network(t, set), set, RateTest{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
