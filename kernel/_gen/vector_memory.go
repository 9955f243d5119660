package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Reading and writing blocks of 16 elements, and the loop over them.

// A pointer is an array that a kernel walks through: base plus the index shared by all.
type pointer struct{ base, index reg.Register }

// at is the memory of part p of the current block.
func (v *vectors) at(x pointer, p int) operand.Mem {
	return operand.Mem{Base: x.base, Index: x.index, Scale: 4, Disp: p * 4 * v.lanes()}
}

// base loads the address of the parameter, a slice.
func (v *vectors) base(name string) reg.Register { return v.Load(v.Param(name).Base(), v.GP64()) }

// length loads the length of the parameter, a slice.
func (v *vectors) length(name string) reg.Register { return v.Load(v.Param(name).Len(), v.GP64()) }

// integer loads the parameter, an int.
func (v *vectors) integer(name string) reg.Register { return v.Load(v.Param(name), v.GP64()) }

// A tail is the mask of the first n elements of a block, 0 ≤ n ≤ 16; nil stands for all.
type tail []mask // one for each part

// tail makes the mask of n elements.
func (v *vectors) tail(n reg.Register) tail {
	table := v.GP64()
	v.LEAQ(static("tailMasks"), table)
	if v.wide {
		k := v.K()
		v.KMOVW(operand.Mem{Base: table, Index: n, Scale: 2}, k)
		return tail{k}
	}
	skip := v.GP64()
	v.MOVQ(n, skip)
	v.NEGQ(skip)
	t := make(tail, v.parts())
	for p := range t {
		r := v.vec()
		v.VMOVUPS(operand.Mem{Base: table, Index: skip, Scale: 4, Disp: 4*block + p*32}, r)
		t[p] = r
	}
	return t
}

// load reads a part of a block; lanes outside the tail are zero.
func (v *vectors) load(m operand.Mem, t tail, p int) vec {
	r := v.vec()
	switch {
	case t == nil:
		v.VMOVUPS(m, r)
	case v.wide:
		v.VMOVUPS_Z(m, t[p], r)
	default:
		v.VMASKMOVPS(m, t[p], r)
	}
	return r
}

// loadOver is load, but lanes outside the tail are those of other.
func (v *vectors) loadOver(other operand.Op, m operand.Mem, t tail, p int) vec {
	if t == nil {
		return v.load(m, nil, p)
	}
	if v.wide {
		r := v.copy(other)
		v.VMOVUPS(m, t[p], r)
		return r
	}
	return v.choose(t[p], v.load(m, t, p), v.reg(other))
}

// store writes a part of a block, but for lanes outside the tail.
func (v *vectors) store(x vec, m operand.Mem, t tail, p int) {
	switch {
	case t == nil:
		v.VMOVUPS(x, m)
	case v.wide:
		v.VMOVUPS(x, t[p], m)
	default:
		v.VMASKMOVPS(x, t[p], m)
	}
}

// blocks writes a loop over n elements, 16 at a time: body handles the block at index, under a tail at the end.
// It changes n and index.
func (v *vectors) blocks(n, index reg.Register, body func(t tail)) {
	loop, last, done := v.label("block"), v.label("tail"), v.label("done")
	v.SUBQ(operand.U8(block), n)
	v.JLT(operand.LabelRef(last))
	v.Label(loop)
	body(nil)
	v.ADDQ(operand.U8(block), index)
	v.SUBQ(operand.U8(block), n)
	v.JGE(operand.LabelRef(loop))
	v.Label(last)
	v.ADDQ(operand.U8(block), n)
	v.JZ(operand.LabelRef(done))
	body(v.tail(n))
	v.Label(done)
}
