package source

import "math"

const (
	ln2Hi = 0x1.62e42fefa39efp-1
	ln2Lo = 0x1.abc9e3b39803fp-56
)

// expFixed is eˣ for x ≤ 0 to 1e-12; below -708 it stays at e^-708.
func expFixed(x float64) float64 {
	if x < -708 {
		x = -708
	}
	n := math.RoundToEven(x * math.Log2E)
	r := math.FMA(n, -ln2Hi, x)
	r = math.FMA(n, -ln2Lo, r)
	p := math.FMA(series(r), r, 1)
	return float64(p * math.Float64frombits(uint64(int64(n)+1023)<<52))
}

// inverseFactorials are 1/1!, 1/2!, … 1/10!
var inverseFactorials = [...]float64{1, 1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320,
	1. / 362880, 1. / 3628800}

// series is (e^r - 1)/r = 1/1! + r/2! + r²/3! + … to 1e-12 for |r| ≤ 0.35.
func series(r float64) float64 {
	p := 0.0
	for i := len(inverseFactorials) - 1; i >= 0; i-- {
		p = math.FMA(p, r, inverseFactorials[i])
	}
	return p
}
