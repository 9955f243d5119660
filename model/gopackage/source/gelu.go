package source

import "math"

// gelu is x·Φ(x), Φ the distribution function of the normal distribution.
func gelu(x []float32) {
	for i, f := range x {
		v := max(float64(f), -normalEnd)
		x[i] = float32(v * normalFixed(v))
	}
}

// normalEnd is where the normal distribution ends for the precision in use: Φ(-40) is 4e-350.
const normalEnd = 40

// normalPoly are the coefficients of h: Φ(-a) ≈ exp(-a²/2)·t·h(t) with t = 1/(1 + 0.3·a), lowest power first.
var normalPoly = [...]float64{0x1.ea38ebe1133e8p-4, 0x1.ea2c739933cefp-4, 0x1.be7f95ba77641p-4, 0x1.649df4979e2a2p-4,
	0x1.d335f9a4dce7bp-5, 0x1.3f7f06c58d4fap-5, -0x1.bc97ce70f7094p-5, 0x1.fa33544bd5ed7p-4, -0x1.d221fc3221632p-3,
	0x1.8838e650ca2a7p-3, -0x1.3ba26b02fe4aep-4, 0x1.957dfdcda20dcp-7}

// normalFixed returns Φ(x).
func normalFixed(x float64) float64 {
	a := math.Abs(x)
	e := expFixed(-a * a / 2)
	t := 1 / math.FMA(0.3, a, 1)
	h := 0.0
	for i := len(normalPoly) - 1; i >= 0; i-- {
		h = math.FMA(h, t, normalPoly[i])
	}
	cdf := float64(e * (t * h)) // not to be fused with what follows
	if x > 0 {
		cdf = 1 - cdf
	}
	return cdf
}
