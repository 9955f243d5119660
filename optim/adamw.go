package optim

import "github.com/gradus-nn/gradus/kernel"

// AdamW is Adam with weight decay that is decoupled from the gradient, so that the adaptive rates do not weaken it
// (Loshchilov & Hutter 2019, algorithm 2, with the decay scaled by the scheduled rate as PyTorch has it):
//
//	p *= 1 - rate·Decay        for weights, not for biases
//	p -= rate · m̂ / (√v̂ + Epsilon)        as in Adam
type AdamW struct{ Rate, Beta1, Beta2, Epsilon, Decay float64 }

// NewAdamW returns AdamW with the usual settings: 0.9, 0.999, 1e-8 and a decay of 0.01.
func NewAdamW(rate float64) AdamW { return AdamW{rate, 0.9, 0.999, 1e-8, 0.01} }

func (AdamW) Kind() string                      { return "adamw" }
func (o AdamW) LearningRate() float64           { return o.Rate }
func (o AdamW) New32(l Layout) Stepper[float32] { return newAdamW[float32](o, l) }
func (o AdamW) New64(l Layout) Stepper[float64] { return newAdamW[float64](o, l) }

func (o AdamW) Check() error {
	return firstError(
		requireRate(o), requireShare(o, "beta1", o.Beta1), requireShare(o, "beta2", o.Beta2), requireEpsilon(o, o.Epsilon),
		require(o.Decay >= 0 && o.Decay*o.Rate < 1, o, "decay", o.Decay, "a number of 0 or more and less than 1/rate, such as 0.01"),
	)
}

type adamW[F kernel.Float] struct {
	adam[F]
	decay float64
	keep  F
	split int // where the slab's weights end
}

func newAdamW[F kernel.Float](o AdamW, l Layout) *adamW[F] {
	plain := Adam{Rate: o.Rate, Beta1: o.Beta1, Beta2: o.Beta2, Epsilon: o.Epsilon}
	return &adamW[F]{adam: *newAdam[F](plain, l), decay: o.Decay, split: l.Decay}
}

func (s *adamW[F]) Begin(rate float64) {
	s.adam.Begin(rate)
	s.keep = F(1 - float64(rate*s.decay))
}

func (s *adamW[F]) Apply(params, grads []F, lo, hi int) {
	split := min(max(s.split, lo), hi)
	decaying := s.step
	decaying.Keep = s.keep
	kernel.AdamUpdate(params[lo:split], grads[lo:split], s.slot(0, lo, split), s.slot(1, lo, split), decaying)
	s.adam.Apply(params, grads, split, hi)
}
