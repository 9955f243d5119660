package optim

import "github.com/gradus-nn/gradus/kernel"

// AdaGrad gives every parameter its own rate, which falls with the squares of all its gradients so far (Duchi et al.
// 2011; Saito, equations 6.5 and 6.6):
//
//	h += g²        h starts at 0
//	p -= rate · g / (√h + Epsilon)
type AdaGrad struct{ Rate, Epsilon float64 }

// NewAdaGrad returns AdaGrad with Saito's epsilon of 1e-7.
func NewAdaGrad(rate float64) AdaGrad { return AdaGrad{rate, 1e-7} }

func (AdaGrad) Kind() string                      { return "adagrad" }
func (o AdaGrad) LearningRate() float64           { return o.Rate }
func (o AdaGrad) New32(l Layout) Stepper[float32] { return newAdaGrad[float32](o, l) }
func (o AdaGrad) New64(l Layout) Stepper[float64] { return newAdaGrad[float64](o, l) }

func (o AdaGrad) Check() error { return firstError(requireRate(o), requireEpsilon(o, o.Epsilon)) }

type adaGrad[F kernel.Float] struct {
	memory[F]
	rate, epsilon F
}

func newAdaGrad[F kernel.Float](o AdaGrad, l Layout) *adaGrad[F] {
	return &adaGrad[F]{memory: remember[F](l.Size, "squares"), epsilon: F(o.Epsilon)}
}

func (s *adaGrad[F]) Begin(rate float64) {
	s.state.Steps++
	s.rate = F(rate)
}

func (s *adaGrad[F]) Apply(params, grads []F, lo, hi int) {
	kernel.AdaGradStep(params[lo:hi], grads[lo:hi], s.slot(0, lo, hi), s.rate, s.epsilon)
}
