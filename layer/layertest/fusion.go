package layertest

import (
	"errors"
	"fmt"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// CheckFusion examines first and next as one operation: that it fuses at all, keeps the contract, and gives in both
// precisions the bits of the two one after the other.
func CheckFusion(first, next layer.Layer, in tensor.Shape) error {
	p, err := first.Plan(in)
	if err != nil {
		return err
	}
	q, err := next.Plan(p.Out)
	if err != nil {
		return err
	}
	return errors.Join(checkFusion(p, q, p.F32, q.F32, in.Size()), checkFusion(p, q, p.F64, q.F64, in.Size()))
}

func checkFusion[F kernel.Float](p, q layer.Plan, first, next layer.Op[F], in int) error {
	fuser, ok := first.(layer.Fuser[F])
	if !ok {
		return fmt.Errorf("%T is no Fuser", first)
	}
	fused, ok := fuser.Fuse(next)
	if !ok {
		return fmt.Errorf("%T does not take %T in", first, next)
	}
	both := p
	both.Out = q.Out
	if err := checkOp(both, fused, in); err != nil {
		return err
	}
	b := newBench(both, fused, in, rows)
	have := b.whole()

	// The two by hand: first forward, next forward, next backward, first backward.
	a := newBench(p, first, in, rows)
	c := newBench(q, next, p.Out.Size(), rows)
	copy(a.view.X, b.view.X)
	for i := range a.view.P {
		copy(a.view.P[i], b.view.P[i])
	}
	c.view.X, a.view.DY = a.view.Y, c.view.DX
	copy(c.view.DY, b.dy)
	all := layer.Share{Hi: rows, Worker: worker(0, 1)}
	first.Forward(&a.view, all)
	next.Forward(&c.view, all)
	next.Backward(&c.view, all)
	first.Backward(&a.view, all)
	if l, ok := first.(layer.Learner[F]); ok {
		l.Gradient(&a.view, all.Worker)
	}
	want := a.result()
	want.y = c.view.Y
	if err := equal(have, want); err != nil {
		return fmt.Errorf("%T fused: %w", F(0), err)
	}
	return nil
}
