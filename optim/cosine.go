package optim

import "github.com/gradus-nn/gradus/internal/portable"

// Cosine lowers the rate along half a cosine wave, slowly at both ends, down to Min times the base (Loshchilov &
// Hutter 2017, equation 5, without restarts):
//
//	rate = base · (Min + (1-Min)·(1 + cos(π·step/total))/2)
type Cosine struct {
	Min float64 // share of the base rate
}

func (Cosine) Kind() string { return "cosine" }

func (c Cosine) Rate(base float64, step, total int) float64 {
	return slide(base, float64(base*c.Min), progress(step, total))
}

func (c Cosine) Check() error {
	return require(c.Min >= 0 && c.Min <= 1, c, "min", c.Min, "a share of the base rate between 0 and 1")
}

// slide goes from one rate to another along half a cosine wave, as x goes from 0 to 1.
func slide(from, to, x float64) float64 {
	return to + float64((from-to)*((1+portable.CosPi(x))/2))
}
