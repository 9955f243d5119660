package main

// updates writes the optimisers' kernels: kernel/update_ref.go, line by line.
func (v *vectors) updates() {
	v.mapping(mapping{"sgd", "(p, g []float32, rate float32)", []string{"p"}, []string{"p", "g"}, []string{"rate"},
		"p[i] = fma(-rate, g[i], p[i])",
		func(x, k []vec) []vec {
			p, g := x[0], x[1]
			v.minusTimes(p, g, k[0])
			return []vec{p}
		}})

	pgv := []string{"p", "g", "v"}
	v.mapping(mapping{"momentum", "(p, g, v []float32, rate, mu float32)", []string{"p", "v"}, pgv, []string{"rate", "mu"},
		"v[i] = settled(fma(-rate, g[i], mu*v[i])); p[i] += v[i]",
		func(x, k []vec) []vec {
			p, g, rate, mu := x[0], x[1], k[0], k[1]
			velocity := v.mul(x[2], mu)
			v.minusTimes(velocity, g, rate)
			velocity = v.settled(velocity)
			return []vec{v.add(p, velocity), velocity}
		}})
	v.mapping(mapping{"nesterov", "(p, g, v []float32, rate, mu float32)", []string{"p", "v"}, pgv, []string{"rate", "mu"},
		"v[i] = settled(fma(-rate, g[i], mu*v[i])); p[i] = fma(mu, v[i], fma(-rate, g[i], p[i]))",
		func(x, k []vec) []vec {
			p, g, rate, mu := x[0], x[1], k[0], k[1]
			velocity := v.mul(x[2], mu)
			v.minusTimes(velocity, g, rate)
			velocity = v.settled(velocity)
			v.minusTimes(p, g, rate)
			v.plusTimes(p, velocity, mu)
			return []vec{p, velocity}
		}})

	pgh := []string{"p", "g", "h"}
	v.mapping(mapping{"adaGrad", "(p, g, h []float32, rate, eps float32)", []string{"p", "h"}, pgh, []string{"rate", "eps"},
		"h[i] = fma(g[i], g[i], h[i]); p[i] = fma(-rate, g[i]/(√h[i] + eps), p[i])",
		func(x, k []vec) []vec {
			p, g, h, rate, eps := x[0], x[1], x[2], k[0], k[1]
			v.plusTimes(h, g, g)
			v.minusTimes(p, v.div(g, v.add(v.sqrt(h), eps)), rate)
			return []vec{p, h}
		}})
	v.mapping(mapping{"rmsProp", "(p, g, h []float32, rate, rho, eps float32)", []string{"p", "h"}, pgh,
		[]string{"rate", "rho", "eps"},
		"h[i] = settled(fma(rho, h[i], (1-rho) * (g[i]*g[i]))); p[i] = fma(-rate, g[i]/(√h[i] + eps), p[i])",
		func(x, k []vec) []vec {
			p, g, h, rate, rho, eps := x[0], x[1], x[2], k[0], k[1], k[2]
			v.timesPlus(h, rho, v.mul(v.sub(v.reg(v.f(1)), rho), v.mul(g, g)))
			h = v.settled(h)
			v.minusTimes(p, v.div(g, v.add(v.sqrt(h), eps)), rate)
			return []vec{p, h}
		}})

	v.mapping(mapping{"adam", "(p, g, m, v []float32, rate, beta1, beta2, eps, keep float32)", []string{"p", "m", "v"},
		[]string{"p", "g", "m", "v"}, []string{"rate", "beta1", "beta2", "eps", "keep"},
		"AdamUpdate with the fields of an AdamStep",
		func(x, k []vec) []vec {
			p, g, m, second := x[0], x[1], x[2], x[3]
			rate, beta1, beta2, eps, keep := k[0], k[1], k[2], k[3], k[4]
			one := v.reg(v.f(1))
			v.plusTimes(m, v.sub(g, m), v.sub(one, beta1))
			m = v.settled(m)
			v.VFMSUB213PS(second, g, g) // g = g·g - second
			v.plusTimes(second, g, v.sub(one, beta2))
			second = v.settled(second)
			p = v.mul(p, keep)
			v.minusTimes(p, v.div(m, v.add(v.sqrt(second), eps)), rate)
			return []vec{p, m, second}
		}})
}

// settled returns x, or +0 where it is smaller than any normal number.
func (v *vectors) settled(x vec) vec {
	size := v.and(x, v.bits(0x7fffffff))
	return v.keep(v.compare(notLess, size, v.f(0x1p-126)), x)
}
