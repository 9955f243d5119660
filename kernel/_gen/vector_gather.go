package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ahead is how many rows before its use a row is asked for: rows are random and lie cold in memory.
const ahead = 2

func (v *vectors) gathers() {
	v.gather()
	v.gatherBytes()
}

// rowsLoop writes a loop over the rows: body gets the row's address in src and the place in dst, and must leave
// dst behind what it has written. size is a row's bytes in src.
func (v *vectors) rowsLoop(size reg.Register, body func(row, dst reg.Register)) {
	src, dst, rows, n := v.base("src"), v.base("dst"), v.base("rows"), v.length("rows")
	loop, done := v.label("row"), v.label("done")
	v.TESTQ(n, n)
	v.JZ(operand.LabelRef(done))
	v.Label(loop)

	soon, bytes := v.GP64(), v.GP64()
	last, fetch := v.label("last"), v.label("fetch")
	v.CMPQ(n, operand.U8(ahead))
	v.JLE(operand.LabelRef(last))
	v.MOVQ(operand.Mem{Base: rows, Disp: 8 * ahead}, soon)
	v.IMULQ(size, soon)
	v.ADDQ(src, soon)
	v.MOVQ(size, bytes)
	v.Label(fetch)
	v.PREFETCHT0(operand.Mem{Base: soon})
	v.ADDQ(operand.U8(64), soon)
	v.SUBQ(operand.U8(64), bytes)
	v.JG(operand.LabelRef(fetch))
	v.Label(last)

	row := v.GP64()
	v.MOVQ(operand.Mem{Base: rows}, row)
	v.IMULQ(size, row)
	v.ADDQ(src, row)
	body(row, dst)
	v.ADDQ(operand.U8(8), rows)
	v.DECQ(n)
	v.JNZ(operand.LabelRef(loop))
	v.Label(done)
}

func (v *vectors) gather() {
	v.function("gather", "(dst, src []float32, width int, rows []int)", "Gather")
	width, size := v.integer("width"), v.GP64()
	v.MOVQ(width, size)
	v.SHLQ(operand.U8(2), size)
	v.rowsLoop(size, func(row, dst reg.Register) {
		v.over(width, func(index reg.Register, t tail) {
			for p := range v.parts() {
				v.store(v.load(v.at(pointer{row, index}, p), t, p), v.at(pointer{dst, index}, p), t, p)
			}
		})
		v.ADDQ(size, dst)
	})
	v.end()
}

func (v *vectors) gatherBytes() {
	v.function("gatherBytes", "(dst []float32, src []uint8, width int, rows []int, hi, lo float32)",
		"gatherLinearRef")
	hi, lo := v.scalar("hi"), v.scalar("lo")
	width := v.integer("width")
	v.rowsLoop(width, func(row, dst reg.Register) {
		left := v.GP64()
		v.MOVQ(width, left)
		loop, last, one, done := v.label("bytes"), v.label("tail"), v.label("byte"), v.label("done")
		v.SUBQ(operand.U8(block), left)
		v.JLT(operand.LabelRef(last))
		v.Label(loop)
		for p := range v.parts() {
			n := v.vec()
			v.VPMOVZXBD(operand.Mem{Base: row, Disp: p * v.lanes()}, n)
			v.VCVTDQ2PS(n, n)
			y := v.mul(n, lo)
			v.plusTimes(y, n, hi)
			v.VMOVUPS(y, operand.Mem{Base: dst, Disp: p * v.lanes() * 4})
		}
		v.ADDQ(operand.U8(block), row)
		v.ADDQ(operand.U8(4*block), dst)
		v.SUBQ(operand.U8(block), left)
		v.JGE(operand.LabelRef(loop))
		v.Label(last)
		v.ADDQ(operand.U8(block), left)
		v.JZ(operand.LabelRef(done))
		v.Label(one) // by one, for there is no load of bytes under a mask in AVX2
		b, n, y := v.GP32(), v.XMM(), v.XMM()
		v.MOVBLZX(operand.Mem{Base: row}, b)
		v.VXORPS(n, n, n)
		v.VCVTSI2SSL(b, n, n)
		v.VMULSS(lo.AsX(), n, y)
		v.VFMADD231SS(hi.AsX(), n, y)
		v.VMOVSS(y, operand.Mem{Base: dst})
		v.INCQ(row)
		v.ADDQ(operand.U8(4), dst)
		v.DECQ(left)
		v.JNZ(operand.LabelRef(one))
		v.Label(done)
	})
	v.end()
}
