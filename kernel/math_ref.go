package kernel

import "math"

// The element functions of one number. float32 has fixed polynomials in fused multiply-adds, in an order of
// operations that the assembly repeats instruction by instruction: the bits are the same everywhere. float64, which
// serves the gradient check, has package math, whose last bits may differ between processors.
//
// The largest errors over all 2^32 arguments (kerneltest.AllFloats):
//
//	exp      0.892 ULP
//	log      0.825 ULP
//	tanh     0.960 ULP
//	sigmoid  1.480 ULP

func exp[F Float](x F) F {
	if x, ok := any(x).(float32); ok {
		return F(exp32(x))
	}
	return F(math.Exp(float64(x)))
}

func log[F Float](x F) F {
	if x, ok := any(x).(float32); ok {
		return F(log32(x))
	}
	return F(math.Log(float64(x)))
}

func tanh[F Float](x F) F {
	if x, ok := any(x).(float32); ok {
		return F(tanh32(x))
	}
	return F(math.Tanh(float64(x)))
}

func sigmoid[F Float](x F) F {
	if x, ok := any(x).(float32); ok {
		return F(sigmoid32(x))
	}
	e := math.Exp(-math.Abs(float64(x)))
	if x < 0 {
		return F(e / (1 + e))
	}
	return F(1 / (1 + e))
}

func sqrt[F Float](x F) F { return F(math.Sqrt(float64(x))) } // for float32 too: rounding twice does no harm to a root

const (
	log2e = 0x1.715476p+0 // 1/ln 2

	// ln 2 = expLn2Hi + expLn2Lo. n·expLn2Hi is not rounded in a fused multiply-add, and the difference from x is
	// exact.
	expLn2Hi = 0x1.62e430p-1
	expLn2Lo = -0x1.05c610p-29

	expMax = 89   // exp is +Inf from 88.73 on,
	expMin = -105 // and 0 below -103.98

	// toInteger is 1.5·2^23. Added to |v| < 2^22, it leaves the integer next to v in the low bits of the sum.
	toInteger = 0x1.8p23
)

// expPoly are the coefficients of q: e^r ≈ 1 + r + r²·q(r) for |r| ≤ ln2/2, lowest power first; the relative error is
// 3.1e-9, 0.05 ULP. Like the others here, they are minimax approximations for the relative error of the whole, rounded
// to float32 from the lowest power upwards, each time fitting the rest again.
var expPoly = [...]float32{0x1.fffffcp-2, 0x1.555492p-3, 0x1.5558b0p-5, 0x1.12398ep-7, 0x1.6a4d6cp-10}

// exp32 reduces x = n·ln2 + r with |r| ≤ ln2/2; then eˣ = 2^n·e^r.
func exp32(x float32) float32 {
	if x > expMax {
		x = expMax
	}
	if x < expMin {
		x = expMin
	}
	t := FMA32(x, log2e, toInteger)
	n := t - toInteger
	r := FMA32(n, -expLn2Hi, x)
	r = FMA32(n, -expLn2Lo, r)
	p := expPoly[4]
	p = FMA32(p, r, expPoly[3])
	p = FMA32(p, r, expPoly[2])
	p = FMA32(p, r, expPoly[1])
	p = FMA32(p, r, expPoly[0])
	p = FMA32(p, r, 1)
	p = FMA32(p, r, 1)

	// p·2^n in two steps: n reaches from -151 to 128, exponents from -126 to 127. Only the second may round.
	i := int32(math.Float32bits(t) - math.Float32bits(toInteger))
	half := i >> 1
	return float32(float32(p*powerOfTwo(half)) * powerOfTwo(i-half))
}

// powerOfTwo returns 2^n for -126 ≤ n ≤ 127, and whatever for other n, which only NaN leads to.
func powerOfTwo(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }

const (
	sqrtHalf = 0x3f3504f3 // the bits of the float32 next to √½

	// ln 2 = logLn2Hi + logLn2Lo. The upper part has 16 bits: its product with an exponent is exact.
	logLn2Hi = 0x1.62e4p-1
	logLn2Lo = 0x1.7f7d1cp-20

	smallestNormal = 0x1p-126
)

// logPoly are the coefficients of q: ln(1+f) ≈ f - f²/2 + f³·q(f) for √½ ≤ 1+f ≤ √2, lowest power first; the
// relative error is 7.7e-10, 0.01 ULP.
var logPoly = [...]float32{0x1.555548p-2, -0x1.000006p-2, 0x1.99a476p-3, -0x1.555c46p-3, 0x1.233ba8p-3,
	-0x1.fc2884p-4, 0x1.e6bf36p-4, -0x1.de02d6p-4, 0x1.147646p-4}

// log32 splits x = 2^k·(1+f) with √½ ≤ 1+f < √2; then ln x = k·ln2 + ln(1+f).
func log32(x float32) float32 {
	switch {
	case x == 0:
		return float32(math.Inf(-1))
	case !(x > 0):
		return float32(math.NaN())
	case x > math.MaxFloat32:
		return x
	}
	var k int32
	if x < smallestNormal {
		x *= 1 << 23
		k = -23
	}
	i := int32(math.Float32bits(x) - sqrtHalf)
	k += i >> 23
	f := math.Float32frombits(uint32(i)&(1<<23-1)+sqrtHalf) - 1

	q := logPoly[8]
	q = FMA32(q, f, logPoly[7])
	q = FMA32(q, f, logPoly[6])
	q = FMA32(q, f, logPoly[5])
	q = FMA32(q, f, logPoly[4])
	q = FMA32(q, f, logPoly[3])
	q = FMA32(q, f, logPoly[2])
	q = FMA32(q, f, logPoly[1])
	q = FMA32(q, f, logPoly[0])
	q = FMA32(q, f, -0.5)

	// The two large terms are added first, and what rounding cuts off joins the small ones.
	kf := float32(k)
	s := float32(kf * logLn2Hi)
	t := s + f
	cut := f - (t - s)
	return t + FMA32(float32(f*f), q, FMA32(kf, logLn2Lo, cut))
}

// tanhPoly are the coefficients of q: tanh x ≈ x + x³·q(x²) for |x| ≤ 1, lowest power first; the relative error is
// 4.7e-9, 0.08 ULP.
var tanhPoly = [...]float32{-0x1.55553cp-2, 0x1.110be6p-3, -0x1.b96288p-5, 0x1.600bd6p-6, -0x1.046750p-7,
	0x1.2db79ep-9, -0x1.7806d8p-12}

// tanh32 is a polynomial below 1 and 1 - 2/(e²ˣ + 1) from there on.
func tanh32(x float32) float32 {
	a := math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
	var y float32
	if a < 1 {
		z := float32(a * a)
		q := tanhPoly[6]
		q = FMA32(q, z, tanhPoly[5])
		q = FMA32(q, z, tanhPoly[4])
		q = FMA32(q, z, tanhPoly[3])
		q = FMA32(q, z, tanhPoly[2])
		q = FMA32(q, z, tanhPoly[1])
		q = FMA32(q, z, tanhPoly[0])
		y = FMA32(q, float32(z*a), a)
	} else {
		y = 1 - 2/(exp32(a+a)+1)
	}
	return math.Float32frombits(math.Float32bits(y) | math.Float32bits(x)&(1<<31))
}

// sigmoid32 is 1/(1+e) or e/(1+e) with e = exp(-|x|): nothing cancels or overflows. To first order, cut is what
// rounding took from q = 1/(1+e), both in the sum and in the quotient: 1/(1+e) ≈ q + q·cut. 1 - q is exact.
func sigmoid32(x float32) float32 {
	bits := math.Float32bits(x)
	e := exp32(math.Float32frombits(bits | 1<<31))
	q := 1 / (1 + e)
	cut := FMA32(-q, e, 1-q)
	n := float32(1)
	if bits>>31 == 1 {
		n = e
	}
	return FMA32(n, q, float32(float32(n*q)*cut))
}
