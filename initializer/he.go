package initializer

import (
	"math"
	"math/rand/v2"
)

// He keeps the variance of activations through ReLU layers, which lose half of it: normal with
//
//	standard deviation √(2 / in)
//
// or, if Uniform is set, uniform within ±√(6 / in). He et al. 2015, equation 10.
type He struct{ Uniform bool }

func (He) Kind() string { return "he" }

func (h He) String() string { return shaped("he", h.Uniform) }

func (h He) Fill(w []float64, fan Fan, draw *rand.Rand) {
	fillScaled(w, math.Sqrt(2/atLeastOne(fan.In)), h.Uniform, draw)
}
