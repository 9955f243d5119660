package initializer

import (
	"math"
	"math/rand/v2"
)

// Xavier keeps the variance of both activations and gradients through tanh and sigmoid layers: normal with
//
//	standard deviation √(2 / (in + out))
//
// or, if Uniform is set, uniform with the same deviation, within ±√(6 / (in + out)). Glorot & Bengio 2010, equation 16.
//
// Saito's chapter 6 calls 1/√in "Xavier"; that is [LeCun].
type Xavier struct{ Uniform bool }

func (Xavier) Kind() string { return "xavier" }

func (x Xavier) String() string { return shaped("xavier", x.Uniform) }

func (x Xavier) Fill(w []float64, fan Fan, draw *rand.Rand) {
	fillScaled(w, math.Sqrt(2/atLeastOne(fan.In+fan.Out)), x.Uniform, draw)
}
