package npy

import "math"

// A Half is the bits of an IEEE 754 binary16: 1 of sign, 5 of exponent (bias 15), 10 of fraction.
type Half uint16

// Float32 returns the number, exactly; the payload of a NaN moves along.
func (h Half) Float32() float32 {
	sign := uint32(h>>15) << 31
	exp, frac := uint32(h>>10&31), uint32(h&1023)
	switch exp {
	case 31: // infinity and NaN
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	case 0: // zero and subnormals: frac units of 2^-24, exact in float32
		v := float32(frac) * (1.0 / (1 << 24))
		return math.Float32frombits(sign | math.Float32bits(v))
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}
