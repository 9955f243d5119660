package layer

import (
	"errors"
	"fmt"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Concat puts the outputs of several lists of layers, which all read its input, one after the other along Axis.
//
//	y = [f₀(x), f₁(x), …]     f the Branches
//
// The first axis, 0, joins the units of flat outputs, and the channels of images [channels, rows, columns]. All other
// axes must agree. An empty branch passes the input on: Concat{Branches: [][]Layer{{}, {f}}} is the step of a DenseNet.
type Concat struct {
	Branches [][]Layer
	Axis     int // of one example, from 0
}

// Kind returns "concat".
func (Concat) Kind() string { return "concat" }

// Plan wants at least one branch; the rest is up to Join.
func (c Concat) Plan(tensor.Shape) (Plan, error) {
	if len(c.Branches) == 0 {
		return Plan{}, errors.New("want at least one branch, have none; list them in Branches")
	}
	return Plan{Branches: c.Branches, Join: c.join}, nil
}

func (c Concat) join(outs []tensor.Shape) (Joined, error) {
	first := outs[0]
	if c.Axis < 0 || c.Axis >= len(first) {
		return Joined{}, fmt.Errorf("want an axis from 0 to %d of branch 0's output %v, have axis %d", len(first)-1, first, c.Axis)
	}
	out := append(tensor.Shape{}, first...)
	out[c.Axis] = 0
	var widths []int
	for i, o := range outs {
		if !agree(first, o, c.Axis) {
			return Joined{}, fmt.Errorf("want outputs that differ in axis %d only, have %v from branch 0 and %v from branch %d", c.Axis, first, o, i)
		}
		out[c.Axis] += o[c.Axis]
		if err := out.Check(); err != nil { // a sum that overflows is negative
			return Joined{}, fmt.Errorf("branches up to %d: %w", i, err)
		}
		widths = append(widths, o[c.Axis:].Size())
	}
	outer := first[:c.Axis].Size()
	return Joined{
		Out: out,
		F32: blocks[float32]{outer, out[c.Axis:].Size(), widths},
		F64: blocks[float64]{outer, out[c.Axis:].Size(), widths},
	}, nil
}

// agree reports whether a and b have the same axes but for one.
func agree(a, b tensor.Shape, axis int) bool {
	return len(a) == len(b) && a[:axis].Equal(b[:axis]) && a[axis+1:].Equal(b[axis+1:])
}

// blocks puts blocks side by side: an example is outer rows of width elements, of which branch i has widths[i].
type blocks[F kernel.Float] struct {
	outer, width int
	widths       []int
}

func (o blocks[F]) Join(y []F, xs [][]F, lo, hi int) {
	at := 0
	for i, w := range o.widths {
		for r := lo * o.outer; r < hi*o.outer; r++ {
			copy(y[r*o.width+at:][:w], xs[i][r*w:])
		}
		at += w
	}
}

func (o blocks[F]) Split(dxs [][]F, dy []F, lo, hi int) {
	at := 0
	for i, w := range o.widths {
		if dxs[i] != nil {
			for r := lo * o.outer; r < hi*o.outer; r++ {
				copy(dxs[i][r*w:][:w], dy[r*o.width+at:])
			}
		}
		at += w
	}
}
