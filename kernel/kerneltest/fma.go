package kerneltest

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// FMA32 examines kernel.FMA32, on which every reference rests: against the processor's fused multiply-add on millions
// of triples, and against exact arithmetic (math/big) on a share of them, which also covers machines without one.
func FMA32(t *testing.T) {
	for _, a := range specials {
		for _, b := range specials {
			for _, c := range specials {
				checkFMA(t, a, b, c, true)
			}
		}
	}
	for _, class := range fmaClasses {
		t.Run(class.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 4))
			for i := range 2_000_000 {
				a, b, c := class.draw(rng)
				checkFMA(t, a, b, c, i%20 == 0)
				if t.Failed() {
					return
				}
			}
		})
	}
}

// fmaClasses draw triples where rounding twice goes wrong, or nearly so.
var fmaClasses = []struct {
	name string
	draw func(*rand.Rand) (a, b, c float32)
}{
	{"any bits", func(r *rand.Rand) (a, b, c float32) { return anyBits(r), anyBits(r), anyBits(r) }},
	{"like sizes", func(r *rand.Rand) (a, b, c float32) {
		return scaled(r, r.IntN(8)-4), scaled(r, r.IntN(8)-4), scaled(r, r.IntN(60)-30)
	}},
	{"product half-way between neighbours of c", halfWayProduct},
	{"product half-way, c tiny", halfWayTiny},
	{"cancellation", func(r *rand.Rand) (a, b, c float32) {
		e := r.IntN(100) - 50
		a, b = scaled(r, e), scaled(r, r.IntN(100)-50)
		return a, b, math.Nextafter32(float32(-a*b), float32(r.IntN(3)-1))
	}},
	{"subnormal results", func(r *rand.Rand) (a, b, c float32) {
		e := r.IntN(60) - 30
		return scaled(r, -75+e), scaled(r, -60-e), scaled(r, -126-r.IntN(23))
	}},
	{"subnormal, half-way", func(r *rand.Rand) (a, b, c float32) {
		// c a multiple of 2^-149, the product next to half of it
		c = math.Float32frombits(r.Uint32N(1<<24) | r.Uint32()&(1<<31))
		e := 70 + r.IntN(8)
		a, b = nearOne(r)
		return float32(math.Ldexp(float64(a), -e)), float32(math.Ldexp(float64(b), -150+e)), c
	}},
	{"near overflow", func(r *rand.Rand) (a, b, c float32) {
		a, b = nearOne(r)
		e := r.IntN(20)
		c = math.Float32frombits(0x7f7fffff - r.Uint32N(4))
		return float32(math.Ldexp(float64(a), 50+e)), float32(math.Ldexp(float64(b), 53-e)), c
	}},
}

func anyBits(r *rand.Rand) float32 { return math.Float32frombits(r.Uint32()) }

// scaled returns a random float32 of either sign with exponent e.
func scaled(r *rand.Rand, e int) float32 {
	m := math.Float32frombits(r.Uint32()&0x807fffff | 0x3f800000)
	return float32(math.Ldexp(float64(m), e))
}

// nearOne returns two numbers whose product differs from one by i²·2^-46 at most.
func nearOne(r *rand.Rand) (a, b float32) {
	i := float32(r.IntN(4))
	sign := float32(1 - 2*r.IntN(2))
	return sign * (1 + i*0x1p-23), 1 - i*0x1p-23
}

// halfWayProduct returns a·b next to half a unit in the last place of c: the sum lies next to the middle of two
// float32, by less than a float64 can tell.
func halfWayProduct(r *rand.Rand) (a, b, c float32) {
	e := r.IntN(100) - 50
	c = scaled(r, e)
	a, b = nearOne(r)
	d := r.IntN(40) - 20
	return float32(math.Ldexp(float64(a), e-24-d)), float32(math.Ldexp(float64(b), d)), c
}

// halfWayTiny returns a·b exactly in the middle of two float32 (or beside), and c too small for a float64 to see.
func halfWayTiny(r *rand.Rand) (a, b, c float32) {
	n, m := uint32(1<<12|r.IntN(1<<12)|1), uint32(1<<12|r.IntN(1<<12)|1) // odd, so that the product of 25 bits is
	sign := float32(1 - 2*r.IntN(2))
	c = scaled(r, -60-r.IntN(60))
	if r.IntN(4) == 0 {
		c = 0
	}
	return sign * float32(n), float32(m), c
}

// checkFMA compares one triple with the instruction and, if exactly, with math/big.
func checkFMA(t *testing.T, a, b, c float32, exactly bool) {
	have := kernel.FMA32(a, b, c)
	if hasFMA {
		sameFMA(t, a, b, c, have, fusedMultiplyAdd(a, b, c), "the processor")
	}
	if exactly && finite(a) && finite(b) && finite(c) {
		const enough = 700 // bits from 2^-298 to 2^257
		x := new(big.Float).SetPrec(enough)
		x.Mul(big.NewFloat(float64(a)), big.NewFloat(float64(b)))
		x.Add(x, big.NewFloat(float64(c)))
		want, _ := x.Float32()
		sameFMA(t, a, b, c, have, want, "math/big")
	}
}

func finite(x float32) bool { return x-x == 0 }

func sameFMA(t *testing.T, a, b, c, have, want float32, who string) {
	if !same(have, want) {
		t.Errorf("FMA32(%v, %v, %v) is %v (%#08x), %s says %v (%#08x)", a, b, c,
			have, math.Float32bits(have), who, want, math.Float32bits(want))
	}
}
