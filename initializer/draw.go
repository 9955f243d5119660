package initializer

import (
	"math"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/internal/portable"
)

// fillScaled draws with mean zero and the given standard deviation.
func fillScaled(w []float64, std float64, uniform bool, draw *rand.Rand) {
	if uniform {
		bound := math.Sqrt(3) * std // the variance of a uniform in ±a is a²/3
		Uniform{-bound, bound}.Fill(w, Fan{}, draw)
		return
	}
	fillNormal(w, std, draw)
}

// atLeastOne guards the root of a fan that nobody filled in.
func atLeastOne(fan int) float64 { return float64(max(fan, 1)) }

// fillNormal is: for i := range w { w[i] = std·Z }, Z standard normal by the polar method (Marsaglia & Bray 1964):
//
//	u, v uniform in (-1, 1) with 0 < s = u² + v² < 1        Z = u·√(-2 ln s / s) and v·√(-2 ln s / s)
//
// rand's NormFloat64 would be shorter, but it calls math.Log and math.Exp, whose last bits depend on the processor, and
// one draw accepted there and rejected here makes two different networks of one seed.
func fillNormal(w []float64, std float64, draw *rand.Rand) {
	for i := 0; i < len(w); i += 2 {
		u, v, s := inDisc(draw)
		r := std * math.Sqrt(-2*portable.Log(s)/s)
		w[i] = r * u
		if i+1 < len(w) {
			w[i+1] = r * v
		}
	}
}

// inDisc draws a point of the unit disc without its centre, and the square of its radius.
func inDisc(draw *rand.Rand) (u, v, s float64) {
	for {
		u, v = 2*draw.Float64()-1, 2*draw.Float64()-1 // exact: Float64 is a multiple of 2⁻⁵³
		s = float64(u*u) + float64(v*v)
		if s > 0 && s < 1 {
			return u, v, s
		}
	}
}
