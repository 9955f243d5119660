package main

import (
	"fmt"
	"strings"
)

// NEON's instructions on vectors. Each word has its registers in the bits 0 (result), 5 and 16, and bit 22 set for
// float64 in those on floats.

const (
	fadd  = 0x4e20d400
	fsub  = 0x4ea0d400
	fmul  = 0x6e20dc00
	fdiv  = 0x6e20fc00
	fmax  = 0x4e20f400
	fmin  = 0x4ea0f400
	fmla  = 0x4e20cc00
	fmls  = 0x4ea0cc00
	fcmeq = 0x4e20e400
	fcmgt = 0x6ea0e400
	fsqrt = 0x6ea1f800
	fneg  = 0x6ea0f800

	and = 0x4e201c00
	orr = 0x4ea01c00
	bsl = 0x6e601c00

	addS4 = 0x4ea08400
	subS4 = 0x6ea08400
	addD2 = 0x4ee08400
)

// shape is that of floats at the moment, and the bit that says so.
func (v *armVectors) shape() (string, uint32) {
	if v.double {
		return "2d", 1 << 22
	}
	return "4s", 0
}

// mnemonic is an instruction in ARM's own notation. If the registers differ in shape, it is "result's, others'".
func mnemonic(name, shape string, registers ...int) string {
	first, others, two := strings.Cut(shape, ", ")
	if !two {
		others = first
	}
	name += fmt.Sprintf(" v%d.%s", registers[0], first)
	for _, r := range registers[1:] {
		name += fmt.Sprintf(", v%d.%s", r, others)
	}
	return name
}

// three is a new register: a code b.
func (v *armVectors) three(code uint32, name, shape string, a, b armVec) armVec {
	return v.make(func(d int, s []int) {
		v.word(code|uint32(s[1]<<16|s[0]<<5|d), "%s", mnemonic(name, shape, d, s[0], s[1]))
	}, a, b)
}

// two is a new register: code of a.
func (v *armVectors) two(code uint32, name, shape string, a armVec) armVec {
	return v.make(func(d int, s []int) {
		v.word(code|uint32(s[0]<<5|d), "%s", mnemonic(name, shape, d, s[0]))
	}, a)
}

func (v *armVectors) float(code uint32, name string, a, b armVec) armVec {
	shape, bit := v.shape()
	return v.three(code|bit, name, shape, a, b)
}

func (v *armVectors) add(a, b armVec) armVec { return v.float(fadd, "fadd", a, b) }
func (v *armVectors) sub(a, b armVec) armVec { return v.float(fsub, "fsub", a, b) }
func (v *armVectors) mul(a, b armVec) armVec { return v.float(fmul, "fmul", a, b) }
func (v *armVectors) div(a, b armVec) armVec { return v.float(fdiv, "fdiv", a, b) }

// max and min return NaN if a or b is NaN.
func (v *armVectors) max(a, b armVec) armVec { return v.float(fmax, "fmax", a, b) }
func (v *armVectors) min(a, b armVec) armVec { return v.float(fmin, "fmin", a, b) }

// equal and greater are masks of all ones and all zeros; NaN is neither.
func (v *armVectors) equal(a, b armVec) armVec   { return v.float(fcmeq, "fcmeq", a, b) }
func (v *armVectors) greater(a, b armVec) armVec { return v.float(fcmgt, "fcmgt", a, b) }

func (v *armVectors) sqrt(a armVec) armVec {
	shape, bit := v.shape()
	return v.two(fsqrt|bit, "fsqrt", shape, a)
}

func (v *armVectors) negate(a armVec) armVec {
	shape, bit := v.shape()
	return v.two(fneg|bit, "fneg", shape, a)
}

func (v *armVectors) and(a, b armVec) armVec    { return v.three(and, "and", "16b", a, b) }
func (v *armVectors) or(a, b armVec) armVec     { return v.three(orr, "orr", "16b", a, b) }
func (v *armVectors) intAdd(a, b armVec) armVec { return v.three(addS4, "add", "4s", a, b) }
func (v *armVectors) intSub(a, b armVec) armVec { return v.three(subS4, "sub", "4s", a, b) }

// toFloat converts integers with a sign; widen and widenHigh convert the lower and the upper two lanes to float64.
func (v *armVectors) toFloat(a armVec) armVec   { return v.two(0x4e21d800, "scvtf", "4s", a) }
func (v *armVectors) widen(a armVec) armVec     { return v.two(0x0e617800, "fcvtl", "2d, 2s", a) }
func (v *armVectors) widenHigh(a armVec) armVec { return v.two(0x4e617800, "fcvtl2", "2d, 4s", a) }

// shift instructions: the count is in the bits from 16 on.
func (v *armVectors) shift(code uint32, name, shape string, count int, a armVec) armVec {
	return v.make(func(d int, s []int) {
		v.word(code|uint32(s[0]<<5|d), "%s, #%d", mnemonic(name, shape, d, s[0]), count)
	}, a)
}

func (v *armVectors) shiftLeft(a armVec, n int) armVec {
	return v.shift(0x4f005400|uint32(32+n)<<16, "shl", "4s", n, a)
}
func (v *armVectors) shiftLeft64(a armVec, n int) armVec {
	return v.shift(0x4f005400|uint32(64+n)<<16, "shl", "2d", n, a)
}

// shiftRight keeps the sign.
func (v *armVectors) shiftRight(a armVec, n int) armVec {
	return v.shift(0x4f000400|uint32(64-n)<<16, "sshr", "4s", n, a)
}

// copy returns x in a new register.
func (v *armVectors) copy(x armVec) armVec {
	return v.make(func(d int, s []int) {
		if d != s[0] {
			v.op("VMOV V%d.B16, V%d.B16", s[0], d)
		}
	}, x)
}

// move is to = x.
func (v *armVectors) move(to, x armVec) {
	v.change(to, func(d int, s []int) { v.op("VMOV V%d.B16, V%d.B16", s[1], d) }, x)
}

// plusTimes is c = fma(a, b, c); it returns c.
func (v *armVectors) plusTimes(c, a, b armVec) armVec { return v.fused(fmla, "fmla", c, a, b) }

// minusTimes is c = fma(-a, b, c); it returns c.
func (v *armVectors) minusTimes(c, a, b armVec) armVec { return v.fused(fmls, "fmls", c, a, b) }

func (v *armVectors) fused(code uint32, name string, c, a, b armVec) armVec {
	shape, bit := v.shape()
	return v.change(c, func(d int, s []int) {
		v.word(code|bit|uint32(s[2]<<16|s[1]<<5|d), "%s", mnemonic(name, shape, d, s[1], s[2]))
	}, a, b)
}

// choose returns yes where mask is set, else no.
func (v *armVectors) choose(mask, yes, no armVec) armVec {
	return v.change(v.copy(mask), func(d int, s []int) {
		v.word(bsl|uint32(s[2]<<16|s[1]<<5|d), "%s", mnemonic("bsl", "16b", d, s[1], s[2]))
	}, yes, no)
}

// poly is Horner's form of the polynomial in x with the given coefficients, lowest power first.
func (v *armVectors) poly(x armVec, coefficients ...float64) armVec {
	last := len(coefficients) - 1
	p := v.own(coefficients[last])
	for i := last - 1; i >= 0; i-- {
		p = v.plusTimes(v.own(coefficients[i]), p, x)
	}
	return p
}
