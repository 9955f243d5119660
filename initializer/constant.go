package initializer

import (
	"fmt"
	"math/rand/v2"
)

// Constant fills with one value. The zero Constant fills with zeros: right for biases, fatal for weights, because
// units that begin alike stay alike.
type Constant struct{ Value float64 }

func (Constant) Kind() string { return "constant" }

func (c Constant) String() string { return fmt.Sprintf("constant:%v", c.Value) }

// Fill is: for i := range w { w[i] = Value }
func (c Constant) Fill(w []float64, _ Fan, _ *rand.Rand) {
	for i := range w {
		w[i] = c.Value
	}
}
