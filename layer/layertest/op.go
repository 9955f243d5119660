package layertest

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
)

// checkOp examines everything but the numbers themselves.
func checkOp[F kernel.Float](p layer.Plan, op layer.Op[F], in int) error {
	b := newBench(p, op, in, rows)
	checks := []func(*bench[F]) error{checkInputsKept[F], checkNilDX[F], checkAllocations[F]}
	if !p.Across {
		checks = append(checks, checkSplits[F], checkRowsAlone[F], checkShareStays[F], checkParts[F])
	}
	var all []error
	for _, check := range checks {
		if err := check(b); err != nil {
			all = append(all, fmt.Errorf("%T: %w", F(0), err))
		}
	}
	return errors.Join(all...)
}

// equal compares two results and names what differs.
func equal[F kernel.Float](have, want result[F]) error {
	compare := func(name string, a, b []F) error {
		if i := differ(a, b); i >= 0 {
			return fmt.Errorf("%s[%d] is %v, not %v", name, i, a[i], b[i])
		}
		return nil
	}
	errs := []error{compare("y", have.y, want.y), compare("dx", have.dx, want.dx)}
	for i := range want.dp {
		errs = append(errs, compare(fmt.Sprintf("gradient of parameter %d, element ", i), have.dp[i], want.dp[i]))
	}
	return errors.Join(errs...)
}

// checkSplits: the shares of rows and of parameters change no bit.
func checkSplits[F kernel.Float](b *bench[F]) error {
	want := b.whole()
	for _, split := range []struct {
		bounds  []int
		workers int
	}{
		{[]int{0, 2, rows}, 2},
		{[]int{0, 0, 1, 4, rows, rows}, 3}, // with empty shares
		{[]int{0, 1, 2, 3, 4, rows}, maxWorkers},
	} {
		if err := equal(b.run(split.bounds, split.workers), want); err != nil {
			return fmt.Errorf("rows split at %v, parameters over %d workers: %w", split.bounds, split.workers, err)
		}
	}
	return nil
}

// checkRowsAlone: a row alone has the bits that it has in a batch, and does not notice NaN in other rows.
func checkRowsAlone[F kernel.Float](b *bench[F]) error {
	want := b.whole()
	for i := range rows {
		have := b.row(i).whole()
		if j := differ(have.y, want.y[i*b.out:][:b.out]); j >= 0 {
			return fmt.Errorf("row %d alone has y[%d] = %v, in a batch %v", i, j, have.y[j], want.y[i*b.out+j])
		}
		if j := differ(have.dx, want.dx[i*b.in:][:b.in]); j >= 0 {
			return fmt.Errorf("row %d alone has dx[%d] = %v, in a batch %v", i, j, have.dx[j], want.dx[i*b.in+j])
		}
	}
	sick := newBench(b.plan, b.op, b.in, rows) // draws the same numbers again
	kernel.Fill(sick.view.X[:b.in], F(math.NaN()))
	have := sick.whole()
	if j := differ(have.y[b.out:], want.y[b.out:]); j >= 0 {
		return fmt.Errorf("NaN in row 0 changes y of row %d", 1+j/b.out)
	}
	if j := differ(have.dx[b.in:], want.dx[b.in:]); j >= 0 {
		return fmt.Errorf("NaN in row 0 changes dx of row %d", 1+j/b.in)
	}
	return nil
}

// checkShareStays: an operation on rows 1 to 3 writes nothing elsewhere.
func checkShareStays[F kernel.Float](b *bench[F]) error {
	const lo, hi = 1, 3
	outside := func(name string, x []F, width int) error {
		for i, v := range x {
			if r := i / width; (r < lo || r >= hi) && v != 77 {
				return fmt.Errorf("asked for rows %d to %d, writes %s of row %d", lo, hi, name, r)
			}
		}
		return nil
	}
	b.whole()
	v := &b.view
	s := layer.Share{Lo: lo, Hi: hi, Worker: worker(1, 3)}
	kernel.Fill(v.Y, 77)
	b.op.Forward(v, s)
	if err := outside("y", v.Y, b.out); err != nil {
		return err
	}
	b.whole()
	kernel.Fill(v.DX, 77)
	kernel.Fill(v.DY, 77)
	copy(v.DY[lo*b.out:hi*b.out], b.dy[lo*b.out:])
	b.op.Backward(v, s)
	return errors.Join(outside("dx", v.DX, b.in), outside("dy", v.DY, b.out))
}

// checkParts: every element of a gradient is written by one worker, and by one only.
func checkParts[F kernel.Float](b *bench[F]) error {
	l, ok := b.op.(layer.Learner[F])
	if !ok {
		return nil
	}
	const workers = 3
	b.whole()
	for p, dp := range b.view.DP {
		writers := make([]int, len(dp))
		for i := range workers {
			kernel.Fill(dp, F(math.NaN()))
			l.Gradient(&b.view, worker(i, workers))
			for j, v := range dp {
				if v == v {
					writers[j]++
				}
			}
		}
		for j, n := range writers {
			if n != 1 {
				return fmt.Errorf("gradient of parameter %d, element %d: written by %d of %d workers", p, j, n, workers)
			}
		}
	}
	return nil
}

// checkInputsKept: X, the parameters and, after Forward, Y stay as they are.
func checkInputsKept[F kernel.Float](b *bench[F]) error {
	v := &b.view
	x, p := clone(v.X), make([][]F, len(v.P))
	for i := range p {
		p[i] = clone(v.P[i])
	}
	b.spoil()
	all := layer.Share{Hi: rows, Worker: worker(0, 1)}
	b.op.Forward(v, all)
	y := clone(v.Y)
	copy(v.DY, b.dy)
	b.op.Backward(v, all)
	if l, ok := b.op.(layer.Learner[F]); ok {
		l.Gradient(v, all.Worker)
	}
	if differ(v.X, x) >= 0 {
		return errors.New("writes to X")
	}
	if differ(v.Y, y) >= 0 {
		return errors.New("writes to Y on the way back")
	}
	for i := range p {
		if differ(v.P[i], p[i]) >= 0 {
			return fmt.Errorf("writes to parameter %d", i)
		}
	}
	return nil
}

// checkNilDX: without DX the gradients of the parameters are the same.
func checkNilDX[F kernel.Float](b *bench[F]) (err error) {
	want := b.whole()
	dx := b.view.DX
	defer func() {
		b.view.DX = dx
		if cause := recover(); cause != nil {
			err = fmt.Errorf("backward with a nil DX panics: %v", cause)
		}
	}()
	b.view.DX = nil
	have := b.whole()
	have.dx = want.dx
	if err := equal(have, want); err != nil {
		return fmt.Errorf("with a nil DX: %w", err)
	}
	return nil
}

func checkAllocations[F kernel.Float](b *bench[F]) error {
	b.whole()
	v, all := &b.view, layer.Share{Hi: rows, Worker: kernel.NewWorker()}
	// Bound here, not in the closures: a conversion to an interface would count as the operation's own allocation.
	op := b.op
	l, learns := op.(layer.Learner[F])
	for _, m := range []struct {
		name string
		run  func()
	}{
		{"Forward", func() { op.Forward(v, all) }},
		{"Backward", func() { op.Backward(v, all) }},
		{"Gradient", func() {
			if learns {
				l.Gradient(v, all.Worker)
			}
		}},
	} {
		if n := testing.AllocsPerRun(10, m.run); n > 0 {
			return fmt.Errorf("%s allocates %v times", m.name, n)
		}
	}
	return nil
}
