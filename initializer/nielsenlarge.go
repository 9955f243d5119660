package initializer

import "math/rand/v2"

// NielsenLarge draws from N(0, 1) whatever the fan: Nielsen's large_weight_initializer, and his chapters 1 and 2. It
// saturates sigmoid units from the start and is here to show that. Nielsen draws biases from N(0, 1) as well, with
// large and default weights alike.
type NielsenLarge struct{}

func (NielsenLarge) Kind() string { return "large" }

func (NielsenLarge) String() string { return "large" }

// Fill is: for i := range w { w[i] = Z }, Z standard normal.
func (NielsenLarge) Fill(w []float64, _ Fan, draw *rand.Rand) { fillNormal(w, 1, draw) }
