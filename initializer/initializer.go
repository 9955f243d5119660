// Package initializer fills fresh parameters, one rule a file.
package initializer

import "math/rand/v2"

// An Initializer is a plain, storable rule that fills a tensor of parameters.
type Initializer interface {
	// Kind is the rule's name in files and on the command line: "xavier".
	Kind() string
	// Fill writes the initial values. The values are drawn in float64 and in order, so that a network has the same
	// parameters in either precision up to rounding.
	Fill(w []float64, fan Fan, draw *rand.Rand)
}

// A Fan tells how a parameter is wired: In inputs are summed into one output, one input reaches Out outputs.
type Fan struct{ In, Out int }
