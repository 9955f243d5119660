package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// softmaxes writes Softmax and LogSoftmax. Rows of at most 16 columns stay in registers; longer ones are gone over three
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
	const hoisted = 14 // fourRows needs many registers
	v.withConstants(hoisted, func() {
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
		if v.wide {
			v.fourRows(dst, x, left, cols, t, first, total, finish)
		}
		short := v.label("short")
		v.Label(short)
		v.CMPQ(left, cols)
		v.JLT(operand.LabelRef(done))
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
		v.JMP(operand.LabelRef(short))

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

// fourRows handles rows of at most 16 columns four at a time, while there are as many (AVX-512). They are all read before
// the first is written: a read that touches what a masked write before it could have changed waits for it. The four
// maxima, and the four sums, are joined together, and so is the total computed.
func (v *vectors) fourRows(dst, x, left, cols reg.Register, t tail, first func(d vec) (y, e vec), total func(s vec) vec,
	finish func(y, s vec) vec) {
	const rows = 4
	loop, rest := v.label("four"), v.label("rest")
	four := v.GP64()
	v.MOVQ(cols, four)
	v.SHLQ(operand.U8(2), four)
	v.Label(loop)
	v.CMPQ(left, four)
	v.JLT(operand.LabelRef(rest))

	// at is where row i of the four begins.
	at := func(base reg.Register) func(i int) operand.Mem {
		second := v.GP64()
		v.LEAQ(operand.Mem{Base: base, Index: cols, Scale: 4}, second)
		return func(i int) operand.Mem {
			return [rows]operand.Mem{
				{Base: base}, {Base: second},
				{Base: base, Index: cols, Scale: 8}, {Base: second, Index: cols, Scale: 8},
			}[i]
		}
	}
	var row, y, quarters [rows]vec
	from := at(x)
	for i := range row {
		row[i] = v.loadOver(v.f(math.Inf(-1)), from(i), t, 0)
		quarters[i] = v.quarter(row[i:i+1], v.VMAXPS)
	}
	m := v.treeOfRows(quarters, v.VMAXPS)
	zero := v.XMM()
	v.VXORPS(zero, zero, zero)
	v.VADDPS(zero, m, m) // -0 becomes +0
	for i := range row {
		var e vec
		y[i], e = first(v.inside(v.sub(row[i], v.spreadLane(m, i)), t, 0))
		quarters[i] = v.quarter([]vec{v.inside(e, t, 0)}, v.VADDPS)
	}
	s := total(v.treeOfRows(quarters, v.VADDPS).AsZ().(vec)).AsX().(vec)
	to := at(dst)
	for i := range row {
		v.store(finish(y[i], v.spreadLane(s, i)), to(i), t, 0)
	}
	v.LEAQ(operand.Mem{Base: dst, Index: four, Scale: 4}, dst)
	v.LEAQ(operand.Mem{Base: x, Index: four, Scale: 4}, x)
	v.SUBQ(four, left)
	v.JMP(operand.LabelRef(loop))
	v.Label(rest)
}

// treeOfRows finishes four trees at once: lane i of the result is what tree makes of quarter i.
func (v *vectors) treeOfRows(q [4]vec, join func(...operand.Op)) vec {
	// Transposed: lane i of q[j] becomes lane j of q[i].
	var t [4]vec
	for i := range t {
		t[i] = v.XMM()
	}
	v.VUNPCKLPS(q[1], q[0], t[0]) // q0[0] q1[0] q0[1] q1[1]
	v.VUNPCKHPS(q[1], q[0], t[1]) // q0[2] q1[2] q0[3] q1[3]
	v.VUNPCKLPS(q[3], q[2], t[2])
	v.VUNPCKHPS(q[3], q[2], t[3])
	even, odd, a, b := v.XMM(), v.XMM(), v.XMM(), v.XMM()
	v.VUNPCKLPD(t[2], t[0], even) // lanes 0
	v.VUNPCKHPD(t[2], t[0], odd)  // lanes 1
	v.VUNPCKLPD(t[3], t[1], a)    // lanes 2
	v.VUNPCKHPD(t[3], t[1], b)    // lanes 3
	join(a, even, even)
	join(b, odd, odd)
	join(odd, even, even)
	return even
}

// spreadLane returns lane i of x in all lanes.
func (v *vectors) spreadLane(x vec, i int) vec {
	if i > 0 {
		lane := v.XMM()
		v.VPERMILPS(operand.U8(i), x, lane)
		x = lane
	}
	return v.spread(x)
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
