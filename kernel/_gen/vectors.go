package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vectors writes the kernels on vectors, for AVX-512 (wide) or AVX2. The kernels take 16 elements at a time, one
// register or two; what is left at the end is read and written under a mask, which touches no memory outside.
type vectors struct {
	*build.Context
	wide   bool
	suffix string // of function names

	double bool // arithmetic is on float64 for the moment

	table   []constant // constants of this file, each repeated over a whole vector
	inTable map[constant]int
	hoisted map[constant]reg.Register // constants that the current function keeps in registers
	wanted  *[]constant               // where a rehearsal notes its constants

	labels int
}

// A vec is a vector register.
type vec = reg.VecVirtual

// block is how many elements a kernel takes at a time, lanes of a sum as well.
const block = 16

// forISA returns the generator of all kernels on vectors.
func forISA(wide bool) func(*build.Context) {
	return func(ctx *build.Context) {
		v := &vectors{Context: ctx, wide: wide, suffix: "AVX2", inTable: map[constant]int{}}
		if wide {
			v.suffix = "AVX512"
		}
		v.elementwise()
		v.updates()
		v.reductions()
		v.softmaxes()
		v.gathers()
		v.data()
	}
}

// function starts a function.
func (v *vectors) function(name, signature, doc string) {
	v.Function(name + v.suffix)
	v.Attributes(attr.NOSPLIT)
	v.SignatureExpr("func" + signature)
	v.Pragma("noescape")
	v.Doc(name + v.suffix + " is: " + doc)
}

// end ends a function.
func (v *vectors) end() {
	v.VZEROUPPER()
	v.RET()
}

// label returns a new label's name.
func (v *vectors) label(name string) string {
	v.labels++
	return fmt.Sprintf("%s%d", name, v.labels)
}

// lanes is the number of elements of a register, parts the number of registers of a block.
func (v *vectors) lanes() int {
	if v.wide {
		return 16
	}
	return 8
}

func (v *vectors) parts() int { return block / v.lanes() }

// vec returns a new register.
func (v *vectors) vec() vec {
	if v.wide {
		return v.ZMM()
	}
	return v.YMM()
}

// Constants. AVX-512 has registers enough to keep most of them; AVX2 reads them from memory as it goes.

// maxHoisted leaves 14 of the 32 registers to a kernel's own values, enough for the element functions.
const maxHoisted = 18

// withConstants writes body, with the constants that it uses in registers, but no more than most of them. It rehearses
// body to find them.
func (v *vectors) withConstants(most int, body func()) {
	v.hoisted = map[constant]reg.Register{}
	if v.wide {
		stage, labels := v.Context, v.labels
		var wanted []constant
		v.Context, v.wanted = build.NewContext(), &wanted
		v.Function("rehearsal")
		body()
		v.Context, v.wanted, v.labels = stage, nil, labels
		v.hoisted = map[constant]reg.Register{}
		for _, c := range wanted[:min(len(wanted), most)] {
			r := v.vec()
			if c.double {
				v.VBROADCASTSD(v.stored(c), r)
			} else {
				v.VBROADCASTSS(v.stored(c), r)
			}
			v.hoisted[c] = r
		}
	}
	body()
	v.hoisted = nil
}

// A constant is the pattern of a number in all lanes.
type constant struct {
	bits   uint64
	double bool
}

// f is a constant operand, usable wherever memory is.
func (v *vectors) f(x float64) operand.Op {
	if v.double {
		return v.constant(constant{math.Float64bits(x), true})
	}
	return v.bits(math.Float32bits(float32(x)))
}

// bits is f for any pattern of 32 bits, bits64 for any of 64.
func (v *vectors) bits(bits uint32) operand.Op   { return v.constant(constant{uint64(bits), false}) }
func (v *vectors) bits64(bits uint64) operand.Op { return v.constant(constant{bits, true}) }

func (v *vectors) constant(c constant) operand.Op {
	if r, ok := v.hoisted[c]; ok {
		return r
	}
	if v.wanted != nil {
		r := v.vec()
		v.hoisted[c] = r
		*v.wanted = append(*v.wanted, c)
		return r
	}
	return v.stored(c)
}

// stored returns the place of a constant in the table.
func (v *vectors) stored(c constant) operand.Mem {
	i, ok := v.inTable[c]
	if !ok {
		i = len(v.table)
		v.inTable[c] = i
		v.table = append(v.table, c)
	}
	return static("vectorConstants").Offset(i * 4 * v.lanes())
}

func static(name string) operand.Mem {
	return operand.Mem{Symbol: operand.Symbol{Name: name, Static: true}, Base: reg.StaticBase}
}

// data writes the tables.
func (v *vectors) data() {
	v.StaticGlobal("vectorConstants")
	v.DataAttributes(attr.RODATA | attr.NOPTR)
	for _, c := range v.table {
		for range v.lanes() / 2 {
			if c.double {
				v.AppendDatum(operand.U64(c.bits))
			} else {
				v.AppendDatum(operand.U64(c.bits<<32 | c.bits))
			}
		}
	}
	v.StaticGlobal("tailMasks")
	v.DataAttributes(attr.RODATA | attr.NOPTR)
	if v.wide { // word n has the lower n bits set
		for n := range block + 1 {
			v.AppendDatum(operand.U16(1<<n - 1))
		}
		return
	}
	for i := range 2 * block { // from element 16-n on, n elements are set
		v.AppendDatum(operand.U32(uint32(int32(i-block) >> 31)))
	}
}

// reg returns x in a register: x itself unless it is in memory.
func (v *vectors) reg(x operand.Op) vec {
	if r, ok := x.(vec); ok {
		return r
	}
	return v.copy(x)
}

// copy returns x in a new register.
func (v *vectors) copy(x operand.Op) vec {
	r := v.vec()
	v.VMOVUPS(x, r)
	return r
}

func (v *vectors) zero() vec {
	r := v.vec()
	if v.wide {
		v.VPXORD(r, r, r)
	} else {
		v.VXORPS(r, r, r)
	}
	return r
}

// scalar returns parameter name in all lanes.
func (v *vectors) scalar(name string) vec {
	p, err := v.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	r := v.vec()
	v.VBROADCASTSS(p.Addr, r)
	return r
}

// Arithmetic: the result is a new register. The second operand may be in memory.

// of returns the instruction for the precision of the moment.
func (v *vectors) of(single, double func(...operand.Op)) func(...operand.Op) {
	if v.double {
		return double
	}
	return single
}

func (v *vectors) binary(instruction func(...operand.Op), a vec, b operand.Op) vec {
	r := v.vec()
	instruction(b, a, r)
	return r
}

func (v *vectors) add(a vec, b operand.Op) vec { return v.binary(v.of(v.VADDPS, v.VADDPD), a, b) }
func (v *vectors) sub(a vec, b operand.Op) vec { return v.binary(v.of(v.VSUBPS, v.VSUBPD), a, b) }
func (v *vectors) mul(a vec, b operand.Op) vec { return v.binary(v.of(v.VMULPS, v.VMULPD), a, b) }
func (v *vectors) div(a vec, b operand.Op) vec { return v.binary(v.of(v.VDIVPS, v.VDIVPD), a, b) }
func (v *vectors) and(a vec, b operand.Op) vec { return v.binary(v.VANDPS, a, b) }
func (v *vectors) or(a vec, b operand.Op) vec  { return v.binary(v.VORPS, a, b) }

// min and max return b where a or b is NaN.
func (v *vectors) min(a vec, b operand.Op) vec { return v.binary(v.of(v.VMINPS, v.VMINPD), a, b) }
func (v *vectors) max(a vec, b operand.Op) vec { return v.binary(v.of(v.VMAXPS, v.VMAXPD), a, b) }

func (v *vectors) intAdd(a vec, b operand.Op) vec { return v.binary(v.VPADDD, a, b) }
func (v *vectors) intSub(a vec, b operand.Op) vec { return v.binary(v.VPSUBD, a, b) }

func (v *vectors) shift(instruction func(...operand.Op), a vec, n uint8) vec {
	r := v.vec()
	instruction(operand.U8(n), a, r)
	return r
}

func (v *vectors) sqrt(a vec) vec {
	r := v.vec()
	v.of(v.VSQRTPS, v.VSQRTPD)(a, r)
	return r
}

// Fused multiply-adds change their first operand.

// timesPlus is a = a·b + c.
func (v *vectors) timesPlus(a, b vec, c operand.Op) { v.of(v.VFMADD213PS, v.VFMADD213PD)(c, b, a) }

// plusTimes is c = c + a·b.
func (v *vectors) plusTimes(c, a vec, b operand.Op) { v.of(v.VFMADD231PS, v.VFMADD231PD)(b, a, c) }

// minusTimes is c = c - a·b, which is fma(-a, b, c).
func (v *vectors) minusTimes(c, a vec, b operand.Op) { v.of(v.VFNMADD231PS, v.VFNMADD231PD)(b, a, c) }

// poly is Horner's form of the polynomial in x with the given coefficients, lowest power first.
func (v *vectors) poly(x vec, coefficients ...float64) vec {
	last := len(coefficients) - 1
	p := v.copy(v.f(coefficients[last]))
	for i := last - 1; i >= 0; i-- {
		v.timesPlus(p, x, v.f(coefficients[i]))
	}
	return p
}

// A mask is the result of a comparison: a mask register (AVX-512) or a vector of all ones and all zeros.
type mask = reg.Register

// Predicates of VCMPPS that do not signal on NaN.
const (
	equal          = 0x00
	less           = 0x11
	unordered      = 0x03
	greater        = 0x1e
	notGreater     = 0x1a // or NaN
	notLess        = 0x15 // or NaN
	notLessOrEqual = 0x16 // greater or NaN
)

// compare compares lane by lane: a predicate b.
func (v *vectors) compare(predicate uint8, a vec, b operand.Op) mask {
	var m mask
	if v.wide {
		m = v.K()
	} else {
		m = v.vec()
	}
	v.of(v.VCMPPS, v.VCMPPD)(operand.U8(predicate), b, a, m)
	return m
}

// negative is the mask of the lanes whose sign bit is set.
func (v *vectors) negative(a vec) mask {
	if !v.wide {
		return a // the blend looks at nothing else
	}
	m := v.K()
	v.VPMOVD2M(a, m)
	return m
}

// choose returns yes where m is set, else no.
func (v *vectors) choose(m mask, yes operand.Op, no vec) vec {
	r := v.vec()
	if v.wide {
		v.of(v.VBLENDMPS, v.VBLENDMPD)(yes, no, m, r)
	} else if v.double {
		v.VBLENDVPD(m, yes, no, r)
	} else {
		v.VBLENDVPS(m, yes, no, r)
	}
	return r
}

// keep returns a where m is set, else +0.
func (v *vectors) keep(m mask, a vec) vec {
	if !v.wide {
		return v.and(m.(vec), a)
	}
	r := v.vec()
	v.VMOVAPS_Z(a, m, r)
	return r
}
