package optim

import "github.com/gradus-nn/gradus/kernel"

// RMSProp is AdaGrad that forgets: h is a running mean of the squares (Tieleman & Hinton 2012):
//
//	h = Rho·h + (1-Rho)·g²        h starts at 0
//	p -= rate · g / (√h + Epsilon)
type RMSProp struct{ Rate, Rho, Epsilon float64 }

// NewRMSProp returns RMSProp with Saito's rho of 0.99 and epsilon of 1e-7.
func NewRMSProp(rate float64) RMSProp { return RMSProp{rate, 0.99, 1e-7} }

func (RMSProp) Kind() string                      { return "rmsprop" }
func (o RMSProp) LearningRate() float64           { return o.Rate }
func (o RMSProp) New32(l Layout) Stepper[float32] { return newRMSProp[float32](o, l) }
func (o RMSProp) New64(l Layout) Stepper[float64] { return newRMSProp[float64](o, l) }

func (o RMSProp) Check() error {
	return firstError(requireRate(o), requireShare(o, "rho", o.Rho), requireEpsilon(o, o.Epsilon))
}

type rmsProp[F kernel.Float] struct {
	memory[F]
	rate, rho, epsilon F
}

func newRMSProp[F kernel.Float](o RMSProp, l Layout) *rmsProp[F] {
	return &rmsProp[F]{memory: remember[F](l.Size, "mean squares"), rho: F(o.Rho), epsilon: F(o.Epsilon)}
}

func (s *rmsProp[F]) Begin(rate float64) {
	s.state.Steps++
	s.rate = F(rate)
}

func (s *rmsProp[F]) Apply(params, grads []F, lo, hi int) {
	kernel.RMSPropStep(params[lo:hi], grads[lo:hi], s.slot(0, lo, hi), s.rate, s.rho, s.epsilon)
}
