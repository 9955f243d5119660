package main

import (
	"fmt"
	"slices"
)

// An armMapping is a mapping for NEON.
type armMapping struct {
	name, params string
	outs, ins    []string // slices, as long as outs[0]
	scalars      []string
	doc          string
	f            func(x, k []armVec) []armVec // from ins and scalars to outs; it may change x
}

const armLength = "R0" // what is left of a kernel's slices

// mapping writes a kernel that takes several vectors at a time, then single ones, then single elements.
func (v *armVectors) mapping(m armMapping) {
	v.begin(m.name, m.params, "", m.doc)
	v.op("MOVD %s, %s", v.param(m.outs[0]+"_len"), armLength)
	names := append(append([]string{}, m.outs...), m.ins...)
	slices.Sort(names)
	names = slices.Compact(names)
	pointers := map[string]string{}
	for i, name := range names {
		pointers[name] = fmt.Sprintf("R%d", i+1)
		v.op("MOVD %s, %s", v.param(name+"_base"), pointers[name])
	}
	var scalars []armVec
	for _, name := range m.scalars {
		scalars = append(scalars, v.scalar(name))
	}
	// block handles a number of vectors, or a single element, and steps on.
	block := func(vectors int) {
		v.alone = vectors == 0
		for i := range max(vectors, 1) {
			var x []armVec
			for _, name := range m.ins {
				x = append(x, v.load(pointers[name], 16*i))
			}
			for j, y := range m.f(x, scalars) {
				v.store(y, pointers[m.outs[j]], 16*i)
			}
			v.flush()
		}
		step := 16 * vectors
		if v.alone {
			step = 4
		}
		for _, name := range names {
			v.op("ADD $%d, %s", step, pointers[name])
		}
	}
	v.withConstants(func() {
		many := 4
		if v.length(func() { block(1) }) > 25 {
			many = 1 // there the loop costs little beside the work
		}
		v.loop(4*many, func() { block(many) })
		if many > 1 {
			v.loop(4, func() { block(1) })
		}
		v.loop(1, func() { block(0) })
	})
	v.op("RET")
}

// length is the number of instructions that body writes.
func (v *armVectors) length(body func()) int {
	stage := v.arm
	lines := func() (n int) {
		for _, c := range v.text {
			if c == '\n' {
				n++
			}
		}
		return n
	}
	before := lines()
	body()
	n := lines() - before
	v.arm = stage
	return n
}

// loop writes body in a loop while at least n elements are left, of which it takes n away.
func (v *armVectors) loop(n int, body func()) {
	loop, rest, done := v.unique("block"), v.unique("rest"), v.unique("done")
	if n == 1 {
		v.op("CBZ %s, %s", armLength, done)
		v.label(loop)
		body()
		v.op("SUBS $1, %s", armLength)
		v.op("BNE %s", loop)
		v.label(done)
		return
	}
	v.op("SUBS $%d, %s", n, armLength)
	v.op("BLT %s", rest)
	v.label(loop)
	body()
	v.op("SUBS $%d, %s", n, armLength)
	v.op("BGE %s", loop)
	v.label(rest)
	v.op("ADD $%d, %s", n, armLength)
}

// load reads a vector, or a single element with zeros in the other lanes.
func (v *armVectors) load(pointer string, offset int) armVec {
	return v.make(func(d int, _ []int) { v.op("%s %d(%s), F%d", v.fmov(), offset, pointer, d) })
}

func (v *armVectors) store(x armVec, pointer string, offset int) {
	v.change(x, func(d int, _ []int) { v.op("%s F%d, %d(%s)", v.fmov(), d, offset, pointer) })
}

func (v *armVectors) fmov() string {
	if v.alone {
		return "FMOVS"
	}
	return "FMOVQ"
}

func (v *armVectors) elementwise() {
	unary := func(name, doc string, f func(x armVec) armVec) {
		v.mapping(armMapping{name, "dst, x []float32", []string{"dst"}, []string{"x"}, nil, doc,
			func(x, _ []armVec) []armVec { return []armVec{f(x[0])} }})
	}
	binary := func(name, doc string, f func(a, b armVec) armVec) {
		v.mapping(armMapping{name, "dst, a, b []float32", []string{"dst"}, []string{"a", "b"}, nil, doc,
			func(x, _ []armVec) []armVec { return []armVec{f(x[0], x[1])} }})
	}
	gradient := func(name, doc string, f func(dy, y armVec) armVec) {
		v.mapping(armMapping{name, "dx, dy, y []float32", []string{"dx"}, []string{"dy", "y"}, nil, doc,
			func(x, _ []armVec) []armVec { return []armVec{f(x[0], x[1])} }})
	}
	withScalar := func(name, scalar, doc string, f func(x, a armVec) armVec) {
		v.mapping(armMapping{name, "dst, x []float32, " + scalar + " float32", []string{"dst"}, []string{"x"}, []string{scalar}, doc,
			func(x, k []armVec) []armVec { return []armVec{f(x[0], k[0])} }})
	}

	unary("exp", "dst[i] = exp32(x[i])", v.exp)
	unary("log", "dst[i] = log32(x[i])", v.log)
	unary("tanh", "dst[i] = tanh32(x[i])", v.tanh)
	unary("sigmoid", "dst[i] = sigmoid32(x[i])", v.sigmoid)
	unary("relu", "dst[i] = max(x[i], +0), NaN stays", func(x armVec) armVec { return v.max(x, v.f(0)) })
	unary("gelu", "dst[i] = x[i]·Φ(x[i])", v.gelu)
	unary("softplus", "dst[i] = ln(1 + exp(x[i]))", v.softplus)

	gradient("sigmoidGrad", "dx[i] = dy[i] * (y[i] * (1 - y[i]))", func(dy, y armVec) armVec {
		return v.mul(dy, v.mul(y, v.sub(v.f(1), y)))
	})
	gradient("tanhGrad", "dx[i] = dy[i] * fma(-y[i], y[i], 1)", func(dy, y armVec) armVec {
		return v.mul(dy, v.minusTimes(v.own(1), y, y))
	})
	gradient("reluGrad", "dx[i] = dy[i] if y[i] > 0, NaN if y[i] is, else +0", func(dy, y armVec) armVec {
		return v.choose(v.equal(y, y), v.and(dy, v.greater(y, v.f(0))), y)
	})
	gradient("geluGrad", "dx[i] = dy[i] * (Φ(x[i]) + x[i]·φ(x[i]))", func(dy, x armVec) armVec {
		return v.mul(dy, v.geluSlope(x))
	})
	gradient("softplusGrad", "dx[i] = dy[i] * sigmoid32(x[i])", func(dy, x armVec) armVec { return v.mul(dy, v.sigmoid(x)) })

	binary("add", "dst[i] = a[i] + b[i]", v.add)
	binary("sub", "dst[i] = a[i] - b[i]", v.sub)
	binary("mul", "dst[i] = a[i] * b[i]", v.mul)

	withScalar("leakyReLU", "alpha", "dst[i] = x[i] if x[i] > 0, else alpha * x[i]", func(x, alpha armVec) armVec {
		return v.choose(v.greater(x, v.f(0)), x, v.mul(x, alpha))
	})
	withScalar("elu", "alpha", "dst[i] = x[i] if x[i] > 0, else alpha * (exp(x[i]) - 1)", func(x, alpha armVec) armVec {
		return v.choose(v.greater(x, v.f(0)), x, v.mul(alpha, v.expm1(x)))
	})
	gradientWithAlpha := func(name, doc string, f func(dy, y, alpha armVec) armVec) {
		v.mapping(armMapping{name, "dx, dy, y []float32, alpha float32", []string{"dx"}, []string{"dy", "y"}, []string{"alpha"}, doc,
			func(x, k []armVec) []armVec { return []armVec{f(x[0], x[1], k[0])} }})
	}
	gradientWithAlpha("leakyReLUGrad", "dx[i] = dy[i] if y[i] > 0, NaN if y[i] is, else alpha * dy[i]",
		func(dy, y, alpha armVec) armVec {
			return v.choose(v.equal(y, y), v.choose(v.greater(y, v.f(0)), dy, v.mul(dy, alpha)), y)
		})
	gradientWithAlpha("eluGrad", "dx[i] = dy[i] if y[i] > 0, else dy[i] * (y[i] + alpha)",
		func(dy, y, alpha armVec) armVec {
			return v.choose(v.greater(y, v.f(0)), dy, v.mul(dy, v.add(y, alpha)))
		})
	v.mapping(armMapping{"addL1", "g, p []float32, lambda float32", []string{"g"}, []string{"g", "p"}, []string{"lambda"},
		"g[i] += lambda * sign(p[i])",
		func(x, k []armVec) []armVec {
			g, p := x[0], x[1]
			up := v.choose(v.greater(p, v.f(0)), v.add(g, k[0]), g)
			return []armVec{v.choose(v.greater(v.f(0), p), v.sub(g, k[0]), up)}
		}})

	v.mapping(armMapping{"scale", "dst []float32, a float32, x []float32", []string{"dst"}, []string{"x"}, []string{"a"},
		"dst[i] = a * x[i]",
		func(x, k []armVec) []armVec { return []armVec{v.mul(x[0], k[0])} }})
	v.mapping(armMapping{"axpy", "y []float32, a float32, x []float32", []string{"y"}, []string{"y", "x"}, []string{"a"},
		"y[i] = fma(a, x[i], y[i])",
		func(x, k []armVec) []armVec { return []armVec{v.plusTimes(x[0], x[1], k[0])} }})

	// The passes of softmaxNEON and logSoftmaxNEON.
	withScalar("expMinus", "m", "dst[i] = exp32(x[i] - m)", func(x, m armVec) armVec { return v.exp(v.sub(x, m)) })
	withScalar("minus", "m", "dst[i] = x[i] - m", v.sub)
	withScalar("over", "s", "dst[i] = x[i] / s", v.div)
}

// updates writes the optimisers' kernels: kernel/update_ref.go, line by line.
func (v *armVectors) updates() {
	v.mapping(armMapping{"sgd", "p, g []float32, rate float32", []string{"p"}, []string{"p", "g"}, []string{"rate"},
		"p[i] = fma(-rate, g[i], p[i])",
		func(x, k []armVec) []armVec { return []armVec{v.minusTimes(x[0], x[1], k[0])} }})

	pgv := []string{"p", "g", "v"}
	v.mapping(armMapping{"momentum", "p, g, v []float32, rate, mu float32", []string{"p", "v"}, pgv, []string{"rate", "mu"},
		"v[i] = settled(fma(-rate, g[i], mu*v[i])); p[i] += v[i]",
		func(x, k []armVec) []armVec {
			p, g, rate, mu := x[0], x[1], k[0], k[1]
			velocity := v.settled(v.minusTimes(v.mul(x[2], mu), g, rate))
			return []armVec{v.add(p, velocity), velocity}
		}})
	v.mapping(armMapping{"nesterov", "p, g, v []float32, rate, mu float32", []string{"p", "v"}, pgv, []string{"rate", "mu"},
		"v[i] = settled(fma(-rate, g[i], mu*v[i])); p[i] = fma(mu, v[i], fma(-rate, g[i], p[i]))",
		func(x, k []armVec) []armVec {
			p, g, rate, mu := x[0], x[1], k[0], k[1]
			velocity := v.settled(v.minusTimes(v.mul(x[2], mu), g, rate))
			v.minusTimes(p, g, rate)
			return []armVec{v.plusTimes(p, velocity, mu), velocity}
		}})

	pgh := []string{"p", "g", "h"}
	v.mapping(armMapping{"adaGrad", "p, g, h []float32, rate, eps float32", []string{"p", "h"}, pgh, []string{"rate", "eps"},
		"h[i] = fma(g[i], g[i], h[i]); p[i] = fma(-rate, g[i]/(√h[i] + eps), p[i])",
		func(x, k []armVec) []armVec {
			p, g, h, rate, eps := x[0], x[1], x[2], k[0], k[1]
			v.plusTimes(h, g, g)
			return []armVec{v.minusTimes(p, v.div(g, v.add(v.sqrt(h), eps)), rate), h}
		}})
	v.mapping(armMapping{"rmsProp", "p, g, h []float32, rate, rho, eps float32", []string{"p", "h"}, pgh,
		[]string{"rate", "rho", "eps"},
		"h[i] = settled(fma(rho, h[i], (1-rho) * (g[i]*g[i]))); p[i] = fma(-rate, g[i]/(√h[i] + eps), p[i])",
		func(x, k []armVec) []armVec {
			p, g, rate, rho, eps := x[0], x[1], k[0], k[1], k[2]
			h := v.settled(v.plusTimes(v.mul(v.sub(v.f(1), rho), v.mul(g, g)), x[2], rho))
			return []armVec{v.minusTimes(p, v.div(g, v.add(v.sqrt(h), eps)), rate), h}
		}})
	v.mapping(armMapping{"adam", "p, g, m, v []float32, rate, beta1, beta2, eps, keep float32", []string{"p", "m", "v"},
		[]string{"p", "g", "m", "v"}, []string{"rate", "beta1", "beta2", "eps", "keep"},
		"AdamUpdate with the fields of an AdamStep",
		func(x, k []armVec) []armVec {
			p, g, m, second := x[0], x[1], x[2], x[3]
			rate, beta1, beta2, eps, keep := k[0], k[1], k[2], k[3], k[4]
			m = v.settled(v.plusTimes(m, v.sub(g, m), v.sub(v.f(1), beta1)))
			second = v.settled(v.plusTimes(second, v.plusTimes(v.negate(second), g, g), v.sub(v.f(1), beta2)))
			p = v.minusTimes(v.mul(p, keep), v.div(m, v.add(v.sqrt(second), eps)), rate)
			return []armVec{p, m, second}
		}})
}

// settled returns x, or +0 where it is smaller than any normal number.
func (v *armVectors) settled(x armVec) armVec {
	return v.choose(v.greater(v.f(0x1p-126), v.and(x, v.bits(0x7fffffff))), v.bits(0), x)
}
