package kernel

import "unsafe"

// settled is x, or +0 where x is smaller than any normal number. What an optimiser remembers of a gradient that has
// ended shrinks by a factor a step, and for ever: 0.9 times the smallest number rounds to itself. Arithmetic with such
// numbers takes processors ten times as long.
func settled[F Float](x F) F {
	least := F(0x1p-126)
	if unsafe.Sizeof(x) == 8 {
		least = F(leastNormal64)
	}
	if -least < x && x < least {
		return 0
	}
	return x
}

// leastNormal64 is a variable because the constant is no float32.
var leastNormal64 = 0x1p-1022

func sgdRef[F Float](p, g []F, rate F) {
	for i, d := range g {
		p[i] = fma(-rate, d, p[i])
	}
}

func momentumRef[F Float](p, g, v []F, rate, mu F) {
	for i, d := range g {
		v[i] = settled(fma(-rate, d, F(mu*v[i])))
		p[i] += v[i]
	}
}

func nesterovRef[F Float](p, g, v []F, rate, mu F) {
	for i, d := range g {
		v[i] = settled(fma(-rate, d, F(mu*v[i])))
		p[i] = fma(mu, v[i], fma(-rate, d, p[i]))
	}
}

func adaGradRef[F Float](p, g, h []F, rate, eps F) {
	for i, d := range g {
		h[i] = fma(d, d, h[i])
		p[i] = fma(-rate, d/(sqrt(h[i])+eps), p[i])
	}
}

func rmsPropRef[F Float](p, g, h []F, rate, rho, eps F) {
	for i, d := range g {
		h[i] = settled(fma(rho, h[i], F(F(1-rho)*F(d*d))))
		p[i] = fma(-rate, d/(sqrt(h[i])+eps), p[i])
	}
}

func adamRef[F Float](p, g, m, v []F, s AdamStep[F]) {
	new1, new2 := 1-s.Beta1, 1-s.Beta2
	for i, d := range g {
		m[i] = settled(fma(new1, F(d-m[i]), m[i]))
		v[i] = settled(fma(new2, fma(d, d, -v[i]), v[i]))
		p[i] = fma(-s.Rate, m[i]/(sqrt(v[i])+s.Eps), F(s.Keep*p[i]))
	}
}
