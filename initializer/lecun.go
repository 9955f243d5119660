package initializer

import (
	"math"
	"math/rand/v2"
)

// LeCun keeps the sum of a unit's inputs at the variance of one input: normal with
//
//	standard deviation 1 / √in
//
// or, if Uniform is set, uniform within ±√(3 / in). LeCun et al. 1998, "Efficient BackProp", section 4.6; it is
// Nielsen's default_weight_initializer and what Saito's chapter 6 calls Xavier.
type LeCun struct{ Uniform bool }

func (LeCun) Kind() string { return "lecun" }

func (l LeCun) String() string { return shaped("lecun", l.Uniform) }

func (l LeCun) Fill(w []float64, fan Fan, draw *rand.Rand) {
	fillScaled(w, 1/math.Sqrt(atLeastOne(fan.In)), l.Uniform, draw)
}
