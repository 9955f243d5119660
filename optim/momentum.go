package optim

import "github.com/gradus-nn/gradus/kernel"

// Momentum is gradient descent with a velocity that friction slows down, like a ball in a bowl (Polyak 1964; Saito,
// equations 6.3 and 6.4):
//
//	v = mu·v - rate·g        v starts at 0
//	p += v
type Momentum struct{ Rate, Mu float64 }

// NewMomentum returns Momentum with the usual mu of 0.9.
func NewMomentum(rate float64) Momentum { return Momentum{rate, 0.9} }

func (Momentum) Kind() string                      { return "momentum" }
func (o Momentum) LearningRate() float64           { return o.Rate }
func (o Momentum) New32(l Layout) Stepper[float32] { return newMomentum[float32](o, l) }
func (o Momentum) New64(l Layout) Stepper[float64] { return newMomentum[float64](o, l) }

func (o Momentum) Check() error { return firstError(requireRate(o), requireShare(o, "mu", o.Mu)) }

type momentum[F kernel.Float] struct {
	memory[F]
	rate, mu F
}

func newMomentum[F kernel.Float](o Momentum, l Layout) *momentum[F] {
	return &momentum[F]{memory: remember[F](l.Size, "velocity"), mu: F(o.Mu)}
}

func (s *momentum[F]) Begin(rate float64) {
	s.state.Steps++
	s.rate = F(rate)
}

func (s *momentum[F]) Apply(params, grads []F, lo, hi int) {
	kernel.MomentumStep(params[lo:hi], grads[lo:hi], s.slot(0, lo, hi), s.rate, s.mu)
}
