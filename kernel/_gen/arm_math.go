package main

import "math"

// The element functions for NEON, instruction by instruction as kernel/math_ref.go and kernel/smooth_ref.go have them.

func (v *armVectors) exp(x armVec) armVec {
	x = v.max(v.min(x, v.f(expMax)), v.f(expMin)) // NaN stays
	t := v.plusTimes(v.own(toInteger), x, v.f(log2e))
	n := v.sub(t, v.f(toInteger))
	r := v.minusTimes(v.copy(x), n, v.f(expLn2Hi))
	r = v.minusTimes(r, n, v.f(expLn2Lo))
	p := v.poly(r, append([]float64{1, 1}, expPoly...)...)
	i := v.intSub(t, v.f(toInteger))
	half := v.shiftRight(i, 1)
	return v.mul(v.mul(p, v.powerOfTwo(half)), v.powerOfTwo(v.intSub(i, half)))
}

// powerOfTwo returns 2^n.
func (v *armVectors) powerOfTwo(n armVec) armVec { return v.shiftLeft(v.intAdd(n, v.bits(127)), 23) }

func (v *armVectors) log(x armVec) armVec {
	subnormal := v.greater(v.f(smallestNormal), x)
	k0 := v.and(subnormal, v.bits(0xffffffe9)) // -23
	i := v.choose(subnormal, v.mul(x, v.f(1<<23)), x)
	i = v.intSub(i, v.bits(sqrtHalf))
	k := v.toFloat(v.intAdd(k0, v.shiftRight(i, 23)))
	f := v.sub(v.intAdd(v.and(i, v.bits(1<<23-1)), v.bits(sqrtHalf)), v.f(1))

	q := v.poly(f, append([]float64{-0.5}, logPoly...)...)
	s := v.mul(k, v.f(logLn2Hi))
	t := v.add(s, f)
	cut := v.sub(f, v.sub(t, s))
	v.plusTimes(cut, k, v.f(logLn2Lo))
	y := v.add(t, v.plusTimes(cut, v.mul(f, f), q))

	y = v.choose(v.greater(x, v.f(0)), y, v.bits(0x7fc00000))
	y = v.choose(v.equal(x, v.f(0)), v.f(math.Inf(-1)), y)
	infinity := v.f(math.Inf(1))
	return v.choose(v.equal(x, infinity), infinity, y)
}

func (v *armVectors) tanh(x armVec) armVec {
	a := v.and(x, v.bits(1<<31-1))
	e := v.exp(v.add(a, a))
	large := v.sub(v.f(1), v.div(v.f(2), v.add(e, v.f(1))))
	z := v.mul(a, a)
	small := v.plusTimes(v.copy(a), v.poly(z, tanhPoly...), v.mul(z, a))
	y := v.choose(v.greater(v.f(1), a), small, large)
	return v.or(y, v.and(x, v.bits(1<<31)))
}

func (v *armVectors) sigmoid(x armVec) armVec {
	e := v.exp(v.or(x, v.bits(1<<31)))
	one := v.f(1)
	q := v.div(one, v.add(e, one))
	cut := v.minusTimes(v.sub(one, q), q, e)
	n := v.choose(v.shiftRight(x, 31), e, one)
	return v.plusTimes(v.mul(v.mul(n, q), cut), n, q)
}

// inDouble computes f of x in float64, two lanes at a time, and rounds the result.
func (v *armVectors) inDouble(x armVec, f func(x armVec) armVec) armVec {
	v.double = true
	y := v.two(0x0e616800, "fcvtn", "2s, 2d", f(v.widen(x)))
	if !v.alone {
		v.change(y, func(d int, s []int) {
			v.word(0x4e616800|uint32(s[1]<<5|d), "fcvtn2 v%d.4s, v%d.2d", d, s[1])
		}, f(v.widenHigh(x)))
	}
	v.double = false
	return y
}

// expFixed returns eˣ for x ≤ 0.
func (v *armVectors) expFixed(x armVec) armVec {
	x = v.max(x, v.f(-708))
	n := v.two(0x4e618800, "frintn", "2d", v.mul(x, v.f(math.Log2E)))
	r := v.minusTimes(v.copy(x), n, v.f(ln2Hi))
	r = v.minusTimes(r, n, v.f(ln2Lo))
	p := v.poly(r, append([]float64{1}, inverseFactorials...)...)
	i := v.two(0x4ee1b800, "fcvtzs", "2d", n)
	return v.mul(p, v.shiftLeft64(v.three(addD2, "add", "2d", i, v.bits64(1023)), 52))
}

// normalFixed returns Φ(x) and φ(x).
func (v *armVectors) normalFixed(x armVec) (cdf, density armVec) {
	a := v.and(x, v.bits64(1<<63-1))
	e := v.expFixed(v.mul(v.mul(a, a), v.f(-0.5)))
	t := v.div(v.f(1), v.plusTimes(v.own(1), a, v.f(0.3)))
	cdf = v.mul(e, v.mul(t, v.poly(t, normalPoly...)))
	cdf = v.choose(v.greater(x, v.f(0)), v.sub(v.f(1), cdf), cdf)
	return cdf, v.mul(e, v.f(1/2.5066282746310005))
}

func (v *armVectors) gelu(x armVec) armVec {
	return v.inDouble(x, func(x armVec) armVec {
		x = v.max(x, v.f(-normalEnd))
		cdf, _ := v.normalFixed(x)
		return v.mul(x, cdf)
	})
}

func (v *armVectors) geluSlope(x armVec) armVec {
	return v.inDouble(x, func(x armVec) armVec {
		x = v.min(v.max(x, v.f(-normalEnd)), v.f(normalEnd))
		cdf, density := v.normalFixed(x)
		return v.add(cdf, v.mul(x, density))
	})
}

// expm1 returns eˣ - 1 for x ≤ 0.
func (v *armVectors) expm1(x armVec) armVec {
	return v.inDouble(x, func(x armVec) armVec {
		near := v.mul(x, v.poly(x, inverseFactorials...))
		far := v.sub(v.expFixed(x), v.f(1))
		return v.choose(v.greater(x, v.f(-0.35)), near, far)
	})
}

func (v *armVectors) softplus(x armVec) armVec {
	return v.inDouble(x, func(x armVec) armVec {
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
