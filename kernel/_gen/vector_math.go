package main

import "math"

// The element functions, instruction by instruction as kernel/math_ref.go has them. The constants are explained there.

const (
	log2e     = 0x1.715476p+0
	expLn2Hi  = 0x1.62e430p-1
	expLn2Lo  = -0x1.05c610p-29
	expMax    = 89
	expMin    = -105
	toInteger = 0x1.8p23

	sqrtHalf       = 0x3f3504f3
	logLn2Hi       = 0x1.62e4p-1
	logLn2Lo       = 0x1.7f7d1cp-20
	smallestNormal = 0x1p-126
)

var (
	expPoly = []float64{0x1.fffffcp-2, 0x1.555492p-3, 0x1.5558b0p-5, 0x1.12398ep-7, 0x1.6a4d6cp-10}
	logPoly = []float64{0x1.555548p-2, -0x1.000006p-2, 0x1.99a476p-3, -0x1.555c46p-3, 0x1.233ba8p-3,
		-0x1.fc2884p-4, 0x1.e6bf36p-4, -0x1.de02d6p-4, 0x1.147646p-4}
	tanhPoly = []float64{-0x1.55553cp-2, 0x1.110be6p-3, -0x1.b96288p-5, 0x1.600bd6p-6, -0x1.046750p-7,
		0x1.2db79ep-9, -0x1.7806d8p-12}
)

// exp returns eˣ.
func (v *vectors) exp(x vec) vec {
	return v.expBelow(v.min(v.reg(v.f(expMax)), x)) // NaN stays
}

// expBelow returns eˣ for x ≤ expMax. Below expZero the polynomial is replaced by 0, because a product that underflows
// costs a hundred cycles and more, even if 0 comes of it.
func (v *vectors) expBelow(x vec) vec {
	const expZero = -104
	positive := v.compare(notLess, x, v.f(expZero))
	var r vec
	if v.wide {
		r = v.copy(x) // whatever comes of numbers below expZero is replaced
	} else {
		r = v.max(v.reg(v.f(expMin)), x)
	}
	t := v.copy(v.f(toInteger))
	v.plusTimes(t, r, v.f(log2e))
	n := v.sub(t, v.f(toInteger))
	v.minusTimes(r, n, v.f(expLn2Hi))
	v.minusTimes(r, n, v.f(expLn2Lo))
	p := v.poly(r, append([]float64{1}, expPoly...)...)
	if v.wide {
		v.VFMADD213PS_Z(v.f(1), r, positive, p)
		return v.binary(v.VSCALEFPS, p, n)
	}
	v.timesPlus(p, r, v.f(1))
	p = v.keep(positive, p)
	i := v.intSub(t, v.bits(math.Float32bits(toInteger)))
	half := v.shift(v.VPSRAD, i, 1)
	rest := v.intSub(i, half)
	return v.mul(v.mul(p, v.powerOfTwo(half)), v.powerOfTwo(rest))
}

// powerOfTwo returns 2^n.
func (v *vectors) powerOfTwo(n vec) vec { return v.shift(v.VPSLLD, v.intAdd(n, v.bits(127)), 23) }

// log returns ln x.
func (v *vectors) log(x vec) vec {
	subnormal := v.compare(less, x, v.f(smallestNormal))
	k0 := v.keep(subnormal, v.reg(v.bits(0xffffffe9))) // -23
	i := v.choose(subnormal, v.mul(x, v.f(1<<23)), x)
	i = v.intSub(i, v.bits(sqrtHalf))
	k := v.vec()
	v.VCVTDQ2PS(v.intAdd(k0, v.shift(v.VPSRAD, i, 23)), k)
	f := v.sub(v.intAdd(v.and(i, v.bits(1<<23-1)), v.bits(sqrtHalf)), v.f(1))

	q := v.poly(f, append([]float64{-0.5}, logPoly...)...)
	s := v.mul(k, v.f(logLn2Hi))
	t := v.add(s, f)
	cut := v.sub(f, v.sub(t, s))
	v.plusTimes(cut, k, v.f(logLn2Lo))
	y := v.mul(f, f)
	v.timesPlus(y, q, cut)
	y = v.add(t, y)

	infinity := v.f(math.Inf(1))
	y = v.choose(v.compare(notGreater, x, v.f(0)), v.bits(0x7fc00000), y)
	y = v.choose(v.compare(equal, x, v.f(0)), v.f(math.Inf(-1)), y)
	return v.choose(v.compare(equal, x, infinity), infinity, y)
}

// tanh returns tanh x.
func (v *vectors) tanh(x vec) vec {
	a := v.and(x, v.bits(1<<31-1))
	e := v.exp(v.add(a, a))
	large := v.sub(v.reg(v.f(1)), v.div(v.reg(v.f(2)), v.add(e, v.f(1))))
	z := v.mul(a, a)
	q := v.poly(z, tanhPoly...)
	v.timesPlus(q, v.mul(z, a), a)
	y := v.choose(v.compare(less, a, v.f(1)), q, large)
	return v.or(y, v.and(x, v.bits(1<<31)))
}

// sigmoid returns 1/(1+e⁻ˣ).
func (v *vectors) sigmoid(x vec) vec {
	e := v.expBelow(v.or(x, v.bits(1<<31)))
	one := v.reg(v.f(1))
	q := v.div(one, v.add(e, one))
	cut := v.sub(one, q)
	v.minusTimes(cut, q, e)
	n := v.choose(v.negative(x), e, one)
	y := v.mul(v.mul(n, q), cut)
	v.plusTimes(y, n, q)
	return y
}
