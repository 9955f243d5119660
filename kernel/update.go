package kernel

// The updates of the optimisers: p the parameters, g their gradients, and what the optimiser remembers, all of
// p's length (the others may be longer). No two may overlap. What they remember and let fade is settled: 0 where it would be
// smaller than any normal number.

// SGDStep is gradient descent: p = p - rate·g
//
//	p[i] = fma(-rate, g[i], p[i])
func SGDStep[F Float](p, g []F, rate F) {
	g = first(g, len(p))
	if d, ok := narrow(p); ok {
		active.sgd(d, single(g), float32(rate))
		return
	}
	sgdRef(p, g, rate)
}

// MomentumStep is gradient descent with momentum mu (Polyak 1964; Saito, equations 6.3 and 6.4):
//
//	v[i] = settled(fma(-rate, g[i], mu·v[i]))
//	p[i] = p[i] + v[i]
func MomentumStep[F Float](p, g, v []F, rate, mu F) {
	g, v = first(g, len(p)), first(v, len(p))
	if d, ok := narrow(p); ok {
		active.momentum(d, single(g), single(v), float32(rate), float32(mu))
		return
	}
	momentumRef(p, g, v, rate, mu)
}

// NesterovStep is Nesterov's accelerated gradient, in the form that evaluates the gradient where p is
// (Sutskever et al. 2013; Bengio et al. 2013):
//
//	v[i] = settled(fma(-rate, g[i], mu·v[i]))
//	p[i] = fma(mu, v[i], fma(-rate, g[i], p[i]))
func NesterovStep[F Float](p, g, v []F, rate, mu F) {
	g, v = first(g, len(p)), first(v, len(p))
	if d, ok := narrow(p); ok {
		active.nesterov(d, single(g), single(v), float32(rate), float32(mu))
		return
	}
	nesterovRef(p, g, v, rate, mu)
}

// AdaGradStep divides the rate by the root of the sum of all squared gradients so far (Duchi et al. 2011):
//
//	h[i] = fma(g[i], g[i], h[i])
//	p[i] = fma(-rate, g[i]/(√h[i] + eps), p[i])
func AdaGradStep[F Float](p, g, h []F, rate, eps F) {
	g, h = first(g, len(p)), first(h, len(p))
	if d, ok := narrow(p); ok {
		active.adaGrad(d, single(g), single(h), float32(rate), float32(eps))
		return
	}
	adaGradRef(p, g, h, rate, eps)
}

// RMSPropStep forgets old gradients at the rate rho (Tieleman & Hinton 2012):
//
//	h[i] = settled(fma(rho, h[i], (1-rho)·(g[i]·g[i])))
//	p[i] = fma(-rate, g[i]/(√h[i] + eps), p[i])
func RMSPropStep[F Float](p, g, h []F, rate, rho, eps F) {
	g, h = first(g, len(p)), first(h, len(p))
	if d, ok := narrow(p); ok {
		active.rmsProp(d, single(g), single(h), float32(rate), float32(rho), float32(eps))
		return
	}
	rmsPropRef(p, g, h, rate, rho, eps)
}

// AdamStep holds the constants of one step of Adam. The corrections of the bias after t steps go into two of them:
//
//	Rate = rate·√(1-β2ᵗ)/(1-β1ᵗ)   Eps = ε·√(1-β2ᵗ)   Keep = 1 - rate·decay (AdamW), or 1
type AdamStep[F Float] struct{ Rate, Beta1, Beta2, Eps, Keep F }

// AdamUpdate is one step of Adam (Kingma & Ba 2015, algorithm 1) or AdamW (Loshchilov & Hutter 2019):
//
//	m[i] = settled(fma(1-Beta1, g[i] - m[i], m[i]))
//	v[i] = settled(fma(1-Beta2, fma(g[i], g[i], -v[i]), v[i]))
//	p[i] = fma(-Rate, m[i]/(√v[i] + Eps), Keep·p[i])
func AdamUpdate[F Float](p, g, m, v []F, step AdamStep[F]) {
	g, m, v = first(g, len(p)), first(m, len(p)), first(v, len(p))
	if d, ok := narrow(p); ok {
		s := AdamStep[float32]{float32(step.Rate), float32(step.Beta1), float32(step.Beta2), float32(step.Eps), float32(step.Keep)}
		active.adam(d, single(g), single(m), single(v), s)
		return
	}
	adamRef(p, g, m, v, step)
}
