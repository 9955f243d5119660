package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The copies of operands into scratch memory, in the order in which the micro-kernels read them.

// packDecls are the Go declarations; %s is the instruction set.
const packDecls = `
// gemmCopy%[1]s copies rows of vecs vectors, strides in bytes. The last vector of a row is read under the mask,
// and written whole, with zeros where the mask is off.
//
//go:noescape
func gemmCopy%[1]s(dst, src *float32, dstStride, srcStride uintptr, rows, vecs int, mask unsafe.Pointer)

// gemmTranspose%[1]s writes dst[p][i] = src[i][p] for p in [0,k) and i in one vector. Where src has fewer rows
// than that, its last row stands for the missing ones. mask is that of the last k %% lanes (all, if that is 0).
//
//go:noescape
func gemmTranspose%[1]s(dst, src *float32, dstStride, srcStride uintptr, rows, k int, mask unsafe.Pointer)
`

// packer writes the copies of one instruction set.
type packer struct {
	tileKernel // for its registers
	dst, src   reg.GPVirtual
	dstStride  reg.GPVirtual
	srcStride  reg.GPVirtual
	rows       reg.GPVirtual
}

func newPacker(ctx *build.Context, s isa) *packer {
	return &packer{tileKernel: tileKernel{Context: ctx, isa: s, vecs: 1}}
}

func (p *packer) begin(name, last string) {
	p.Function(name)
	p.Attributes(attr.NOSPLIT | attr.NOFRAME)
	p.SignatureExpr("func(dst, src *float32, dstStride, srcStride uintptr, rows, " + last + " int, mask *byte)")
	p.dst, p.src = p.param("dst"), p.param("src")
	p.dstStride, p.srcStride = p.param("dstStride"), p.param("srcStride")
	p.rows = p.param("rows")
}

func (p *packer) param(name string) reg.GPVirtual {
	return p.Load(p.Param(name), p.GP64()).(reg.GPVirtual)
}

func (p *packer) copyRows() {
	p.begin("gemmCopy"+p.name, "vecs")
	vecs := p.param("vecs")
	p.loadMask(p.param("mask"))
	p.DECQ(vecs)
	d, s, n := p.GP64(), p.GP64(), p.GP64()
	p.Label("row")
	p.MOVQ(p.dst, d)
	p.MOVQ(p.src, s)
	p.MOVQ(vecs, n)
	p.TESTQ(n, n)
	p.JZ(operand.LabelRef("last"))
	p.Label("vector")
	p.VMOVUPS(operand.Mem{Base: s}, p.vec(0))
	p.VMOVUPS(p.vec(0), operand.Mem{Base: d})
	p.ADDQ(operand.Imm(uint64(p.bytes)), s)
	p.ADDQ(operand.Imm(uint64(p.bytes)), d)
	p.DECQ(n)
	p.JNZ(operand.LabelRef("vector"))
	p.Label("last")
	p.read(p.at(s, 0), 0, true, p.vec(0))
	p.VMOVUPS(p.vec(0), operand.Mem{Base: d})
	p.ADDQ(p.srcStride, p.src)
	p.ADDQ(p.dstStride, p.dst)
	p.DECQ(p.rows)
	p.JNZ(operand.LabelRef("row"))
	p.VZEROUPPER()
	p.RET()
}

func (p *packer) transpose() {
	lanes := p.bytes / 4
	p.begin("gemmTranspose"+p.name, "k")
	k := p.param("k")
	mask := p.param("mask")
	p.setFullMask()
	p.Label("block")
	p.CMPQ(k, operand.Imm(uint64(lanes)))
	p.JGE(operand.LabelRef("read"))
	p.loadMask(mask)
	p.Label("read")
	row, next := p.GP64(), p.GP64()
	p.MOVQ(p.src, row)
	for i := range lanes {
		p.read(p.at(row, 0), 0, true, p.vec(i))
		if i < lanes-1 { // step to the next row, if there is one
			p.LEAQ(operand.Mem{Base: row, Index: p.srcStride, Scale: 1}, next)
			p.CMPQ(p.rows, operand.Imm(uint64(i+1)))
			p.CMOVQGT(next, row)
		}
	}
	out := p.transpose4x4()
	if lanes == 16 {
		out = p.joinQuarters(out)
	} else {
		out = p.joinHalves(out)
	}
	d := p.GP64()
	p.MOVQ(p.dst, d)
	for i, r := range out {
		p.VMOVUPS(r, operand.Mem{Base: d})
		if i < lanes-1 {
			p.CMPQ(k, operand.Imm(uint64(i+1)))
			p.JE(operand.LabelRef("done"))
			p.ADDQ(p.dstStride, d)
		}
	}
	p.LEAQ(operand.Mem{Base: d, Index: p.dstStride, Scale: 1}, p.dst)
	p.ADDQ(operand.Imm(uint64(p.bytes)), p.src)
	p.SUBQ(operand.Imm(uint64(lanes)), k)
	p.JNZ(operand.LabelRef("block"))
	p.Label("done")
	p.VZEROUPPER()
	p.RET()
}

func (p *packer) setFullMask() {
	p.mask = p.maskRegister()
	if p.bytes == 64 {
		p.KXNORW(p.mask, p.mask, p.mask)
	} else {
		p.VPCMPEQD(p.mask, p.mask, p.mask)
	}
}

// transpose4x4 transposes the 4x4 blocks, one in each 128-bit lane of each four rows. Register 4g+c then holds
// in lane l what column 4l+c has in the rows 4g to 4g+3.
func (p *packer) transpose4x4() []reg.VecPhysical {
	n := p.bytes / 4
	t := [4]reg.VecPhysical{p.vec(n), p.vec(n + 1), p.vec(n + 2), p.vec(n + 3)}
	var out []reg.VecPhysical
	for g := 0; g < n; g += 4 {
		a, b, c, d := p.vec(g), p.vec(g+1), p.vec(g+2), p.vec(g+3)
		p.VUNPCKLPS(b, a, t[0]) // a0 b0 a1 b1
		p.VUNPCKHPS(b, a, t[1]) // a2 b2 a3 b3
		p.VUNPCKLPS(d, c, t[2])
		p.VUNPCKHPS(d, c, t[3])
		p.VUNPCKLPD(t[2], t[0], a) // a0 b0 c0 d0
		p.VUNPCKHPD(t[2], t[0], b)
		p.VUNPCKLPD(t[3], t[1], c)
		p.VUNPCKHPD(t[3], t[1], d)
		out = append(out, a, b, c, d)
	}
	return out
}

// joinQuarters gathers the four lanes of each column (512 bits).
func (p *packer) joinQuarters(u []reg.VecPhysical) []reg.VecPhysical {
	even, odd := operand.Imm(0x88), operand.Imm(0xdd)
	out := make([]reg.VecPhysical, 16)
	for c := range 4 {
		u0, u1, u2, u3 := u[c], u[4+c], u[8+c], u[12+c]
		lo02, lo13 := p.vec(16), p.vec(17)
		hi02, hi13 := p.vec(18), p.vec(19)
		p.VSHUFF32X4(even, u1, u0, lo02)
		p.VSHUFF32X4(odd, u1, u0, lo13)
		p.VSHUFF32X4(even, u3, u2, hi02)
		p.VSHUFF32X4(odd, u3, u2, hi13)
		p.VSHUFF32X4(even, hi02, lo02, u0)
		p.VSHUFF32X4(even, hi13, lo13, u1)
		p.VSHUFF32X4(odd, hi02, lo02, u2)
		p.VSHUFF32X4(odd, hi13, lo13, u3)
		out[c], out[4+c], out[8+c], out[12+c] = u0, u1, u2, u3
	}
	return out
}

// joinHalves gathers the two lanes of each column (256 bits).
func (p *packer) joinHalves(u []reg.VecPhysical) []reg.VecPhysical {
	out := make([]reg.VecPhysical, 8)
	for c := range 4 {
		lo, hi := u[c], u[4+c]
		t := p.vec(8)
		p.VPERM2F128(operand.Imm(0x31), hi, lo, t)
		p.VPERM2F128(operand.Imm(0x20), hi, lo, lo)
		p.VMOVAPS(t, hi)
		out[c], out[4+c] = lo, hi
	}
	return out
}
