package layertest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// checkContainer examines the layers of every branch, and how their outputs are joined.
func checkContainer(p layer.Plan, in tensor.Shape) error {
	if p.F32 != nil || p.F64 != nil || len(p.Params) > 0 || p.Join == nil {
		return errors.New("has branches, and yet an operation or parameters of its own, or no Join")
	}
	var outs []tensor.Shape
	for i, branch := range p.Branches {
		out := in
		for j, l := range branch {
			if err := Check(l, out); err != nil {
				return fmt.Errorf("branch %d, layer %d (%s): %w", i, j, l.Kind(), err)
			}
			var err error
			if out, err = outOf(l, out); err != nil {
				return err
			}
		}
		outs = append(outs, out)
	}
	j, err := p.Join(outs)
	if err != nil {
		return err
	}
	return errors.Join(checkJoin(j.F32, j.Out, outs), checkJoin(j.F64, j.Out, outs), checkSplitIsTranspose(j, outs))
}

// outOf returns what l makes of one example of shape in.
func outOf(l layer.Layer, in tensor.Shape) (tensor.Shape, error) {
	p, err := l.Plan(in)
	if err != nil || p.Branches == nil {
		return p.Out, err
	}
	var outs []tensor.Shape
	for _, branch := range p.Branches {
		out := in
		for _, l := range branch {
			if out, err = outOf(l, out); err != nil {
				return nil, err
			}
		}
		outs = append(outs, out)
	}
	j, err := p.Join(outs)
	return j.Out, err
}

// A joint is a JoinOp with a batch of memory.
type joint[F kernel.Float] struct {
	op      layer.JoinOp[F]
	size    int
	y, dy   []F
	xs, dxs [][]F
}

func newJoint[F kernel.Float](op layer.JoinOp[F], out tensor.Shape, outs []tensor.Shape) *joint[F] {
	rng := rand.New(rand.NewPCG(7, 2))
	j := &joint[F]{op: op, size: out.Size(), y: make([]F, rows*out.Size()), dy: draw[F](rng, rows*out.Size())}
	for _, o := range outs {
		j.xs = append(j.xs, draw[F](rng, rows*o.Size()))
		j.dxs = append(j.dxs, make([]F, rows*o.Size()))
	}
	return j
}

// checkJoin: shares change no bit, write nothing outside, overwrite, do not allocate, and skip a dx nobody wants.
func checkJoin[F kernel.Float](op layer.JoinOp[F], out tensor.Shape, outs []tensor.Shape) (err error) {
	j := newJoint(op, out, outs)
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%T: join panics: %v", F(0), cause)
		}
	}()
	spoil := func() {
		for _, x := range append([][]F{j.y}, j.dxs...) {
			kernel.Fill(x, 77)
		}
	}
	outside := func(lo, hi int) error {
		for i, x := range append([][]F{j.y}, j.dxs...) {
			width := len(x) / rows
			for k, v := range x {
				if r := k / width; (r >= lo && r < hi) == (v == 77) {
					return fmt.Errorf("%T: join: rows %d to %d: row %d of slice %d is written, or not, against the share", F(0), lo, hi, r, i)
				}
			}
		}
		return nil
	}
	spoil()
	op.Join(j.y, j.xs, 0, rows)
	op.Split(j.dxs, j.dy, 0, rows)
	if err := outside(0, rows); err != nil {
		return err
	}
	wantY, wantDX := clone(j.y), make([][]F, len(j.dxs))
	for i := range wantDX {
		wantDX[i] = clone(j.dxs[i])
	}
	spoil()
	op.Join(j.y, j.xs, 1, 3)
	op.Split(j.dxs, j.dy, 1, 3)
	if err := outside(1, 3); err != nil {
		return err
	}
	for i := range rows {
		op.Join(j.y, j.xs, i, i+1)
		op.Split(j.dxs, j.dy, i, i+1)
	}
	if differ(j.y, wantY) >= 0 {
		return fmt.Errorf("%T: join row by row gives other bits", F(0))
	}
	for i := range wantDX {
		if differ(j.dxs[i], wantDX[i]) >= 0 {
			return fmt.Errorf("%T: split row by row gives other bits", F(0))
		}
	}
	if n := testing.AllocsPerRun(10, func() { op.Join(j.y, j.xs, 0, rows); op.Split(j.dxs, j.dy, 0, rows) }); n > 0 {
		return fmt.Errorf("%T: join allocates %v times", F(0), n)
	}
	op.Split(make([][]F, len(j.dxs)), j.dy, 0, rows)
	return nil
}

// checkSplitIsTranspose compares the gradients of Σ dy·y in every branch's output with numerical ones.
func checkSplitIsTranspose(joined layer.Joined, outs []tensor.Shape) error {
	j := newJoint(joined.F64, joined.Out, outs)
	for _, dx := range j.dxs {
		kernel.Fill(dx, math.NaN())
	}
	j.op.Join(j.y, j.xs, 0, rows)
	j.op.Split(j.dxs, j.dy, 0, rows)
	value := func() float64 {
		j.op.Join(j.y, j.xs, 0, rows)
		return dot(j.dy, j.y)
	}
	for i, x := range j.xs {
		if err := compare(fmt.Sprintf("branch %d", i), j.dxs[i], numerical(value, x)); err != nil {
			return err
		}
	}
	return nil
}
