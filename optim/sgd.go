package optim

import "github.com/gradus-nn/gradus/kernel"

// SGD is stochastic gradient descent:
//
//	p -= rate·g
type SGD struct{ Rate float64 }

// NewSGD returns SGD at the given rate.
func NewSGD(rate float64) SGD { return SGD{rate} }

func (SGD) Kind() string                    { return "sgd" }
func (o SGD) LearningRate() float64         { return o.Rate }
func (o SGD) New32(Layout) Stepper[float32] { return &sgd[float32]{} }
func (o SGD) New64(Layout) Stepper[float64] { return &sgd[float64]{} }

func (o SGD) Check() error { return requireRate(o) }

type sgd[F kernel.Float] struct {
	memory[F]
	rate F
}

func (s *sgd[F]) Begin(rate float64) {
	s.state.Steps++
	s.rate = F(rate)
}

func (s *sgd[F]) Apply(params, grads []F, lo, hi int) {
	kernel.SGDStep(params[lo:hi], grads[lo:hi], s.rate)
}
