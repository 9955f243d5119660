// Package foreign checks gradients that come from other people's programs: it reads weights, a batch and the claimed
// gradients from a file, builds the same network, and compares.
//
// The layout is that of the books' networks, in JSON or as an .npz archive:
//
//	W1, b1, W2, b2 ...   the parameters: W [in, out], b [out]; with "layout": "nielsen", W [out, in]
//	x                    the batch: [n, in]
//	t                    its targets: n class numbers, or [n, out]
//	grads                in JSON an object of gradients by the same names; in an archive arrays dW1, db1 ...
//	activation           of the hidden layers (default sigmoid), or a list of them
//	output               of the last layer: softmax, sigmoid, identity (default: what the loss is used with)
//	loss                 cross-entropy (default), binary-cross-entropy, quadratic, mse, mae, huber
//	reduction            sum (default) or mean: over the outputs of an example; over the batch it is always the mean
//	epsilon              added inside logarithms, as in log(y + 1e-7); default 0
//	l1, l2, style, examples   λ, whose λ (nielsen, saito, sklearn), and the number of training examples that it is divided by
//	cost                 what the program says that the objective is
//
// Only parameters, x, t and grads are needed. In place of activation, output, loss and penalties, "spec" may hold any
// network as nn.Spec stores it; parameters may then be called layer0.W and so on, too.
package foreign

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/bookloss"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// A Case is a network with a batch and the gradients that somebody claims.
type Case struct {
	Spec     nn.Spec
	Set      *dataset.Set // the batch
	Examples int          // that penalties are divided by
	Params   map[string]Tensor
	Grads    map[string]Tensor // by the names of Params; some may be missing
	Cost     float64           // the objective as claimed; NaN if it is not
	Given    map[string]string // the file's own name of each tensor: "W1" for "layer0.W"
}

// A Tensor is numbers in C order.
type Tensor struct {
	Shape  []int
	Values []float64
}

// Tolerance is what a claim may be off: it may come from differences with the books' h, or from a loss with a small constant
// inside its logarithm.
const Tolerance = 1e-5

// A Result is what is found about a case.
type Result struct {
	Report    gradcheck.Report // of the tensors whose gradients are claimed
	Diagnoses []diagnose.Diagnosis
	Cost      string // what is wrong with the claimed cost; empty if nothing is
	Note      string // what else was found out; empty if nothing
}

// OK reports whether nothing is wrong.
func (r Result) OK() bool { return r.Report.OK() && len(r.Diagnoses) == 0 && r.Cost == "" }

// bookEpsilon is what Saito's cross_entropy_error adds inside its logarithm.
const bookEpsilon = 1e-7

// Check compares the claimed gradients with numerical ones, and names the mistakes. Config is used but for its Seed and
// Examples; a Tolerance of 0 means that of this package.
//
// Gradients that are differences of the book's loss, log(y + 1e-7), are right, too, though the file may not say so: where
// they differ from those of log y, they are compared with these.
func (c *Case) Check(cfg gradcheck.Config) (Result, error) {
	r, err := c.check(c.Spec, cfg)
	if _, plain := c.Spec.Loss.(loss.SoftmaxCrossEntropy); !plain || err != nil || r.OK() || !r.close() {
		return r, err
	}
	book := c.Spec
	book.Layers = append(slices.Clone(book.Layers), layer.Softmax{})
	book.Loss = bookloss.CrossEntropy{Epsilon: bookEpsilon}
	if second, err := c.check(book, cfg); err == nil && second.OK() {
		second.Note = "these are the gradients of the book's loss, with log(y + 1e-7)"
		return second, nil
	}
	return r, nil
}

// close reports whether every claimed gradient is nearly right.
func (r Result) close() bool {
	for _, t := range r.Report.Tensors {
		var squares, difference float64
		for k, v := range t.Numeric {
			squares += v * v
			difference += (t.Backprop[k] - v) * (t.Backprop[k] - v)
		}
		if t.Misshapen != nil || !(difference <= 1e-4*squares) { // a relative error of 1 %
			return false
		}
	}
	return true
}

// check is Check for one network.
func (c *Case) check(spec nn.Spec, cfg gradcheck.Config) (Result, error) {
	net, err := nn.Compile[float64](spec, nn.Config{Batch: max(1, c.Set.Len()), Examples: c.Examples, Threads: cfg.Threads})
	if err != nil {
		return Result{}, fmt.Errorf("foreign: %w", err)
	}
	defer net.Close()
	if err := net.Fits(c.Set); err != nil {
		return Result{}, fmt.Errorf("foreign: %w", err)
	}
	if err := net.Trainable(); err != nil {
		return Result{}, fmt.Errorf("foreign: %w", err)
	}
	if cfg.Tolerance == 0 {
		cfg.Tolerance = Tolerance
	}
	for _, s := range net.Segments() {
		copy(net.Params()[s.Off:s.Off+s.Len], c.Params[s.Name].Values)
	}
	b := c.Set.All()
	net.Gradient(b)
	net.SetSteps(0)
	claimed, misshapen := slices.Clone(net.Grads()), map[string]diagnose.Claim{}
	for _, s := range net.Segments() {
		g, ok := c.Grads[s.Name]
		switch {
		case !ok: // nothing is claimed: what is right need not be compared
		case !tensor.Shape(g.Shape).Equal(s.Shape):
			misshapen[s.Name] = diagnose.Claim{Shape: g.Shape, Values: g.Values}
		default:
			copy(claimed[s.Off:], g.Values)
		}
	}
	report, err := gradcheck.Compare(net, b, claimed, cfg)
	if err != nil {
		return Result{}, err
	}
	r := Result{Report: report, Diagnoses: diagnose.Gradient(net, b, report, misshapen), Cost: c.cost(report.Cost)}
	r.Report.Tensors = nil
	for _, t := range report.Tensors {
		if _, ok := c.Grads[t.Name]; !ok {
			continue
		}
		if m, ok := misshapen[t.Name]; ok {
			t.Misshapen = m.Shape
		}
		t.Name = c.name(t.Name)
		r.Report.Tensors = append(r.Report.Tensors, t)
	}
	c.rename(r.Diagnoses)
	return r, nil
}

// rename calls tensors as the file does.
func (c *Case) rename(list []diagnose.Diagnosis) {
	var pairs []string
	for segment, own := range c.Given {
		pairs = append(pairs, segment, own)
	}
	names := strings.NewReplacer(pairs...)
	for i := range list {
		d := &list[i]
		d.Says, d.Look = names.Replace(d.Says), names.Replace(d.Look)
		for j := range d.Tensors {
			d.Tensors[j] = c.name(d.Tensors[j])
		}
	}
}

// name returns what the file calls a tensor.
func (c *Case) name(segment string) string {
	if own, ok := c.Given[segment]; ok {
		return own
	}
	return segment
}

// cost says what is wrong with the claimed cost.
func (c *Case) cost(here float64) string {
	n := float64(c.Set.Len())
	if math.IsNaN(c.Cost) || math.Abs(c.Cost-here) <= Tolerance*max(1e-3, math.Abs(here)) {
		return ""
	}
	text := fmt.Sprintf("the cost is %.8g, the file says %.8g", here, c.Cost)
	switch ratio := c.Cost / here; {
	case n > 1 && math.Abs(ratio/n-1) < 1e-3:
		text += ": the sum over the batch, where the mean is meant"
	case n > 1 && math.Abs(ratio*n-1) < 1e-3:
		text += ": divided by the batch twice"
	case math.Abs(ratio+1) < 1e-3:
		text += ": the minus sign of the cross-entropy is missing"
	case math.Abs(ratio-2) < 1e-3:
		text += ": the ½ of the quadratic cost is missing"
	}
	return text
}
