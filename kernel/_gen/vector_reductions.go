package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// tree joins the 16 lanes of a block: lane l with l+8, then with l+4, l+2, l+1. The result is in lane 0.
func (v *vectors) tree(x []vec, join func(...operand.Op)) vec {
	a, b := v.quarter(x, join), v.XMM()
	v.VPERMILPS(operand.U8(0b_11_10), a, b)
	join(a, b, a)
	v.VPERMILPS(operand.U8(1), a, b)
	join(a, b, a)
	return a
}

// quarter is the first half of tree: four lanes are left.
func (v *vectors) quarter(x []vec, join func(...operand.Op)) vec {
	y, a := v.YMM(), v.XMM()
	if v.wide {
		v.VEXTRACTF64X4(operand.U8(1), x[0], y)
		join(y, x[0].AsY(), y)
	} else {
		join(x[1], x[0], y)
	}
	v.upperHalf(y, a)
	join(a, y.AsX(), a)
	return a
}

// upperHalf copies the upper half of a YMM register.
func (v *vectors) upperHalf(y, half vec) {
	if v.wide {
		v.VEXTRACTF32X4(operand.U8(1), y, half) // reaches all 32 registers
	} else {
		v.VEXTRACTF128(operand.U8(1), y, half)
	}
}

// each returns a new block, part by part.
func (v *vectors) each(f func(p int) vec) []vec {
	x := make([]vec, v.parts())
	for p := range x {
		x[p] = f(p)
	}
	return x
}

func (v *vectors) returnFloat(x vec) {
	v.Store(x, v.ReturnIndex(0))
	v.end()
}

func (v *vectors) reductions() {
	v.sum()
	v.maximum()
	v.sumSquares()
	v.allFinite()
	v.colSums()
}

func (v *vectors) sum() {
	v.function("sum", "(x []float32) float32", "Sum")
	x, n, index := v.base("x"), v.length("x"), v.GP64()
	v.XORQ(index, index)
	s := v.each(func(int) vec { return v.zero() })
	v.blocks(n, index, func(t tail) {
		for p := range s { // lanes outside the tail add +0, which changes nothing: no partial sum is -0
			v.VADDPS(v.load(v.at(pointer{x, index}, p), t, p), s[p], s[p])
		}
	})
	v.returnFloat(v.tree(s, v.VADDPS))
}

func (v *vectors) maximum() {
	v.function("max", "(x []float32) float32", "Max")
	x, n, index := v.base("x"), v.length("x"), v.GP64()
	v.XORQ(index, index)
	lowest := v.copy(v.f(math.Inf(-1)))
	m := v.each(func(int) vec { return v.copy(lowest) })
	nan := v.each(func(int) vec { return v.zero() }) // becomes NaN when one is seen: max forgets it
	v.blocks(n, index, func(t tail) {
		for p := range m {
			y := v.loadOver(lowest, v.at(pointer{x, index}, p), t, p)
			v.VMAXPS(y, m[p], m[p])
			if v.wide {
				v.VMOVAPS(y, v.compare(unordered, y, y), nan[p])
			} else {
				v.VORPS(v.compare(unordered, y, y), nan[p], nan[p])
			}
		}
	})
	r, seen := v.tree(m, v.VMAXPS), v.tree(nan, v.VORPS)
	zero := v.XMM()
	v.VXORPS(zero, zero, zero)
	v.VADDSS(zero, r, r) // -0 becomes +0
	v.VUCOMISS(seen, seen)
	number := v.label("number")
	v.JPC(operand.LabelRef(number))
	v.VMOVAPS(seen, r)
	v.Label(number)
	v.returnFloat(r)
}

// sumSquares sums in float64: 16 lanes take 2 (AVX-512) or 4 registers. The squares are exact.
func (v *vectors) sumSquares() {
	v.function("sumSquares", "(x []float32) float64", "SumSquares")
	x, n, index := v.base("x"), v.length("x"), v.GP64()
	v.XORQ(index, index)
	var s []vec
	for range 2 * v.parts() {
		s = append(s, v.zero())
	}
	v.blocks(n, index, func(t tail) {
		for p := range v.parts() {
			y := v.load(v.at(pointer{x, index}, p), t, p)
			low, high := v.vec(), v.vec()
			if v.wide {
				half := v.YMM()
				v.VEXTRACTF64X4(operand.U8(1), y, half)
				v.VCVTPS2PD(y.AsY(), low)
				v.VCVTPS2PD(half, high)
			} else {
				half := v.XMM()
				v.upperHalf(y, half)
				v.VCVTPS2PD(y.AsX(), low)
				v.VCVTPS2PD(half, high)
			}
			v.VFMADD231PD(low, low, s[2*p])
			v.VFMADD231PD(high, high, s[2*p+1])
		}
	})
	for half := len(s) / 2; half > 0; half /= 2 { // lane l and l+8, and for AVX2 l+4
		for i := range half {
			v.VADDPD(s[i+half], s[i], s[i])
		}
	}
	y := v.YMM()
	if v.wide {
		v.VEXTRACTF64X4(operand.U8(1), s[0], y)
		v.VADDPD(y, s[0].AsY(), y)
	} else {
		y = s[0]
	}
	a, b := v.XMM(), v.XMM()
	v.upperHalf(y, a)
	v.VADDPD(a, y.AsX(), a)
	v.VPERMILPD(operand.U8(1), a, b)
	v.VADDSD(a, b, a)
	v.returnFloat(a)
}

// allFinite adds up x·0: 0 for numbers, NaN for the rest.
func (v *vectors) allFinite() {
	v.function("allFinite", "(x []float32) bool", "AllFinite")
	x, n, index := v.base("x"), v.length("x"), v.GP64()
	v.XORQ(index, index)
	const unroll = 4 // so that the chains of multiply-adds do not wait for each other
	zero := v.zero()
	var s []vec
	for range unroll {
		s = append(s, v.zero())
	}
	step := unroll * v.lanes()
	loop, rest := v.label("many"), v.label("rest")
	v.SUBQ(operand.U8(step), n)
	v.JLT(operand.LabelRef(rest))
	v.Label(loop)
	for i := range s {
		v.plusTimes(s[i], zero, v.at(pointer{x, index}, i))
	}
	v.ADDQ(operand.U8(step), index)
	v.SUBQ(operand.U8(step), n)
	v.JGE(operand.LabelRef(loop))
	v.Label(rest)
	v.ADDQ(operand.U8(step), n)
	v.blocks(n, index, func(t tail) {
		for p := range v.parts() {
			v.plusTimes(s[p], zero, v.load(v.at(pointer{x, index}, p), t, p))
		}
	})
	for i := range s[1:] {
		v.VADDPS(s[i+1], s[0], s[0])
	}
	total := v.tree([]vec{s[0], v.zero()}[:v.parts()], v.VADDPS)
	v.VUCOMISS(total, total)
	finite := v.GP8()
	v.SETPC(finite)
	v.Store(finite, v.ReturnIndex(0))
	v.end()
}

// colSums keeps the sums of some columns in registers while it goes down the rows.
func (v *vectors) colSums() {
	v.function("colSums", "(dst, x []float32, rows, cols, stride int)", "ColSums")
	dst, x, cols, index := v.base("dst"), v.base("x"), v.integer("cols"), v.GP64()
	rows, stride := v.integer("rows"), v.integer("stride")
	v.SHLQ(operand.U8(2), stride)
	v.XORQ(index, index)

	down := func(blocks int, t tail) {
		var s []vec
		for p := range blocks * v.parts() {
			s = append(s, v.load(v.at(pointer{dst, index}, p), t, p))
		}
		row, left := v.GP64(), v.GP64()
		v.MOVQ(x, row)
		v.MOVQ(rows, left)
		loop := v.label("row")
		v.Label(loop)
		for p := range s {
			m := v.at(pointer{row, index}, p)
			if t == nil {
				v.VADDPS(m, s[p], s[p])
			} else {
				v.VADDPS(v.load(m, t, p), s[p], s[p])
			}
		}
		v.ADDQ(stride, row)
		v.DECQ(left)
		v.JNZ(operand.LabelRef(loop))
		for p := range s {
			v.store(s[p], v.at(pointer{dst, index}, p), t, p)
		}
	}

	const many = 4 // blocks
	loop, rest := v.label("many"), v.label("rest")
	v.SUBQ(operand.U8(many*block), cols)
	v.JLT(operand.LabelRef(rest))
	v.Label(loop)
	down(many, nil)
	v.ADDQ(operand.U8(many*block), index)
	v.SUBQ(operand.U8(many*block), cols)
	v.JGE(operand.LabelRef(loop))
	v.Label(rest)
	v.ADDQ(operand.U8(many*block), cols)
	v.blocks(cols, index, func(t tail) { down(1, t) })
	v.end()
}
