package initializer

import (
	"fmt"
	"math/rand/v2"
)

// Uniform draws from [Low, High).
type Uniform struct{ Low, High float64 }

func (Uniform) Kind() string { return "uniform" }

func (u Uniform) String() string { return fmt.Sprintf("uniform:%v:%v", u.Low, u.High) }

// Fill is: for i := range w { w[i] = Low + (High-Low)·U }, U uniform in [0, 1).
func (u Uniform) Fill(w []float64, _ Fan, draw *rand.Rand) {
	for i := range w {
		w[i] = u.Low + float64((u.High-u.Low)*draw.Float64())
	}
}
