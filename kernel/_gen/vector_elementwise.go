package main

import "github.com/mmcloughlin/avo/reg"

// A mapping is a kernel that computes outs from ins element by element.
type mapping struct {
	name, signature string
	outs, ins       []string // slices, as long as outs[0]
	scalars         []string
	doc             string
	f               func(x, k []vec) []vec // from ins and scalars to outs; it may change x
}

func (v *vectors) mapping(m mapping) {
	v.function(m.name, m.signature, m.doc)
	bases := map[string]reg.Register{}
	for _, name := range append(append([]string{}, m.outs...), m.ins...) {
		if bases[name] == nil {
			bases[name] = v.base(name)
		}
	}
	n, index := v.length(m.outs[0]), v.GP64()
	v.XORQ(index, index)
	var scalars []vec
	for _, name := range m.scalars {
		scalars = append(scalars, v.scalar(name))
	}
	v.withConstants(maxHoisted, func() {
		v.blocks(n, index, func(t tail) {
			for p := range v.parts() {
				var x []vec
				for _, name := range m.ins {
					x = append(x, v.load(v.at(pointer{bases[name], index}, p), t, p))
				}
				for i, y := range m.f(x, scalars) {
					v.store(y, v.at(pointer{bases[m.outs[i]], index}, p), t, p)
				}
			}
		})
	})
	v.end()
}

func (v *vectors) elementwise() {
	unary := func(name, doc string, f func(x vec) vec) {
		v.mapping(mapping{name, "(dst, x []float32)", []string{"dst"}, []string{"x"}, nil, doc,
			func(x, _ []vec) []vec { return []vec{f(x[0])} }})
	}
	binary := func(name, doc string, f func(a, b vec) vec) {
		v.mapping(mapping{name, "(dst, a, b []float32)", []string{"dst"}, []string{"a", "b"}, nil, doc,
			func(x, _ []vec) []vec { return []vec{f(x[0], x[1])} }})
	}
	gradient := func(name, doc string, f func(dy, y vec) vec) {
		v.mapping(mapping{name, "(dx, dy, y []float32)", []string{"dx"}, []string{"dy", "y"}, nil, doc,
			func(x, _ []vec) []vec { return []vec{f(x[0], x[1])} }})
	}

	unary("exp", "dst[i] = exp32(x[i])", v.exp)
	unary("log", "dst[i] = log32(x[i])", v.log)
	unary("tanh", "dst[i] = tanh32(x[i])", v.tanh)
	unary("sigmoid", "dst[i] = sigmoid32(x[i])", v.sigmoid)
	unary("relu", "dst[i] = max(x[i], +0), NaN stays", func(x vec) vec {
		return v.keep(v.compare(notLessOrEqual, x, v.f(0)), x)
	})

	unary("gelu", "dst[i] = x[i]·Φ(x[i])", v.gelu)
	unary("softplus", "dst[i] = ln(1 + exp(x[i]))", v.softplus)

	gradient("sigmoidGrad", "dx[i] = dy[i] * (y[i] * (1 - y[i]))", func(dy, y vec) vec {
		return v.mul(dy, v.mul(y, v.sub(v.reg(v.f(1)), y)))
	})
	gradient("tanhGrad", "dx[i] = dy[i] * fma(-y[i], y[i], 1)", func(dy, y vec) vec {
		slope := v.copy(v.f(1))
		v.minusTimes(slope, y, y)
		return v.mul(dy, slope)
	})
	gradient("reluGrad", "dx[i] = dy[i] if y[i] > 0, NaN if y[i] is, else +0", func(dy, y vec) vec {
		dx := v.keep(v.compare(notLessOrEqual, y, v.f(0)), dy)
		return v.choose(v.compare(unordered, y, y), y, dx)
	})

	gradient("geluGrad", "dx[i] = dy[i] * (Φ(x[i]) + x[i]·φ(x[i]))", func(dy, x vec) vec { return v.mul(dy, v.geluSlope(x)) })
	gradient("softplusGrad", "dx[i] = dy[i] * sigmoid32(x[i])", func(dy, x vec) vec { return v.mul(dy, v.sigmoid(x)) })

	binary("add", "dst[i] = a[i] + b[i]", func(a, b vec) vec { return v.add(a, b) })
	binary("sub", "dst[i] = a[i] - b[i]", func(a, b vec) vec { return v.sub(a, b) })
	binary("mul", "dst[i] = a[i] * b[i]", func(a, b vec) vec { return v.mul(a, b) })

	v.mapping(mapping{"leakyReLU", "(dst, x []float32, alpha float32)", []string{"dst"}, []string{"x"}, []string{"alpha"},
		"dst[i] = x[i] if x[i] > 0, else alpha * x[i]",
		func(x, k []vec) []vec {
			return []vec{v.choose(v.compare(greater, x[0], v.f(0)), x[0], v.mul(x[0], k[0]))}
		}})
	v.mapping(mapping{"elu", "(dst, x []float32, alpha float32)", []string{"dst"}, []string{"x"}, []string{"alpha"},
		"dst[i] = x[i] if x[i] > 0, else alpha * (exp(x[i]) - 1)",
		func(x, k []vec) []vec {
			return []vec{v.choose(v.compare(greater, x[0], v.f(0)), x[0], v.mul(v.expm1(x[0]), k[0]))}
		}})
	dyy := []string{"dy", "y"}
	v.mapping(mapping{"leakyReLUGrad", "(dx, dy, y []float32, alpha float32)", []string{"dx"}, dyy, []string{"alpha"},
		"dx[i] = dy[i] if y[i] > 0, NaN if y[i] is, else alpha * dy[i]",
		func(x, k []vec) []vec {
			dy, y := x[0], x[1]
			dx := v.choose(v.compare(greater, y, v.f(0)), dy, v.mul(dy, k[0]))
			return []vec{v.choose(v.compare(unordered, y, y), y, dx)}
		}})
	v.mapping(mapping{"eluGrad", "(dx, dy, y []float32, alpha float32)", []string{"dx"}, dyy, []string{"alpha"},
		"dx[i] = dy[i] if y[i] > 0, else dy[i] * (y[i] + alpha)",
		func(x, k []vec) []vec {
			dy, y := x[0], x[1]
			return []vec{v.choose(v.compare(greater, y, v.f(0)), dy, v.mul(dy, v.add(y, k[0])))}
		}})
	v.mapping(mapping{"addL1", "(g, p []float32, lambda float32)", []string{"g"}, []string{"g", "p"}, []string{"lambda"},
		"g[i] += lambda * sign(p[i])",
		func(x, k []vec) []vec {
			g, p := x[0], x[1]
			g = v.choose(v.compare(greater, p, v.f(0)), v.add(g, k[0]), g)
			return []vec{v.choose(v.compare(less, p, v.f(0)), v.sub(x[0], k[0]), g)}
		}})

	v.mapping(mapping{"scale", "(dst []float32, a float32, x []float32)", []string{"dst"}, []string{"x"}, []string{"a"},
		"dst[i] = a * x[i]",
		func(x, k []vec) []vec { return []vec{v.mul(x[0], k[0])} }})
	v.mapping(mapping{"axpy", "(y []float32, a float32, x []float32)", []string{"y"}, []string{"y", "x"}, []string{"a"},
		"y[i] = fma(a, x[i], y[i])",
		func(x, k []vec) []vec {
			v.plusTimes(x[0], x[1], k[0])
			return x[:1]
		}})
}
