// Package ch06 is chapter 6 of Saito's Deep Learning from Scratch: optimisers, initial weights, and weight decay.
package ch06

import "github.com/gradus-nn/gradus/optim"

// Bowl is the function of section 6.1, x²/20 + y²: a long valley whose gradient hardly ever points along it.
func Bowl(x, y float64) float64 { return float64(x*x/20) + float64(y*y) }

// BowlGradient returns (x/10, 2y).
func BowlGradient(x, y float64) (dx, dy float64) { return x / 10, 2 * y }

// Path returns the points that an optimiser of the engine comes through on Bowl, from the start on.
func Path(o optim.Optimizer, x, y float64, updates int) [][2]float64 {
	params, grads := []float64{x, y}, make([]float64, 2)
	stepper := optim.New[float64](o, len(params))
	path := [][2]float64{{x, y}}
	for range updates {
		grads[0], grads[1] = BowlGradient(params[0], params[1])
		stepper.Step(params, grads)
		path = append(path, [2]float64{params[0], params[1]})
	}
	return path
}
