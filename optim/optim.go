// Package optim holds one optimiser a file, learning-rate schedules, and gradient clipping.
//
// An optimiser is a description; a Stepper is the same with its memory. A step is a loop over the slab of
// parameters, cut into ranges that several workers update at once.
package optim

import "github.com/gradus-nn/gradus/kernel"

// An Optimizer is a plain, storable description. Where zero is a legal setting, a constructor such as NewAdam
// returns the usual values.
type Optimizer interface {
	// Kind is the optimiser's name in files and on the command line: "adam".
	Kind() string
	// LearningRate is the rate that a schedule starts from.
	LearningRate() float64
	// Check returns an error if a field is out of range.
	Check() error
	// New32 and New64 return a Stepper for a slab of the given layout.
	New32(l Layout) Stepper[float32]
	New64(l Layout) Stepper[float64]
}

// A Layout describes a slab of Size parameters, of which the first Decay are weights that decay acts on.
type Layout struct{ Size, Decay int }

// A Stepper updates one slab of parameters.
type Stepper[F kernel.Float] interface {
	// Begin starts the next step at the given learning rate.
	Begin(rate float64)
	// Apply updates parameters lo to hi of the slab from their gradients. Workers call it at the same time for
	// disjoint ranges, between two calls of Begin each element once.
	Apply(params, grads []F, lo, hi int)
	// Memory returns what the stepper remembers between steps, to be saved and restored: the slices are the
	// stepper's own.
	Memory() *Memory[F]
}

// New returns a stepper for a slab of n parameters that all count as weights.
func New[F kernel.Float](o Optimizer, n int) *Simple[F] {
	return &Simple[F]{rate: o.LearningRate(), Stepper: NewStepper[F](o, Layout{n, n})}
}

// NewStepper returns o's stepper in the precision of F.
func NewStepper[F kernel.Float](o Optimizer, l Layout) Stepper[F] {
	var zero F
	if _, single := any(zero).(float32); single {
		return any(o.New32(l)).(Stepper[F])
	}
	return any(o.New64(l)).(Stepper[F])
}

// Simple is a Stepper at a constant learning rate, for loops written by hand.
type Simple[F kernel.Float] struct {
	Stepper[F]
	rate float64
}

// Step updates all parameters.
func (s *Simple[F]) Step(params, grads []F) {
	s.Begin(s.rate)
	s.Apply(params, grads, 0, len(params))
}
