package optim

import "github.com/gradus-nn/gradus/kernel"

// Nesterov is momentum that looks ahead: the velocity is applied once more before the next gradient is taken, in the
// form that keeps the parameters at the point looked from (Nesterov 1983; Sutskever et al. 2013; Bengio et al. 2013):
//
//	v = mu·v - rate·g        v starts at 0
//	p += mu·v - rate·g
type Nesterov struct{ Rate, Mu float64 }

// NewNesterov returns Nesterov with the usual mu of 0.9.
func NewNesterov(rate float64) Nesterov { return Nesterov{rate, 0.9} }

func (Nesterov) Kind() string                      { return "nesterov" }
func (o Nesterov) LearningRate() float64           { return o.Rate }
func (o Nesterov) New32(l Layout) Stepper[float32] { return newNesterov[float32](o, l) }
func (o Nesterov) New64(l Layout) Stepper[float64] { return newNesterov[float64](o, l) }

func (o Nesterov) Check() error { return firstError(requireRate(o), requireShare(o, "mu", o.Mu)) }

type nesterov[F kernel.Float] struct {
	memory[F]
	rate, mu F
}

func newNesterov[F kernel.Float](o Nesterov, l Layout) *nesterov[F] {
	return &nesterov[F]{memory: remember[F](l.Size, "velocity"), mu: F(o.Mu)}
}

func (s *nesterov[F]) Begin(rate float64) {
	s.state.Steps++
	s.rate = F(rate)
}

func (s *nesterov[F]) Apply(params, grads []F, lo, hi int) {
	kernel.NesterovStep(params[lo:hi], grads[lo:hi], s.slot(0, lo, hi), s.rate, s.mu)
}
