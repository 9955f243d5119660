// Package gradcheck compares backpropagation with numerical differentiation, in float64, and tells a wrong gradient from
// a place where no numerical gradient can be had.
package gradcheck

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// Config bounds the work. The zero value checks every parameter.
type Config struct {
	Sample    int     // coordinates drawn from each tensor; 0 means all
	Seed      uint64  // of the draw, of the parameters, and of layers that draw random numbers
	Tolerance float64 // largest relative error of a right gradient; 0 means DefaultTolerance
	Threads   int     // as in nn.Config
	Examples  int     // as in nn.Config
	Plain     bool    // whole forward passes, even for a perceptron, of which less has to be computed again
}

// DefaultTolerance lies between what correct gradients reach, 1e-7 and better, and the smallest mistakes that people
// make.
const DefaultTolerance = 1e-6

// Check compiles spec in float64 with fresh parameters and checks its gradients on all examples of set: of every
// layer's parameters, through every layer after it, the loss and the regularisers. It costs four or more forward passes a
// coordinate, so a handful of examples is plenty; a perceptron, in which a weight changes little, takes a hundred too.
func Check(spec nn.Spec, set *dataset.Set, cfg Config) (Report, error) {
	if set.Len() == 0 {
		return Report{}, fmt.Errorf("gradcheck: %s has no examples; want at least one", set.Name)
	}
	net, err := nn.Compile[float64](spec, nn.Config{Batch: set.Len(), Seed: cfg.Seed, Threads: cfg.Threads, Examples: cfg.Examples})
	if err != nil {
		return Report{}, fmt.Errorf("gradcheck: %w", err)
	}
	defer net.Close()
	return CheckNet(net, set.All(), cfg)
}

// CheckNet checks the gradients of a compiled network where its parameters are now. It leaves parameters and clock as
// they were, and in Grads the gradient of the batch.
func CheckNet(net *nn.Net[float64], b dataset.Batch, cfg Config) (Report, error) {
	if err := checkable(net, b); err != nil {
		return Report{}, err
	}
	clock := net.Steps()
	net.Gradient(b)
	net.SetSteps(clock) // Cost is to meet the random draws that Gradient met
	return Compare(net, b, net.Grads(), cfg)
}

// checkable returns why the gradient of the network cannot be had on this batch.
func checkable(net *nn.Net[float64], b dataset.Batch) error {
	if err := net.Trainable(); err != nil {
		return fmt.Errorf("gradcheck: %w", err)
	}
	if err := net.Fits(b.Set); err != nil {
		return fmt.Errorf("gradcheck: %w", err)
	}
	if n, most := b.Len(), net.Config().Batch; n < 1 || n > most {
		return fmt.Errorf("gradcheck: a batch of %d examples; the network was compiled for 1 to %d", n, most)
	}
	return nil
}

// Compare checks gradients that come from elsewhere, laid out like net.Grads, against numerical differentiation of
// net.Cost.
func Compare(net *nn.Net[float64], b dataset.Batch, claimed []float64, cfg Config) (Report, error) {
	params := net.Params()
	if len(claimed) != len(params) {
		return Report{}, fmt.Errorf("gradcheck: %d gradients are claimed; the network has %d parameters", len(claimed), len(params))
	}
	if err := checkable(net, b); err != nil {
		return Report{}, err
	}
	if cfg.Tolerance == 0 {
		cfg.Tolerance = DefaultTolerance
	}
	report := Report{Cost: net.Cost(b), Tolerance: cfg.Tolerance}
	degenerate := acrossOne(net.Spec(), b.Len())
	draw := rand.New(rand.NewPCG(cfg.Seed, streamSample))
	c := checker{prober: newProber(net, b, cfg), here: report.Cost, tolerance: cfg.Tolerance}
	defer c.prober.close()
	for _, s := range net.Segments() {
		t := Tensor{Name: s.Name, Layer: s.Layer, Shape: s.Shape, Index: sample(s.Len, cfg.Sample, draw), Degenerate: degenerate}
		c.check(&t, s, params[s.Off:s.Off+s.Len], claimed[s.Off:s.Off+s.Len])
		report.Tensors = append(report.Tensors, t)
	}
	return report, nil
}

// acrossOne returns the title of the first layer that looks across the examples of a batch of one, or "": batch
// normalisation takes the only example for the mean, and what comes out is constant.
func acrossOne(spec nn.Spec, n int) string {
	if n > 1 {
		return ""
	}
	found := ""
	var walk func(layers []layer.Layer, in tensor.Shape, prefix string)
	walk = func(layers []layer.Layer, in tensor.Shape, prefix string) {
		for i, l := range layers {
			plan, err := l.Plan(in)
			if err != nil {
				return // cannot be: it was compiled
			}
			if plan.Across && found == "" {
				found = fmt.Sprintf("layer %s%d (%s)", prefix, i, l.Kind())
			}
			var outs []tensor.Shape
			for j, branch := range plan.Branches {
				walk(branch, in, fmt.Sprintf("%s%d.%d.", prefix, i, j))
				if out, err := (nn.Spec{Input: in, Layers: branch, Loss: spec.Loss}).Output(); err == nil {
					outs = append(outs, out)
				} else {
					outs = append(outs, in)
				}
			}
			if plan.Branches != nil {
				joined, err := plan.Join(outs)
				if err != nil {
					return
				}
				plan.Out = joined.Out
			}
			in = plan.Out
		}
	}
	walk(spec.Layers, spec.Input, "")
	return found
}

// streamSample keeps the draw of coordinates apart from nn's draws of parameters from the same seed.
const streamSample = 0x67726164

// sample returns count of n positions in ascending order, or all if count is 0.
func sample(n, count int, draw *rand.Rand) []int {
	if count <= 0 || count >= n {
		return dataset.Order(n, nil)
	}
	index := draw.Perm(n)[:count]
	slices.Sort(index)
	return index
}

// check fills in what is known about a tensor after comparing the claimed gradient of its parameters.
func (c *checker) check(t *Tensor, s nn.Segment, params, claimed []float64) {
	n := len(t.Index)
	t.Backprop, t.Numeric, t.NumericError = make([]float64, n), make([]float64, n), make([]float64, n)
	c.segment = s
	bend := c.glance(t, params)
	largest := 0.0
	for k, i := range t.Index {
		t.Backprop[k] = claimed[i]
		largest = max(largest, magnitude(t.Backprop[k]), magnitude(t.Numeric[k]))
	}
	t.Worst = -1
	for k, i := range t.Index {
		unit := c.unit(largest, t.Backprop[k], t.Numeric[k])
		finding := agrees
		if c.relative(t.Backprop[k], t.Numeric[k], unit) > c.tolerance/100 {
			finding = c.look(params[i], t, k, largest, bend[k])
			unit = c.unit(largest, t.Backprop[k], t.Numeric[k])
		}
		switch finding {
		case kink:
			t.OnKink++
			continue
		case rounding:
			t.InRounding++
			continue
		case notFinite:
			t.NotFinite++
			continue
		case differs:
			t.Wrong++
		}
		if e := c.relative(t.Backprop[k], t.Numeric[k], unit); t.Worst < 0 || e > t.Relative {
			t.Worst, t.Relative = k, e
		}
	}
}

// magnitude is |v|, and 0 for what is not finite, which must not be what others are measured by.
func magnitude(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return math.Abs(v)
}

// unit is what the error of a coordinate is relative to: its own size, but at least a thousandth of the tensor's
// largest gradient, since the rounding errors of a sum are as large as its terms; and at least what the rounding of the
// cost makes of a gradient that is exactly zero.
func (c *checker) unit(largest, backprop, numeric float64) float64 {
	return max(magnitude(backprop), magnitude(numeric), 1e-3*largest, c.noise(firstStep)/c.tolerance)
}

// relative returns |backprop - numeric| in units, infinite if either is not a number.
func (c *checker) relative(backprop, numeric, unit float64) float64 {
	switch d := math.Abs(backprop - numeric); {
	case d == 0:
		return 0
	case math.IsNaN(d):
		return math.Inf(1)
	default:
		return d / unit
	}
}
