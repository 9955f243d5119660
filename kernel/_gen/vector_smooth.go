package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// ELU, GELU and softplus in float64, instruction by instruction as kernel/smooth_ref.go has them.

const (
	normalEnd = 40
	ln2Hi     = 0x1.62e42fefa39efp-1
	ln2Lo     = 0x1.abc9e3b39803fp-56
)

var (
	normalPoly = []float64{0x1.ea38ebe1133e8p-4, 0x1.ea2c739933cefp-4, 0x1.be7f95ba77641p-4, 0x1.649df4979e2a2p-4,
		0x1.d335f9a4dce7bp-5, 0x1.3f7f06c58d4fap-5, -0x1.bc97ce70f7094p-5, 0x1.fa33544bd5ed7p-4, -0x1.d221fc3221632p-3,
		0x1.8838e650ca2a7p-3, -0x1.3ba26b02fe4aep-4, 0x1.957dfdcda20dcp-7}
	inverseFactorials = []float64{1, 1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320,
		1. / 362880, 1. / 3628800}
)

// inDouble computes f of x in float64, a half of x at a time, and rounds the result.
func (v *vectors) inDouble(x vec, f func(x vec) vec) vec {
	r := v.vec()
	low, high := v.vec(), v.vec()
	v.double = true
	defer func() { v.double = false }()
	if v.wide {
		upper, a, b := v.YMM(), v.YMM(), v.YMM()
		v.VCVTPS2PD(x.AsY(), low)
		v.VCVTPD2PS(f(low), a)
		v.VEXTRACTF64X4(operand.U8(1), x, upper)
		v.VCVTPS2PD(upper, high)
		v.VCVTPD2PS(f(high), b)
		v.VINSERTF64X4(operand.U8(1), b, a.AsZ(), r)
		return r
	}
	upper, a, b := v.XMM(), v.XMM(), v.XMM()
	v.VCVTPS2PD(x.AsX(), low)
	v.VCVTPD2PSY(f(low), a)
	v.VEXTRACTF128(operand.U8(1), x, upper)
	v.VCVTPS2PD(upper, high)
	v.VCVTPD2PSY(f(high), b)
	v.VINSERTF128(operand.U8(1), b, a.AsY(), r)
	return r
}

// expFixed returns eˣ for x ≤ 0.
func (v *vectors) expFixed(x vec) vec {
	r := v.max(v.reg(v.f(-708)), x)
	n := v.mul(r, v.f(math.Log2E))
	const nearestEven = 8 // and no exception for being inexact
	if v.wide {
		v.VRNDSCALEPD(operand.U8(nearestEven), n, n)
	} else {
		v.VROUNDPD(operand.U8(nearestEven), n, n)
	}
	v.minusTimes(r, n, v.f(ln2Hi))
	v.minusTimes(r, n, v.f(ln2Lo))
	p := v.poly(r, append([]float64{1}, inverseFactorials...)...)
	if v.wide {
		return v.binary(v.VSCALEFPD, p, n)
	}
	const toInteger = 0x1.8p52
	i := v.add(n, v.f(toInteger))
	v.VPSUBQ(v.bits64(math.Float64bits(toInteger)-1023), i, i)
	return v.mul(p, v.shift(v.VPSLLQ, i, 52))
}

// normalFixed returns Φ(x) and φ(x).
func (v *vectors) normalFixed(x vec) (cdf, density vec) {
	a := v.and(x, v.bits64(1<<63-1))
	e := v.expFixed(v.mul(v.mul(a, a), v.f(-0.5)))
	one := v.reg(v.f(1))
	t := v.copy(v.f(0.3))
	v.timesPlus(t, a, one)
	t = v.div(one, t)
	cdf = v.mul(e, v.mul(t, v.poly(t, normalPoly...)))
	cdf = v.choose(v.compare(greater, x, v.f(0)), v.sub(one, cdf), cdf)
	return cdf, v.mul(e, v.f(1/2.5066282746310005))
}

func (v *vectors) gelu(x vec) vec {
	return v.inDouble(x, func(x vec) vec {
		x = v.max(v.reg(v.f(-normalEnd)), x)
		cdf, _ := v.normalFixed(x)
		return v.mul(x, cdf)
	})
}

func (v *vectors) geluSlope(x vec) vec {
	return v.inDouble(x, func(x vec) vec {
		x = v.min(v.reg(v.f(normalEnd)), v.max(v.reg(v.f(-normalEnd)), x))
		cdf, density := v.normalFixed(x)
		return v.add(cdf, v.mul(x, density))
	})
}

// expm1 returns eˣ - 1 for x ≤ 0.
func (v *vectors) expm1(x vec) vec {
	return v.inDouble(x, func(x vec) vec {
		near := v.mul(x, v.poly(x, inverseFactorials...))
		far := v.sub(v.expFixed(x), v.f(1))
		return v.choose(v.compare(greater, x, v.f(-0.35)), near, far)
	})
}

func (v *vectors) softplus(x vec) vec {
	return v.inDouble(x, func(x vec) vec {
		u := v.expFixed(v.or(x, v.bits64(1<<63)))
		s := v.div(u, v.add(u, v.f(2)))
		var coefficients []float64
		for k := 1; k <= 21; k += 2 {
			coefficients = append(coefficients, 1/float64(k))
		}
		p := v.poly(v.mul(s, s), coefficients...)
		return v.add(v.mul(v.mul(s, v.f(2)), p), v.max(x, v.f(0)))
	})
}
