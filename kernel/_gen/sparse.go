package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The products whose a is mostly zero (../sparse.go): a row of a becomes a list of what is not zero, and the list meets rows of b
// or of c, up to sparseVecs vectors wide.
const sparseVecs = 8

// sparseDecls are the Go declarations and the functions that pick a width.
func sparseDecls() string {
	s := `import "unsafe"

// sparseVecs is the most vectors that one call goes over.
const sparseVecs = ` + fmt.Sprint(sparseVecs) + `

// sparseListAVX512 lists the elements of x [n] that are not zero, in order: values, and offsets k·stride. It may write 15
// elements beyond. iota is 0, 1, ... 15. It returns their number.
//
//go:noescape
func sparseListAVX512(offsets *uint32, values, x *float32, n int, stride uint32, iota *[16]uint32) int

// negativeZeroAVX512 reports whether any of x [n], n > 0, is -0.
//
//go:noescape
func negativeZeroAVX512(x *float32, n int) bool

// sparseRowAVX512 writes c[j] = start[j] + Σ values·b[offset + j], offsets in bytes, for so many vectors j, the last of which is
// under the mask; a nil start is zero. relu is 1 if ReLU follows. It returns bits that are not 0 if a sum is -0.
func sparseRowAVX512(vecs int, c, start, b *float32, offsets *uint32, values *float32, n int, mask unsafe.Pointer, relu uint64) uint32 {
	switch vecs {
`
	for v := 1; v <= sparseVecs; v++ {
		s += fmt.Sprintf("case %d:\nreturn sparseRow%[1]dAVX512(c, start, b, offsets, values, n, mask, relu)\n", v)
	}
	s += `}
	return 0
}

// sparseScatterAVX512 adds values·d[j] to c[offset + j], offsets in bytes, for so many vectors j, the last under the mask.
func sparseScatterAVX512(vecs int, c, d *float32, offsets *uint32, values *float32, n int, mask unsafe.Pointer) {
	switch vecs {
`
	for v := 1; v <= sparseVecs; v++ {
		s += fmt.Sprintf("case %d:\nsparseScatter%[1]dAVX512(c, d, offsets, values, n, mask)\n", v)
	}
	s += "}\n}\n"
	for v := 1; v <= sparseVecs; v++ {
		s += fmt.Sprintf("\n//go:noescape\nfunc sparseRow%dAVX512(c, start, b *float32, offsets *uint32, values *float32, n int, mask unsafe.Pointer, relu uint64) uint32\n", v)
		s += fmt.Sprintf("\n//go:noescape\nfunc sparseScatter%dAVX512(c, d *float32, offsets *uint32, values *float32, n int, mask unsafe.Pointer)\n", v)
	}
	return s
}

func generateSparse(ctx *build.Context) {
	s := sparse{ctx}
	s.list()
	s.negativeZero()
	for vecs := 1; vecs <= sparseVecs; vecs++ {
		s.row(vecs)
		s.scatter(vecs)
	}
}

type sparse struct{ *build.Context }

func (s sparse) begin(name, signature string) {
	s.Function(name)
	s.Attributes(attr.NOSPLIT | attr.NOFRAME)
	s.SignatureExpr(signature)
}

func (s sparse) param(name string) reg.GPVirtual {
	return s.Load(s.Param(name), s.GP64()).(reg.GPVirtual)
}

func (s sparse) zero(z reg.VecVirtual) reg.VecVirtual {
	s.VPXORD(z, z, z)
	return z
}

// chunk begins a loop over n elements, 16 at a time: all masks those that are left, which may be fewer in the last round.
func (s sparse) chunk(n reg.GPVirtual, all reg.OpmaskVirtual) {
	s.Label("chunk")
	s.CMPQ(n, operand.Imm(16))
	s.JGE(operand.LabelRef("whole"))
	tail, shift := s.GP64(), reg.RCX
	s.MOVQ(n, shift)
	s.MOVQ(operand.U32(1), tail)
	s.SHLQ(reg.CL, tail)
	s.DECQ(tail)
	s.KMOVW(tail.As32(), all)
	s.Label("whole")
}

func at(base reg.Register, vec int) operand.Mem { return operand.Mem{Base: base, Disp: 64 * vec} }

func (s sparse) list() {
	s.begin("sparseListAVX512", "func(offsets *uint32, values, x *float32, n int, stride uint32, iota *[16]uint32) int")
	offsets, values, x, n, first := s.param("offsets"), s.param("values"), s.param("x"), s.param("n"), s.param("iota")
	stride := s.Load(s.Param("stride"), s.GP32())
	at0, step, v, listed := s.ZMM(), s.ZMM(), s.ZMM(), s.ZMM()
	zero := s.zero(s.ZMM())
	some, all := s.K(), s.K()
	begin, count := s.GP64(), s.GP64()
	s.MOVQ(values, begin)
	s.VPBROADCASTD(stride, step)
	s.VPMULLD(operand.Mem{Base: first}, step, at0)
	s.VPSLLD(operand.Imm(4), step, step)
	s.KXNORW(all, all, all)
	s.chunk(n, all)
	s.VMOVUPS_Z(operand.Mem{Base: x}, all, v)
	s.VCMPPS(operand.Imm(4), zero, v, some) // not equal, or unordered: NaN is listed
	s.VPCOMPRESSD_Z(at0, some, listed)
	s.VMOVDQU32(listed, operand.Mem{Base: offsets})
	s.VCOMPRESSPS_Z(v, some, listed)
	s.VMOVUPS(listed, operand.Mem{Base: values})
	s.KMOVW(some, count.As32())
	s.POPCNTL(count.As32(), count.As32())
	s.LEAQ(operand.Mem{Base: offsets, Index: count, Scale: 4}, offsets)
	s.LEAQ(operand.Mem{Base: values, Index: count, Scale: 4}, values)
	s.VPADDD(step, at0, at0)
	s.ADDQ(operand.Imm(64), x)
	s.SUBQ(operand.Imm(16), n)
	s.JG(operand.LabelRef("chunk"))
	s.SUBQ(begin, values)
	s.SHRQ(operand.Imm(2), values)
	s.Store(values, s.ReturnIndex(0))
	s.VZEROUPPER()
	s.RET()
}

// negativeZeros returns a vector of -0.
func (s sparse) negativeZeros() reg.VecVirtual {
	bits, z := s.GP32(), s.ZMM()
	s.MOVL(operand.Imm(0x80000000), bits)
	s.VPBROADCASTD(bits, z)
	return z
}

func (s sparse) negativeZero() {
	s.begin("negativeZeroAVX512", "func(x *float32, n int) bool")
	x, n := s.param("x"), s.param("n")
	minus := s.negativeZeros()
	found, here, all := s.K(), s.K(), s.K()
	s.KXORW(found, found, found)
	s.KXNORW(all, all, all)
	s.chunk(n, all)
	s.VPCMPEQD(operand.Mem{Base: x}, minus, all, here)
	s.KORW(here, found, found)
	s.ADDQ(operand.Imm(64), x)
	s.SUBQ(operand.Imm(16), n)
	s.JG(operand.LabelRef("chunk"))
	any := s.GP8()
	s.KORTESTW(found, found)
	s.SETNE(any)
	s.Store(any, s.ReturnIndex(0))
	s.VZEROUPPER()
	s.RET()
}

// mask loads the mask of the last vector.
func (s sparse) mask() reg.OpmaskVirtual {
	k := s.K()
	s.KMOVW(operand.Mem{Base: s.param("mask")}, k)
	return k
}

// each goes over the list: with the address of the row that an element means, and the element in all lanes.
func (s sparse) each(base reg.GPVirtual, step func(row reg.GPVirtual, value reg.VecVirtual)) {
	offsets, values, n := s.param("offsets"), s.param("values"), s.param("n")
	value, row := s.ZMM(), s.GP64()
	s.TESTQ(n, n)
	s.JZ(operand.LabelRef("done"))
	s.LEAQ(operand.Mem{Base: offsets, Index: n, Scale: 4}, offsets)
	s.LEAQ(operand.Mem{Base: values, Index: n, Scale: 4}, values)
	s.NEGQ(n)
	s.Label("element")
	s.MOVL(operand.Mem{Base: offsets, Index: n, Scale: 4}, row.As32())
	s.ADDQ(base, row)
	s.VBROADCASTSS(operand.Mem{Base: values, Index: n, Scale: 4}, value)
	step(row, value)
	s.INCQ(n)
	s.JNZ(operand.LabelRef("element"))
	s.Label("done")
}

func (s sparse) row(vecs int) {
	s.begin(fmt.Sprintf("sparseRow%dAVX512", vecs), "func(c, start, b *float32, offsets *uint32, values *float32, n int, mask *byte, relu uint64) uint32")
	last := s.mask()
	sums := make([]reg.VecVirtual, vecs)
	for v := range sums {
		sums[v] = s.zero(s.ZMM())
	}
	start := s.param("start")
	s.TESTQ(start, start)
	s.JZ(operand.LabelRef("sums"))
	for v, sum := range sums {
		if v == vecs-1 {
			s.VMOVUPS_Z(at(start, v), last, sum)
		} else {
			s.VMOVUPS(at(start, v), sum)
		}
	}
	s.Label("sums")
	s.each(s.param("b"), func(row reg.GPVirtual, value reg.VecVirtual) {
		for v, sum := range sums {
			if v == vecs-1 {
				s.VFMADD231PS(at(row, v), value, last, sum)
			} else {
				s.VFMADD231PS(at(row, v), value, sum)
			}
		}
	})
	minus := s.negativeZeros()
	found, here := s.K(), s.K()
	s.KXORW(found, found, found)
	for _, sum := range sums {
		s.VPCMPEQD(sum, minus, here)
		s.KORW(here, found, found)
	}
	relu := s.param("relu")
	s.TESTQ(relu, relu)
	s.JZ(operand.LabelRef("store"))
	zero := s.zero(s.ZMM())
	for _, sum := range sums { // as the dense product does: NaN stays, -0 becomes +0
		s.VMAXPS(sum, zero, sum)
		s.VADDPS(sum, zero, sum)
	}
	s.Label("store")
	c := s.param("c")
	for v, sum := range sums {
		if v == vecs-1 {
			s.VMOVUPS(sum, last, at(c, v))
		} else {
			s.VMOVUPS(sum, at(c, v))
		}
	}
	bits := s.GP32()
	s.KMOVW(found, bits)
	s.Store(bits, s.ReturnIndex(0))
	s.VZEROUPPER()
	s.RET()
}

func (s sparse) scatter(vecs int) {
	s.begin(fmt.Sprintf("sparseScatter%dAVX512", vecs), "func(c, d *float32, offsets *uint32, values *float32, n int, mask *byte)")
	last := s.mask()
	d := s.param("d")
	own := make([]reg.VecVirtual, vecs)
	for v := range own {
		own[v] = s.ZMM()
		if v == vecs-1 {
			s.VMOVUPS_Z(at(d, v), last, own[v])
		} else {
			s.VMOVUPS(at(d, v), own[v])
		}
	}
	s.each(s.param("c"), func(row reg.GPVirtual, value reg.VecVirtual) {
		for v := range own {
			sum := s.ZMM()
			if v == vecs-1 {
				s.VMOVUPS_Z(at(row, v), last, sum)
				s.VFMADD231PS(own[v], value, sum)
				s.VMOVUPS(sum, last, at(row, v))
			} else {
				s.VMOVUPS(at(row, v), sum)
				s.VFMADD231PS(own[v], value, sum)
				s.VMOVUPS(sum, at(row, v))
			}
		}
	})
	s.VZEROUPPER()
	s.RET()
}
