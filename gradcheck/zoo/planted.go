package zoo

import (
	"strings"

	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/gradcheck/preflight"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// A spoilt layer runs the library's own float64 operation and meddles with the memory that it works on.
type spoilt struct {
	layer.Layer
	backward func(v *layer.View[float64], width int) // after DX has been made, of rows of width elements
	gradient func(v *layer.View[float64])            // after DP has been made
}

// Unwrap returns the layer as it was.
func (s spoilt) Unwrap() layer.Layer { return s.Layer }

// Plan is that of the layer, with its operation spoilt.
func (s spoilt) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := s.Layer.Plan(in)
	if err != nil {
		return plan, err
	}
	op := spoiltOp{plan.F64, s, in.Size()}
	if learner, ok := plan.F64.(layer.Learner[float64]); ok {
		plan.F64 = spoiltLearner{op, learner}
	} else {
		plan.F64 = op
	}
	return plan, err
}

type spoiltOp struct {
	layer.Op[float64]
	by    spoilt
	width int
}

func (o spoiltOp) Backward(v *layer.View[float64], s layer.Share) {
	o.Op.Backward(v, s)
	if o.by.backward != nil && v.DX != nil {
		o.by.backward(v, o.width)
	}
}

type spoiltLearner struct {
	spoiltOp
	learner layer.Learner[float64]
}

func (o spoiltLearner) Gradient(v *layer.View[float64], w *kernel.Worker) {
	o.learner.Gradient(v, w)
	if o.by.gradient != nil {
		o.by.gradient(v)
	}
}

// spoiltLoss runs the library's own operation on what meddle has left of its memory, and on its result.
type spoiltLoss struct {
	loss.Loss
	before func(op loss.Op[float64], y, t []float64, lo, hi int)
	after  func(dy []float64, rows int)
}

// Unwrap returns the loss as it was.
func (s spoiltLoss) Unwrap() loss.Loss { return s.Loss }

// Plan is that of the loss, with its operation spoilt.
func (s spoiltLoss) Plan(out tensor.Shape) (loss.Plan, error) {
	plan, err := s.Loss.Plan(out)
	plan.F64 = spoiltLossOp{plan.F64, s}
	return plan, err
}

type spoiltLossOp struct {
	loss.Op[float64]
	by spoiltLoss
}

func (o spoiltLossOp) Loss(l []float64, dy, y, t []float64, scale float64, lo, hi int) {
	if o.by.before != nil {
		o.by.before(o.Op, y, t, lo, hi)
	}
	o.Op.Loss(l, dy, y, t, scale, lo, hi)
	if o.by.after != nil && dy != nil {
		o.by.after(dy, hi-lo)
	}
}

// inLayer plants a bug in layer i of a cage.
func inLayer(name, want string, c *cage, i int, s spoilt) Bug {
	s.Layer = c.spec.Layers[i]
	c.spec.Layers[i] = s
	return Bug{name, want, c.own}
}

func inLoss(name, want string, c *cage, s spoiltLoss) Bug {
	s.Loss = c.spec.Loss
	c.spec.Loss = s
	return Bug{name, want, c.own}
}

func multiply(values []float64, f float64) {
	for i := range values {
		values[i] *= f
	}
}

// beforeTraining shows a network to preflight; want is what it says of the bug.
func beforeTraining(name, want string, c *cage) Bug {
	return Bug{name, want, func() (says []diagnose.Diagnosis, err error) {
		findings, err := preflight.Run(c.spec, c.set, preflight.Config{Seed: c.seed, Threads: 1})
		for _, f := range findings {
			if !f.OK && strings.Contains(f.Says, want) {
				says = append(says, diagnose.Diagnosis{Bug: want, Says: f.Says})
			}
		}
		return says, err
	}}
}

// weights returns a cage whose weights are drawn in another way.
func weights(init initializer.Initializer) *cage {
	c := saito()
	c.spec.Layers[0] = layer.Dense{Units: units, Init: init}
	c.spec.Layers[2] = layer.Dense{Units: outputs, Init: init}
	return c
}

func planted() []Bug {
	rectified := func() *cage { return perceptron(layer.ReLU{}, units, loss.SoftmaxCrossEntropy{}) }
	blind := saito()
	blind.spec.Loss = spoiltLoss{
		Loss:   blind.spec.Loss,
		before: func(op loss.Op[float64], y, t []float64, lo, hi int) { op.Output(t, y, lo, hi) },
	}
	return []Bug{
		beforeTraining("before training: uniform [0, 1) where a normal was meant", "one-sided initialisation", weights(initializer.Uniform{Low: 0, High: 1})),
		beforeTraining("before training: all weights equal", "units that begin alike stay alike", weights(initializer.Constant{})),
		beforeTraining("before training: the loss overwrites the targets", "does not depend on them", blind),
		inLoss("operation: the loss overwrites the targets", "the loss does not depend on the labels", saito(), spoiltLoss{
			before: func(op loss.Op[float64], y, t []float64, lo, hi int) { op.Output(t, y, lo, hi) },
		}),
		inLoss("operation: the loss forgets 1/n", "the mean over the batch is missing", saito(), spoiltLoss{
			after: func(dy []float64, rows int) { multiply(dy, float64(rows)) },
		}),
		inLoss("operation: the loss turns the sign", "the sign", saito(), spoiltLoss{
			after: func(dy []float64, _ int) { multiply(dy, -1) },
		}),
		inLayer("operation: ReLU's mask of the wrong side", "the mask of the wrong side", rectified(), 1, spoilt{
			backward: func(v *layer.View[float64], width int) {
				for i := range v.DX[:v.N*width] {
					if v.DX[i] = v.DY[i]; v.X[i] > 0 {
						v.DX[i] = 0
					}
				}
			},
		}),
		inLayer("operation: sigmoid passes dy on", "the activation's derivative is missing", saito(), 1, spoilt{
			backward: func(v *layer.View[float64], width int) { copy(v.DX[:v.N*width], v.DY) },
		}),
		inLayer("operation: dense never fills db", "a bias never reaches the loss", saito(), 2, spoilt{
			gradient: func(v *layer.View[float64]) { clear(v.DP[1]) },
		}),
		inLayer("operation: dense averages db", "a bias averaged over the batch", saito(), 2, spoilt{
			gradient: func(v *layer.View[float64]) { multiply(v.DP[1], 1./examples) },
		}),
		inLayer("operation: dense stores dW by columns", "transposed", saito(), 2, spoilt{
			gradient: func(v *layer.View[float64]) {
				copy(v.DP[0], reshape(v.DP[0], units, outputs).t().flat())
			},
		}),
		inLayer("operation: dense shifts dW by a row", "permuted", saito(), 0, spoilt{
			gradient: func(v *layer.View[float64]) { copy(v.DP[0], shifted(reshape(v.DP[0], inputs, units)).flat()) },
		}),
		inLayer("operation: dW 1 % too large", "a constant factor", saito(), 0, spoilt{
			gradient: func(v *layer.View[float64]) { multiply(v.DP[0], 1.01) },
		}),
	}
}
