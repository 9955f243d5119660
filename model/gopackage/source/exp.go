package source

import "math"

const (
	log2e = 0x1.715476p+0 // 1/ln 2

	// ln 2 = expLn2Hi + expLn2Lo.
	expLn2Hi = 0x1.62e430p-1
	expLn2Lo = -0x1.05c610p-29

	expMax = 89   // exp is +Inf from 88.73 on,
	expMin = -105 // and 0 below -103.98

	// toInteger is 1.5·2^23. Added to |v| < 2^22, it leaves the integer next to v in the low bits of the sum.
	toInteger = 0x1.8p23
)

// expPoly are the coefficients of q: e^r ≈ 1 + r + r²·q(r) for |r| ≤ ln2/2, lowest power first.
var expPoly = [...]float32{0x1.fffffcp-2, 0x1.555492p-3, 0x1.5558b0p-5, 0x1.12398ep-7, 0x1.6a4d6cp-10}

// exp reduces x = n·ln2 + r with |r| ≤ ln2/2; then eˣ = 2^n·e^r. Its error is below 0.9 units in the last place.
func exp(x float32) float32 {
	if x > expMax {
		x = expMax
	}
	if x < expMin {
		x = expMin
	}
	t := fma(x, log2e, toInteger)
	n := t - toInteger
	r := fma(n, -expLn2Hi, x)
	r = fma(n, -expLn2Lo, r)
	p := expPoly[4]
	for i := 3; i >= 0; i-- {
		p = fma(p, r, expPoly[i])
	}
	p = fma(p, r, 1)
	p = fma(p, r, 1)

	// p·2^n in two steps: n reaches from -151 to 128, exponents from -126 to 127. Only the second may round.
	i := int32(math.Float32bits(t) - math.Float32bits(toInteger))
	half := i >> 1
	return float32(float32(p*powerOfTwo(half)) * powerOfTwo(i-half))
}

// powerOfTwo returns 2^n for -126 ≤ n ≤ 127.
func powerOfTwo(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }
