// Package losstest examines losses: whoever writes one runs Check on it, or Examine in a test, and knows that it keeps
// the contract of package loss.
//
// The examination covers, for both precisions:
//
//   - the gradient against a numerical one, in float64, and float32 results against float64 ones
//   - scale multiplies the gradient, and the loss has the same bits with and without a gradient
//   - a row alone gives the bits of the same row in a batch, any split into rows too, and a NaN stays in its row
//   - nothing is written outside the rows asked for, outputs and targets are left alone, dy is overwritten
//   - Output works in place
//   - nothing is allocated
package losstest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// rows is the size of the examined batches: odd, more than one, and with the wide outputs of Cases more than a loss
// without gradient does at a time.
const rows = 7

// Examine reports every fault that Check finds.
func Examine(t *testing.T, l loss.Loss, out tensor.Shape) {
	t.Helper()
	if err := Check(l, out); err != nil {
		t.Errorf("%s on [%v]: %v", l.Kind(), out, err)
	}
}

// Check examines l for the output shape out and returns the faults that it finds. Targets suit the loss's Task: one-hot
// and soft rows for classes, zeros, ones and probabilities for many labels, numbers otherwise. The
// distance of an output from its target is never so close to 0, ½ or 1 that a difference would step over it: there losses
// may have a kink.
func Check(l loss.Loss, out tensor.Shape) error {
	p, err := l.Plan(out)
	if err != nil {
		return err
	}
	if p.F32 == nil || p.F64 == nil {
		return errors.New("has an operation in one precision only, or in none")
	}
	narrow, wide := newBench(p.F32, p.Task, out.Size()), newBench(p.F64, p.Task, out.Size())
	if err := errors.Join(narrow.check(), wide.check()); err != nil {
		return err
	}
	return errors.Join(checkGradient(wide), checkPrecision(narrow, wide))
}

// A bench is one operation with the memory of a batch.
type bench[F kernel.Float] struct {
	op    loss.Op[F]
	width int
	y, t  []F
}

// newBench draws the same outputs and targets in both precisions.
func newBench[F kernel.Float](op loss.Op[F], task loss.Task, width int) *bench[F] {
	rng := rand.New(rand.NewPCG(11, 1))
	b := &bench[F]{op: op, width: width, y: make([]F, rows*width), t: make([]F, rows*width)}
	for i := range rows {
		y, t := b.y[i*width:][:width], b.t[i*width:][:width]
		target(rng, task, i, t)
		for j := range y {
			for kink(math.Abs(float64(y[j] - t[j]))) {
				y[j] = F(float32(rng.NormFloat64() * 2))
			}
		}
	}
	return b
}

// target fills row i of the targets.
func target[F kernel.Float](rng *rand.Rand, task loss.Task, i int, t []F) {
	switch {
	case task == loss.Classification && i%2 == 0: // one-hot
		t[rng.IntN(len(t))] = 1
	case task == loss.Classification: // soft
		var sum F
		for j := range t {
			t[j] = F(float32(rng.Float64()))
			sum += t[j]
		}
		for j := range t {
			t[j] = F(float32(t[j] / sum))
		}
	case task == loss.MultiLabel && i%2 == 0:
		for j := range t {
			t[j] = F(rng.IntN(2))
		}
	case task == loss.MultiLabel:
		for j := range t {
			t[j] = F(float32(rng.Float64()))
		}
	default:
		for j := range t {
			t[j] = F(float32(rng.NormFloat64()))
		}
	}
}

// kink reports whether the distance d is too close to 0, ½ or 1.
func kink(d float64) bool { return d < 0.01 || math.Abs(d-0.5) < 0.01 || math.Abs(d-1) < 0.01 }

// run computes losses and gradients in the given shares, over NaN.
func (b *bench[F]) run(scale F, bounds ...int) (l []float64, dy []F) {
	l, dy = make([]float64, rows), make([]F, rows*b.width)
	spoil(l)
	spoil(dy)
	for i := range bounds[1:] {
		b.op.Loss(l, dy, b.y, b.t, scale, bounds[i], bounds[i+1])
	}
	return l, dy
}

func spoil[F kernel.Float](x []F) { kernel.Fill(x, F(math.NaN())) }

// check ends with the first fault, since each check relies on those before.
func (b *bench[F]) check() error {
	for _, check := range []func() error{b.checkKept, b.checkNoGradient, b.checkScale, b.checkSplits, b.checkRowsAlone, b.checkOutput, b.checkAllocations} {
		if err := check(); err != nil {
			return fmt.Errorf("%T: %w", F(0), err)
		}
	}
	return nil
}

func (b *bench[F]) checkSplits() error {
	l, dy := b.run(1, 0, rows)
	for _, bounds := range [][]int{{0, 3, rows}, {0, 0, 1, 2, 3, 4, 5, 6, rows, rows}} {
		if l2, dy2 := b.run(1, bounds...); differ(l, l2) >= 0 || differ(dy, dy2) >= 0 {
			return fmt.Errorf("rows split at %v give other bits", bounds)
		}
	}
	l, dy = b.run(1, 2, 5)
	for i := range rows {
		if outside := i < 2 || i >= 5; outside && (l[i] == l[i] || differ(dy[i*b.width:][:b.width], nans[F](b.width)) >= 0) {
			return fmt.Errorf("asked for rows 2 to 5, writes row %d", i)
		}
	}
	part := nans[float64](rows)
	b.op.Loss(part, nil, b.y, b.t, 1, 2, 5)
	copy(part[2:5], nans[float64](3))
	if differ(part, nans[float64](rows)) >= 0 {
		return errors.New("asked for the losses of rows 2 to 5 without gradient, writes others")
	}
	return nil
}

func (b *bench[F]) checkRowsAlone() error {
	l, dy := b.run(1, 0, rows)
	for i := range rows {
		at := i * b.width
		one := make([]float64, 1)
		d := nans[F](b.width)
		b.op.Loss(one, d, b.y[at:at+b.width], b.t[at:at+b.width], 1, 0, 1)
		if one[0] != l[i] || differ(d, dy[at:at+b.width]) >= 0 {
			return fmt.Errorf("row %d alone has the loss %v, in a batch %v, or another gradient", i, one[0], l[i])
		}
	}
	sick := *b
	sick.y = clone(b.y)
	spoil(sick.y[:b.width])
	l2, dy2 := sick.run(1, 0, rows)
	if l2[0] == l2[0] || dy2[0] == dy2[0] {
		return fmt.Errorf("NaN in row 0 is lost: loss %v, gradient %v", l2[0], dy2[0])
	}
	if differ(l2[1:], l[1:]) >= 0 || differ(dy2[b.width:], dy[b.width:]) >= 0 {
		return errors.New("NaN in row 0 changes other rows")
	}
	return nil
}

func (b *bench[F]) checkNoGradient() (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("without a gradient: panics: %v", cause)
		}
	}()
	want, _ := b.run(1, 0, rows)
	have := make([]float64, rows)
	spoil(have)
	b.op.Loss(have, nil, b.y, b.t, 1, 0, rows)
	if i := differ(have, want); i >= 0 {
		return fmt.Errorf("without a gradient the loss of row %d is %v, with one %v", i, have[i], want[i])
	}
	return nil
}

// checkScale uses a power of two, which multiplies exactly wherever it comes in.
func (b *bench[F]) checkScale() error {
	l, dy := b.run(1, 0, rows)
	l2, dy2 := b.run(0.25, 0, rows)
	for i := range dy {
		if dy2[i] != dy[i]/4 {
			return fmt.Errorf("scale 1/4 makes %v of dy %v", dy2[i], dy[i])
		}
	}
	if differ(l, l2) >= 0 {
		return errors.New("scale changes the loss; it is for the gradient alone")
	}
	return nil
}

func (b *bench[F]) checkKept() error {
	y, t := clone(b.y), clone(b.t)
	b.run(1, 0, rows)
	if differ(y, b.y) >= 0 || differ(t, b.t) >= 0 {
		return errors.New("writes to the outputs or the targets")
	}
	return nil
}

func (b *bench[F]) checkOutput() error {
	part := nans[F](len(b.y))
	b.op.Output(part, b.y, 1, 2)
	copy(part[b.width:2*b.width], nans[F](b.width))
	if differ(part, nans[F](len(part))) >= 0 {
		return errors.New("shows outputs outside the rows asked for")
	}
	p := nans[F](len(b.y))
	b.op.Output(p, b.y, 0, rows)
	inPlace := clone(b.y)
	b.op.Output(inPlace, inPlace, 0, 2)
	b.op.Output(inPlace, inPlace, 2, rows)
	if differ(p, inPlace) >= 0 {
		return errors.New("showing outputs in place, or in shares, gives other bits")
	}
	return nil
}

func (b *bench[F]) checkAllocations() error {
	if build.Race() {
		return nil // the race detector's pools forget
	}
	l, dy := b.run(1, 0, rows)
	op, y, t := b.op, b.y, b.t
	for name, f := range map[string]func(){
		"Loss":               func() { op.Loss(l, dy, y, t, 1, 0, rows) },
		"Loss without dy":    func() { op.Loss(l, nil, y, t, 1, 0, rows) },
		"Output":             func() { op.Output(dy, y, 0, rows) },
		"Loss of no rows":    func() { op.Loss(l, dy, y, t, 1, 3, 3) },
		"Output of no rows":  func() { op.Output(dy, y, 3, 3) },
		"no rows without dy": func() { op.Loss(l, nil, y, t, 1, 3, 3) },
	} {
		if n := testing.AllocsPerRun(10, f); n > 0 {
			return fmt.Errorf("%s allocates %v times", name, n)
		}
	}
	return nil
}

func nans[F kernel.Float](n int) []F {
	x := make([]F, n)
	spoil(x)
	return x
}

func clone[F kernel.Float](x []F) []F { return append([]F(nil), x...) }

// differ returns the first index at which a and b have different bits, where all NaN are one, or -1.
func differ[F kernel.Float](a, b []F) int {
	for i := range a {
		if x, y := a[i], b[i]; !(x == y && math.Signbit(float64(x)) == math.Signbit(float64(y)) || x != x && y != y) {
			return i
		}
	}
	return -1
}
