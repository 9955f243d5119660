package initializer

import (
	"fmt"
	"math/rand/v2"
)

// Normal draws from the normal distribution N(0, Std²). Saito's chapter 4 uses Std 0.01.
type Normal struct{ Std float64 }

func (Normal) Kind() string { return "normal" }

func (n Normal) String() string { return fmt.Sprintf("normal:%v", n.Std) }

// Fill is: for i := range w { w[i] = Std·Z }, Z standard normal.
func (n Normal) Fill(w []float64, _ Fan, draw *rand.Rand) { fillNormal(w, n.Std, draw) }
