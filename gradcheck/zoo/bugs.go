package zoo

import (
	"math"

	"github.com/gradus-nn/gradus/gradcheck/bookloss"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/regularizer"
)

// Bugs lists the zoo's inhabitants.
func Bugs() []Bug { return append(lines(), planted()...) }

// Correct returns the diagnoses of the book's program without a bug, by backpropagation and by differences, in each of the
// cages: there must be none.
func Correct() ([]diagnose.Diagnosis, error) {
	right := newProgram()
	rectified := newProgram()
	rectified.hidden, rectified.derivative = relu, maskOf(func(z, _ float64) bool { return z > 0 })
	var all []diagnose.Diagnosis
	for _, test := range []func() ([]diagnose.Diagnosis, error){
		func() ([]diagnose.Diagnosis, error) { return saito().claim(right.gradient) },
		func() ([]diagnose.Diagnosis, error) { return saito().claim(right.numericalGradient) },
		func() ([]diagnose.Diagnosis, error) {
			return perceptron(layer.ReLU{}, units, loss.SoftmaxCrossEntropy{}).claim(rectified.gradient)
		},
		func() ([]diagnose.Diagnosis, error) { return nielsen().claim(quadratic().gradient) },
		func() ([]diagnose.Diagnosis, error) { return withL1().claim(l1(l1Cost, l1Gradient).gradient) },
		func() ([]diagnose.Diagnosis, error) { return withL1().claim(l1(l1Cost, l1Gradient).numericalGradient) },
		saito().own, nielsen().own, withL1().own,
	} {
		says, err := test()
		if err != nil {
			return nil, err
		}
		all = append(all, says...)
	}
	return all, nil
}

func saito() *cage { return perceptron(layer.Sigmoid{}, units, loss.SoftmaxCrossEntropy{}) }

// nielsen is the network of his chapter 1: sigmoid outputs and the quadratic cost.
func nielsen() *cage { return perceptron(layer.Sigmoid{}, units, loss.Quadratic{}, layer.Sigmoid{}) }

func withL1() *cage {
	c := saito()
	c.spec.Regularizers = []regularizer.Regularizer{regularizer.L1{Lambda: lambda}}
	return c
}

func withL2() *cage {
	c := saito()
	c.spec.Regularizers = []regularizer.Regularizer{regularizer.L2{Lambda: lambda}}
	return c
}

// λ and the number of training examples that it is divided by.
const lambda, trainingSet = 5.0, 50.0

// backward and forward are bugs of the two kinds of gradient: one line of the program is changed.
func backward(name, want string, c *cage, change func(p *program)) Bug {
	return Bug{name, want, func() ([]diagnose.Diagnosis, error) {
		p := newProgram()
		change(p)
		return c.claim(p.gradient)
	}}
}

func forward(name, want string, c *cage, change func(p *program)) Bug {
	return Bug{name, want, func() ([]diagnose.Diagnosis, error) {
		p := newProgram()
		change(p)
		return c.claim(p.numericalGradient)
	}}
}

// maskOf is the backward pass of a rectifier.
func maskOf(passes func(z, da float64) bool) func(da, z, a matrix) matrix {
	return func(da, z, _ matrix) matrix {
		return da.with(z, func(da, z float64) float64 {
			if passes(z, da) {
				return da
			}
			return 0
		})
	}
}

// quadratic is Nielsen's network.py with its one line for σ′.
func quadratic() *program {
	p := newProgram()
	p.output = sigmoid
	p.delta = func(_, y, t matrix) matrix {
		prime := y.each(func(y float64) float64 { return y * (1 - y) })
		return y.minus(t).times(prime).over(examples)
	}
	return p
}

// l1 is the program with an L1 penalty.
func l1(cost func(w matrix) float64, gradient func(w matrix) matrix) *program {
	p := newProgram()
	p.penaltyCost, p.penalty = cost, gradient
	return p
}

func l1Cost(w matrix) float64 { return lambda / trainingSet * w.each(math.Abs).total() }

func l1Gradient(w matrix) matrix {
	return w.each(func(w float64) float64 { return lambda / trainingSet * math.Copysign(1, w) })
}

func scaled(f float64) func(w matrix) matrix {
	return func(w matrix) matrix { return w.over(1 / f) }
}

// minusTarget is y - t over d.
func minusTarget(d float64) func(z, y, t matrix) matrix {
	return func(_, y, t matrix) matrix { return y.minus(t).over(d) }
}

// shifted moves every row of a matrix down by one.
func shifted(m matrix) matrix { return append(matrix{m[len(m)-1]}, m[:len(m)-1]...) }

func hiddenPrime(f func(z, a float64) float64) func(da, z, a matrix) matrix {
	return func(da, z, a matrix) matrix { return da.times(z.with(a, f)) }
}

func lines() []Bug {
	logistic := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	square := perceptron(layer.Sigmoid{}, outputs, loss.SoftmaxCrossEntropy{}) // as many hidden units as outputs
	rectified := perceptron(layer.ReLU{}, units, loss.SoftmaxCrossEntropy{})
	onSoftmax := perceptron(layer.Sigmoid{}, units, bookloss.BinaryCrossEntropy{}, layer.Softmax{})
	tanhs := perceptron(layer.Tanh{}, units, loss.SoftmaxCrossEntropy{})
	tanh := func(z matrix) matrix { return z.each(math.Tanh) }
	crossEntropySigmoid := perceptron(layer.Sigmoid{}, units, loss.BinaryCrossEntropy{})
	return []Bug{
		forward("(f(x+h) - f(x-h)) / 2*h", "`/2*h`", saito(), func(p *program) {
			p.quotient = func(above, below, h float64) float64 { return (above - below) / 2 * h }
		}),
		forward("(f(x+h) - f(x-h)) / h", "a factor of 2", saito(), func(p *program) {
			p.quotient = func(above, below, h float64) float64 { return (above - below) / h }
		}),
		forward("f(x+h) - f(x-h), not divided", "not divided by 2h", saito(), func(p *program) {
			p.quotient = func(above, below, _ float64) float64 { return above - below }
		}),
		forward("the second layer adds b1 in place of b2", "a bias never reaches the loss", square, func(p *program) {
			p.bias2 = func(p *parameters) matrix { return p.b1 }
		}),
		forward("the second layer adds no bias", "a bias never reaches the loss", square, func(p *program) {
			p.bias2 = func(p *parameters) matrix { return zeros(1, outputs) }
		}),
		backward("db2 is never assigned", "a bias never reaches the loss", saito(), func(p *program) {
			p.db = func(dz matrix) matrix {
				if len(dz[0]) == outputs {
					return zeros(1, outputs)
				}
				return dz.sum()
			}
		}),
		forward("target overwritten by the prediction, by differences", "the loss does not depend on the labels", saito(), func(p *program) {
			p.target = func(_, y matrix) matrix { return y }
		}),
		backward("target overwritten by the prediction, by backpropagation", "the loss does not depend on the labels", saito(), func(p *program) {
			p.target = func(_, y matrix) matrix { return y }
		}),
		backward("binary cross-entropy on a softmax with (y-t)/n", "the gradient of another loss", onSoftmax, func(*program) {}),
		backward("quadratic cost without σ′ at the output", "the gradient of another loss", nielsen(), func(p *program) { p.output = sigmoid }),
		backward("cross-entropy with σ′ at the output", "the gradient of another loss", crossEntropySigmoid, func(p *program) {
			p.output, p.delta = sigmoid, quadratic().delta
		}),
		backward("1/batch is missing", "the mean over the batch is missing", saito(), func(p *program) { p.delta = minusTarget(1) }),
		backward("1/batch twice", "divided by the batch twice", saito(), func(p *program) { p.delta = minusTarget(examples * examples) }),
		backward("mean over the outputs, too", "averaged over the outputs", saito(), func(p *program) { p.delta = minusTarget(examples * outputs) }),
		backward("t - y", "the sign", saito(), func(p *program) { p.delta = minusTarget(-examples) }),
		backward("bias not summed over the batch", "a bias not summed over the batch", saito(), func(p *program) {
			p.db = func(dz matrix) matrix { return dz }
		}),
		backward("bias averaged over the batch", "a bias averaged over the batch", saito(), func(p *program) {
			p.db = func(dz matrix) matrix { return dz.sum().over(examples) }
		}),
		backward("bias of the first example only", "a part of the batch", saito(), func(p *program) {
			p.db = func(dz matrix) matrix { return dz[:1] }
		}),
		backward("weight transposed, another shape", "transposed", saito(), func(p *program) {
			p.weight = func(x, dz matrix) matrix { return dot(dz.t(), x) }
		}),
		backward("weight transposed, square", "transposed", square, func(p *program) {
			p.weight = func(x, dz matrix) matrix {
				if len(x[0]) == len(dz[0]) {
					return dot(dz.t(), x)
				}
				return dot(x.t(), dz)
			}
		}),
		backward("weight reshaped in place of transposed", "transposed", saito(), func(p *program) {
			p.weight = func(x, dz matrix) matrix { return reshape(dot(dz.t(), x).flat(), len(x[0]), len(dz[0])) }
		}),
		backward("rows shifted by one", "permuted", saito(), func(p *program) {
			p.weight = func(x, dz matrix) matrix { return shifted(dot(x.t(), dz)) }
		}),
		backward("columns in reverse", "permuted", saito(), func(p *program) {
			p.weight = func(x, dz matrix) matrix {
				g := dot(x.t(), dz)
				for _, row := range g {
					for i, j := 0, len(row)-1; i < j; i, j = i+1, j-1 {
						row[i], row[j] = row[j], row[i]
					}
				}
				return g
			}
		}),
		backward("last row of dW forgotten", "a part is forgotten", saito(), func(p *program) {
			p.weight = func(x, dz matrix) matrix {
				g := dot(x.t(), dz)
				clear(g[len(g)-1])
				return g
			}
		}),
		backward("W in place of Wᵀ on the way back", "W in place of Wᵀ", square, func(p *program) { p.back = dot }),
		backward("σ′ missing in the hidden layer", "the activation's derivative is missing", saito(), func(p *program) {
			p.derivative = func(da, _, _ matrix) matrix { return da }
		}),
		backward("sigmoid_prime(a) in place of sigmoid_prime(z)", "the derivative at the output", saito(), func(p *program) {
			p.derivative = hiddenPrime(func(_, a float64) float64 { return logistic(a) * (1 - logistic(a)) })
		}),
		backward("z·(1-z) in place of a·(1-a)", "the derivative from the wrong variable", saito(), func(p *program) {
			p.derivative = hiddenPrime(func(z, _ float64) float64 { return z * (1 - z) })
		}),
		backward("tanh with a·(1-a)", "the derivative of another function", tanhs, func(p *program) { p.hidden = tanh }),
		backward("tanh with 1 - z²", "the derivative from the wrong variable", tanhs, func(p *program) {
			p.hidden, p.derivative = tanh, hiddenPrime(func(z, _ float64) float64 { return 1 - z*z })
		}),
		backward("ReLU's mask x < 0 lets through", "the mask of the wrong side", rectified, func(p *program) {
			p.hidden, p.derivative = relu, maskOf(func(z, _ float64) bool { return z <= 0 })
		}),
		backward("ReLU's mask made from the gradient", "the mask of the gradient", rectified, func(p *program) {
			p.hidden, p.derivative = relu, maskOf(func(_, da float64) bool { return da > 0 })
		}),
		backward("only the last example of the batch", "a part of the batch", saito(), func(p *program) {
			p.batch = func(rows matrix) matrix { return rows[len(rows)-1:] }
		}),
		backward("labels off by one class", "labels off by one", saito(), func(p *program) {
			p.target = func(t, _ matrix) matrix { return shifted(t.t()).t() }
		}),
		backward("labels of the next example", "another example's labels", saito(), func(p *program) {
			p.target = func(t, _ matrix) matrix { return shifted(t) }
		}),
		backward("L1 as (1 - ηλ/n·sign(w))·w", "L1 as a factor of w", withL1(), func(p *program) {
			p.penalty = func(w matrix) matrix {
				return w.each(func(w float64) float64 { return lambda / trainingSet * math.Copysign(1, w) * w })
			}
		}),
		forward("L1 cost with np.linalg.norm", "L1 with the L2 norm", withL1(), func(p *program) {
			p.penaltyCost = func(w matrix) float64 { return lambda / trainingSet * math.Sqrt(w.times(w).total()) }
		}),
		backward("L1 step with w in place of sign(w)", "L2 in place of L1", withL1(), func(p *program) { p.penalty = scaled(lambda / trainingSet) }),
		backward("L2 not in the gradient", "a regulariser is missing", withL2(), func(*program) {}),
		backward("L2 not divided by n", "a regulariser's factor", withL2(), func(p *program) { p.penalty = scaled(lambda) }),
		backward("L2 in the gradient, not in the cost", "a regulariser in the gradient alone", saito(), func(p *program) { p.penalty = scaled(lambda / trainingSet) }),
		backward("L2 on the biases, too", "a regularised bias", withL2(), func(p *program) {
			p.penalty, p.biasPenalty = scaled(lambda/trainingSet), scaled(lambda/trainingSet)
		}),
		{"a check that compares shapes", "a check that compares shapes", func() ([]diagnose.Diagnosis, error) {
			return saito().claim(func(p *parameters, _, _ matrix) []matrix {
				shape := func(m matrix) matrix { return matrix{{float64(len(m)), float64(len(m[0]))}} }
				return []matrix{shape(p.w1), shape(p.w2), {{units}}, {{outputs}}}
			})
		}},
		backward("logarithm of 0", "not a number", saito(), func(p *program) {
			p.delta = func(_, y, _ matrix) matrix { return y.each(func(float64) float64 { return math.NaN() }) }
		}),
	}
}
