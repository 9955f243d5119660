package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// softmaxes writes Softmax and LogSoftmax. Rows of at most 16 columns stay in registers; longer ones are read three
// times. Lanes outside a row are -Inf for the maximum, and +0 for the sum, which is never -0. In between they are 0, for
// the exponential of -Inf would underflow, and that is slow.
func (v *vectors) softmaxes() {
	v.rowwise("softmax", "Softmax",
		func(d vec) (y, e vec) {
			e = v.exp(d)
			return e, e
		},
		func(s vec) vec { return s },
		func(y, s vec) vec { return v.div(y, s) })
	v.rowwise("logSoftmax", "LogSoftmax",
		func(d vec) (y, e vec) { return d, v.exp(d) },
		v.log,
		func(y, l vec) vec { return v.sub(y, l) })
}

// rowwise writes a kernel that goes over the rows of x. Of d, an element less the row's maximum, first returns what to
// keep and what to sum; total turns the sum into what finish takes.
func (v *vectors) rowwise(name, doc string, first func(d vec) (y, e vec), total func(s vec) vec, finish func(y, s vec) vec) {
	v.function(name, "(dst, x []float32, cols int)", doc)
	dst, x, left, cols := v.base("dst"), v.base("x"), v.length("dst"), v.integer("cols")
	v.withConstants(func() {
		zero := v.GP64()
		v.XORQ(zero, zero)
		lowest := v.f(math.Inf(-1))
		next := func() {
			v.LEAQ(operand.Mem{Base: dst, Index: cols, Scale: 4}, dst)
			v.LEAQ(operand.Mem{Base: x, Index: cols, Scale: 4}, x)
			v.SUBQ(cols, left)
		}

		long, done := v.label("long"), v.label("done")
		v.CMPQ(cols, operand.U8(block))
		v.JGT(operand.LabelRef(long))

		t := v.tail(cols)
		short := v.label("short")
		v.Label(short)
		row := v.each(func(p int) vec { return v.loadOver(lowest, v.at(pointer{x, zero}, p), t, p) })
		m := v.add(v.spread(v.tree(row, v.VMAXPS)), v.f(0)) // -0 becomes +0
		y := make([]vec, v.parts())
		e := v.each(func(p int) vec {
			var e vec
			y[p], e = first(v.inside(v.sub(row[p], m), t, p))
			return v.inside(e, t, p)
		})
		s := total(v.spread(v.tree(e, v.VADDPS)))
		for p := range y {
			v.store(finish(y[p], s), v.at(pointer{dst, zero}, p), t, p)
		}
		next()
		v.JG(operand.LabelRef(short))
		v.JMP(operand.LabelRef(done))

		v.Label(long)
		max := v.each(func(int) vec { return v.copy(lowest) })
		v.over(cols, func(index reg.Register, t tail) {
			for p := range max {
				v.VMAXPS(v.loadOver(lowest, v.at(pointer{x, index}, p), t, p), max[p], max[p])
			}
		})
		m = v.add(v.spread(v.tree(max, v.VMAXPS)), v.f(0))
		sums := v.each(func(int) vec { return v.zero() })
		v.over(cols, func(index reg.Register, t tail) {
			for p := range sums {
				d := v.sub(v.load(v.at(pointer{x, index}, p), t, p), m)
				y, e := first(v.inside(d, t, p))
				v.store(y, v.at(pointer{dst, index}, p), t, p)
				v.VADDPS(v.inside(e, t, p), sums[p], sums[p])
			}
		})
		s = total(v.spread(v.tree(sums, v.VADDPS)))
		v.over(cols, func(index reg.Register, t tail) {
			for p := range v.parts() {
				at := v.at(pointer{dst, index}, p)
				v.store(finish(v.load(at, t, p), s), at, t, p)
			}
		})
		next()
		v.JG(operand.LabelRef(long))
		v.Label(done)
	})
	v.end()
}

// inside returns x with +0 in the lanes outside the tail.
func (v *vectors) inside(x vec, t tail, p int) vec {
	if t == nil {
		return x
	}
	return v.keep(t[p], x)
}

// over is blocks with registers of its own.
func (v *vectors) over(n reg.Register, body func(index reg.Register, t tail)) {
	left, index := v.GP64(), v.GP64()
	v.MOVQ(n, left)
	v.XORQ(index, index)
	v.blocks(left, index, func(t tail) { body(index, t) })
}

// spread returns lane 0 of x in all lanes.
func (v *vectors) spread(x vec) vec {
	r := v.vec()
	v.VBROADCASTSS(x, r)
	return r
}
