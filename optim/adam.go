package optim

import (
	"math"

	"github.com/gradus-nn/gradus/kernel"
)

// Adam is momentum and RMSProp at once, both corrected for starting at zero (Kingma & Ba 2015, algorithm 1):
//
//	m = Beta1·m + (1-Beta1)·g         m̂ = m / (1 - Beta1ᵗ)        t = 1, 2, ...
//	v = Beta2·v + (1-Beta2)·g²        v̂ = v / (1 - Beta2ᵗ)
//	p -= rate · m̂ / (√v̂ + Epsilon)
//
// With EpsilonHat, Epsilon is the ε̂ of the same paper's section 2, which is added to the uncorrected root, as Saito
// and TensorFlow have it:
//
//	p -= rate · √(1-Beta2ᵗ)/(1-Beta1ᵗ) · m / (√v + Epsilon)
//
// Every field means what it says: a Beta1 of 0 is no momentum.
type Adam struct {
	Rate, Beta1, Beta2, Epsilon float64
	EpsilonHat                  bool
}

// NewAdam returns Adam with the paper's settings: 0.9, 0.999, 1e-8.
func NewAdam(rate float64) Adam { return Adam{Rate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8} }

// NewAdamSaito returns Adam as in Saito's chapter 6: 0.9, 0.999 and an ε̂ of 1e-7.
func NewAdamSaito(rate float64) Adam {
	return Adam{Rate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, EpsilonHat: true}
}

func (Adam) Kind() string                      { return "adam" }
func (o Adam) LearningRate() float64           { return o.Rate }
func (o Adam) New32(l Layout) Stepper[float32] { return newAdam[float32](o, l) }
func (o Adam) New64(l Layout) Stepper[float64] { return newAdam[float64](o, l) }

func (o Adam) Check() error {
	return firstError(requireRate(o), requireShare(o, "beta1", o.Beta1), requireShare(o, "beta2", o.Beta2), requireEpsilon(o, o.Epsilon))
}

type adam[F kernel.Float] struct {
	memory[F]
	setting Adam
	step    kernel.AdamStep[F]
}

func newAdam[F kernel.Float](o Adam, l Layout) *adam[F] {
	return &adam[F]{memory: remember[F](l.Size, "mean", "mean squares"), setting: o}
}

func (s *adam[F]) Begin(rate float64) {
	s.state.Steps++
	s.step = adamStep[F](s.setting, rate, s.state.Steps)
}

func (s *adam[F]) Apply(params, grads []F, lo, hi int) {
	kernel.AdamUpdate(params[lo:hi], grads[lo:hi], s.slot(0, lo, hi), s.slot(1, lo, hi), s.step)
}

// adamStep returns the constants of step t, with the corrections of the bias folded into rate and epsilon:
//
//	rate·m̂/(√v̂ + ε) = rate·√c2/c1 · m/(√v + ε·√c2)        c1 = 1 - Beta1ᵗ, c2 = 1 - Beta2ᵗ
//
// They are worked out in float64 even for float32, where 1 - 0.999ᵗ would keep four digits, but from the betas as F
// holds them, since these are what m and v follow.
func adamStep[F kernel.Float](o Adam, rate float64, t uint64) kernel.AdamStep[F] {
	beta1, beta2 := F(o.Beta1), F(o.Beta2)
	c1, root2 := 1-power(float64(beta1), t), math.Sqrt(1-power(float64(beta2), t))
	epsilon := o.Epsilon
	if !o.EpsilonHat {
		epsilon *= root2
	}
	return kernel.AdamStep[F]{Rate: F(rate * root2 / c1), Beta1: beta1, Beta2: beta2, Eps: F(epsilon), Keep: 1}
}

// power returns xⁿ by repeated squaring: products only, so that it has the same bits on every processor, which
// math.Pow does not promise.
func power(x float64, n uint64) float64 {
	y := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			y *= x
		}
		x *= x
	}
	return y
}
