package zoo

import "math"

// program is a two-layer network as the books teach to write it, a function for each line that people get wrong. It
// shares no line with the library. Left as they are, the lines are right.
type program struct {
	hidden func(z matrix) matrix        // a1 = h(z1)
	bias2  func(p *parameters) matrix   // what the second layer adds
	output func(z matrix) matrix        // y = softmax(z2)
	target func(t, y matrix) matrix     // t, as the loss meets it
	cost   func(z, y, t matrix) float64 // over the batch, without the mean
	batch  func(rows matrix) matrix     // of the examples and of the targets

	delta      func(z, y, t matrix) matrix  // dz2 = (y - t) / n
	back       func(dz, w matrix) matrix    // da1 = dz2·W2ᵀ
	derivative func(da, z, a matrix) matrix // dz1 = da1 * h'(z1)
	weight     func(x, dz matrix) matrix    // dW = xᵀ·dz
	db         func(dz matrix) matrix       // db = dz.sum(axis=0)

	penaltyCost func(w matrix) float64
	penalty     func(w matrix) matrix                 // what the regulariser adds to dW; nil for none
	biasPenalty func(b matrix) matrix                 // likewise to db
	quotient    func(above, below, h float64) float64 // (f(x+h) - f(x-h)) / (2*h)
}

// parameters are those of the books: W1 [in, hidden]   b1 [1, hidden]   W2 [hidden, out]   b2 [1, out].
type parameters struct{ w1, b1, w2, b2 matrix }

// all lists the matrices in the order W1, W2, b1, b2.
func (p *parameters) all() []matrix { return []matrix{p.w1, p.w2, p.b1, p.b2} }

// newProgram returns Saito's TwoLayerNet: sigmoid, softmax, cross-entropy.
func newProgram() *program {
	return &program{
		hidden: sigmoid, output: softmax,
		bias2:  func(p *parameters) matrix { return p.b2 },
		target: func(t, _ matrix) matrix { return t },
		batch:  func(rows matrix) matrix { return rows },
		cost:   crossEntropy,
		delta:  func(_, y, t matrix) matrix { return y.minus(t).over(float64(len(y))) },
		back:   func(dz, w matrix) matrix { return dot(dz, w.t()) },
		derivative: func(da, _, a matrix) matrix {
			return da.times(a.each(func(a float64) float64 { return a * (1 - a) }))
		},
		weight:      func(x, dz matrix) matrix { return dot(x.t(), dz) },
		db:          matrix.sum,
		penaltyCost: func(matrix) float64 { return 0 },
		quotient:    func(above, below, h float64) float64 { return (above - below) / (2 * h) },
	}
}

func sigmoid(z matrix) matrix {
	return z.each(func(z float64) float64 { return 1 / (1 + math.Exp(-z)) })
}

func relu(z matrix) matrix { return z.each(func(z float64) float64 { return max(z, 0) }) }

func softmax(z matrix) matrix {
	y := zeros(len(z), len(z[0]))
	for i, row := range z {
		sum := 0.0
		for j, v := range row {
			y[i][j] = math.Exp(v)
			sum += y[i][j]
		}
		for j := range row {
			y[i][j] /= sum
		}
	}
	return y
}

func crossEntropy(_, y, t matrix) float64 {
	return -t.times(y.each(math.Log)).total()
}

// gradient is the backward pass.
func (c *program) gradient(p *parameters, x, t matrix) (grads []matrix) {
	x, t = c.batch(x), c.batch(t)
	z1 := dot(x, p.w1).plus(p.b1)
	a1 := c.hidden(z1)
	z2 := dot(a1, p.w2).plus(c.bias2(p))
	y := c.output(z2)
	dz2 := c.delta(z2, y, c.target(t, y))
	dz1 := c.derivative(c.back(dz2, p.w2), z1, a1)
	return []matrix{
		penalized(c.weight(x, dz1), p.w1, c.penalty),
		penalized(c.weight(a1, dz2), p.w2, c.penalty),
		penalized(c.db(dz1), p.b1, c.biasPenalty),
		penalized(c.db(dz2), p.b2, c.biasPenalty),
	}
}

// penalized is grad + penalty(w).
func penalized(grad, w matrix, penalty func(w matrix) matrix) matrix {
	if penalty == nil {
		return grad
	}
	return grad.plus(penalty(w))
}

// loss is the forward pass.
func (c *program) loss(p *parameters, x, t matrix) float64 {
	z2 := dot(c.hidden(dot(x, p.w1).plus(p.b1)), p.w2).plus(c.bias2(p))
	y := c.output(z2)
	return c.cost(z2, y, c.target(t, y))/float64(len(x)) + c.penaltyCost(p.w1) + c.penaltyCost(p.w2)
}

// numericalGradient is that of the books, with h = 1e-4.
func (c *program) numericalGradient(p *parameters, x, t matrix) (grads []matrix) {
	const h = 1e-4
	for _, m := range p.all() {
		grad := zeros(len(m), len(m[0]))
		for i, row := range m {
			for j, v := range row {
				row[j] = v + h
				above := c.loss(p, x, t)
				row[j] = v - h
				below := c.loss(p, x, t)
				row[j] = v
				grad[i][j] = c.quotient(above, below, h)
			}
		}
		grads = append(grads, grad)
	}
	return grads
}
