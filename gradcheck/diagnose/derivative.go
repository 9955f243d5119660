package diagnose

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// A misderivative is a wrong way to go back through an activation y = f(x).
type misderivative struct {
	kinds    string // of the activations that it is made for; "" means all
	bug      string
	says     string
	look     string
	backward func(op layer.Op[float64], v *layer.View[float64], s layer.Share) // writes DX
}

var misderivatives = []misderivative{
	{"", "the activation's derivative is missing", "the gradient passes %s as if it were the identity: the factor f′ is missing", "dz = da * f_prime(z)",
		func(_ layer.Op[float64], v *layer.View[float64], s layer.Share) {
			each(v, s, func(_, _, dy float64) float64 { return dy })
		}},
	{"relu", "the mask of the wrong side", "the mask of %s lets through what should be cut off: gradients pass where x < 0 and stop where x > 0", "dout[mask] = 0 with mask = (x <= 0)",
		func(_ layer.Op[float64], v *layer.View[float64], s layer.Share) {
			each(v, s, func(x, _, dy float64) float64 { return choose(x <= 0, dy, 0) })
		}},
	{"relu", "the mask of the gradient", "the mask of %s is made from the gradient in place of the input: what is cut off is dy < 0", "dout[mask] = 0 with mask = (x <= 0), kept from the forward pass",
		func(_ layer.Op[float64], v *layer.View[float64], s layer.Share) {
			each(v, s, func(_, _, dy float64) float64 { return max(dy, 0) })
		}},
	{"sigmoid", "the derivative from the wrong variable", "the derivative of %s is x·(1-x), with the input x in place of the output y", "y * (1 - y), where y = sigmoid(x)",
		func(_ layer.Op[float64], v *layer.View[float64], s layer.Share) {
			each(v, s, func(x, _, dy float64) float64 { return dy * x * (1 - x) })
		}},
	{"tanh", "the derivative from the wrong variable", "the derivative of %s is 1 - x², with the input x in place of the output y", "1 - y**2, where y = np.tanh(x)",
		func(_ layer.Op[float64], v *layer.View[float64], s layer.Share) {
			each(v, s, func(x, _, dy float64) float64 { return dy * (1 - x*x) })
		}},
	{"sigmoid tanh elu gelu softplus", "the derivative at the output", "the derivative of %s is taken at the output in place of the input: f′(f(x))", "sigmoid_prime(z), not sigmoid_prime(a)",
		func(op layer.Op[float64], v *layer.View[float64], s layer.Share) {
			w := *v
			w.X, w.Y = v.Y, make([]float64, len(v.Y))
			op.Forward(&w, s)
			op.Backward(&w, s)
		}},
	{"sigmoid", "the derivative of another function", "the derivative of %s is that of tanh, 1 - y²", "y * (1 - y)",
		func(_ layer.Op[float64], v *layer.View[float64], s layer.Share) {
			each(v, s, func(_, y, dy float64) float64 { return dy * (1 - y*y) })
		}},
	{"tanh", "the derivative of another function", "the derivative of %s is that of the sigmoid, y·(1-y)", "1 - y**2",
		func(_ layer.Op[float64], v *layer.View[float64], s layer.Share) {
			each(v, s, func(_, y, dy float64) float64 { return dy * y * (1 - y) })
		}},
}

// each is: for i := range dx { dx[i] = f(x[i], y[i], dy[i]) } for the elements of a share.
func each(v *layer.View[float64], s layer.Share, f func(x, y, dy float64) float64) {
	if v.DX == nil {
		return
	}
	for i := s.Lo; i < s.Hi; i++ {
		v.DX[i] = f(v.X[i], v.Y[i], v.DY[i])
	}
}

func choose(condition bool, a, b float64) float64 {
	if condition {
		return a
	}
	return b
}

// misderived is an activation that goes back in a wrong way.
type misderived struct {
	layer.Layer
	wrong misderivative
}

func (m misderived) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := m.Layer.Plan(in)
	if one, oneErr := m.Layer.Plan(tensor.Shape{1}); err == nil && oneErr == nil {
		plan.F64 = misderivedOp{plan.F64, one.F64, m.wrong, in.Size()}
	}
	return plan, err
}

// misderivedOp goes back by elements: a share of rows becomes one of elements, and the operation is that for single ones.
type misderivedOp struct {
	layer.Op[float64]
	single layer.Op[float64]
	wrong  misderivative
	width  int
}

func (o misderivedOp) Backward(v *layer.View[float64], s layer.Share) {
	s.Lo, s.Hi = s.Lo*o.width, s.Hi*o.width
	o.wrong.backward(o.single, v, s)
}

// wrongDerivative finds an activation whose derivative is wrong: in all places, or in one.
func wrongDerivative(e *evidence) *Diagnosis {
	for _, wrong := range misderivatives {
		var places []int
		for i, l := range e.spec.Layers {
			if l.Kind() == "softmax" || l.Kind() == "log-softmax" || !activation(l) {
				continue
			}
			if wrong.kinds == "" || contains(wrong.kinds, l.Kind()) {
				places = append(places, i)
			}
		}
		tries := [][]int{places}
		if len(places) > 1 {
			for _, p := range places {
				tries = append(tries, []int{p})
			}
		}
		for _, try := range tries {
			if len(try) == 0 {
				continue
			}
			spec := e.spec
			spec.Layers = append([]layer.Layer{}, spec.Layers...)
			var names []string
			for _, i := range try {
				spec.Layers[i] = misderived{spec.Layers[i], wrong}
				names = append(names, fmt.Sprintf("layer %d (%s)", i, spec.Layers[i].Kind()))
			}
			if d := e.try(variant{spec: spec, bug: wrong.bug, says: fmt.Sprintf(wrong.says, strings.Join(names, " and ")), look: wrong.look}, e.batch); d != nil {
				return d
			}
		}
	}
	return nil
}

func contains(kinds, kind string) bool {
	for _, k := range strings.Fields(kinds) {
		if k == kind {
			return true
		}
	}
	return false
}

// activation reports whether l is a function of every element that can be gone back through.
func activation(l layer.Layer) bool {
	switch l.(type) {
	case layer.Sigmoid, layer.Tanh, layer.ReLU, layer.LeakyReLU, layer.ELU, layer.GELU, layer.Softplus:
		return true
	}
	return false
}

// wrongWeights finds a gradient that goes back through W in place of Wᵀ, which only square matrices allow.
func wrongWeights(e *evidence) *Diagnosis {
	in := e.spec.Input
	for i, l := range e.spec.Layers {
		plan, err := l.Plan(in)
		if err != nil {
			return nil
		}
		if d, ok := l.(layer.Dense); ok && i > 0 && in.Size() == d.Units {
			spec := e.spec
			spec.Layers = append([]layer.Layer{}, spec.Layers...)
			spec.Layers[i] = untransposed{d}
			if d := e.try(variant{spec: spec, bug: "W in place of Wᵀ",
				says: fmt.Sprintf("the gradient goes back through layer %d (dense) by W in place of its transpose; since W is square the shapes agree", i),
				look: "dx = np.dot(dz, W.T)"}, e.batch); d != nil {
				return d
			}
		}
		in = plan.Out
		if plan.Branches != nil {
			return nil
		}
	}
	return nil
}

// untransposed is a square dense layer with dx = dz·W.
type untransposed struct{ layer.Dense }

func (u untransposed) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := u.Dense.Plan(in)
	if learner, ok := plan.F64.(layer.Learner[float64]); ok {
		plan.F64 = untransposedOp{learner, u.Units}
	}
	return plan, err
}

type untransposedOp struct {
	layer.Learner[float64]
	units int
}

func (o untransposedOp) Backward(v *layer.View[float64], s layer.Share) {
	n := o.units
	kernel.Gemm(s.Worker, kernel.Product[float64]{
		Form: kernel.NN, M: s.Hi - s.Lo, N: n, K: n,
		A: v.DY[s.Lo*n : s.Hi*n], B: v.P[0], C: v.DX[s.Lo*n : s.Hi*n],
	})
}
