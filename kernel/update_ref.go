package kernel

func sgdRef[F Float](p, g []F, rate F) {
	for i, d := range g {
		p[i] = fma(-rate, d, p[i])
	}
}

func momentumRef[F Float](p, g, v []F, rate, mu F) {
	for i, d := range g {
		v[i] = fma(-rate, d, F(mu*v[i]))
		p[i] += v[i]
	}
}

func nesterovRef[F Float](p, g, v []F, rate, mu F) {
	for i, d := range g {
		v[i] = fma(-rate, d, F(mu*v[i]))
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
		h[i] = fma(rho, h[i], F(F(1-rho)*F(d*d)))
		p[i] = fma(-rate, d/(sqrt(h[i])+eps), p[i])
	}
}

func adamRef[F Float](p, g, m, v []F, s AdamStep[F]) {
	new1, new2 := 1-s.Beta1, 1-s.Beta2
	for i, d := range g {
		m[i] = fma(new1, F(d-m[i]), m[i])
		v[i] = fma(new2, fma(d, d, -v[i]), v[i])
		p[i] = fma(-s.Rate, m[i]/(sqrt(v[i])+s.Eps), F(s.Keep*p[i]))
	}
}
