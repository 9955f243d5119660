package diagnose

import (
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck/bookloss"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// A variant is another network with the same parameters: what somebody might have differentiated by mistake.
type variant struct {
	spec       nn.Spec
	bug        string
	says, look string
}

// head is the last activation of a network with its loss: losses that contain their activation are written out.
type head struct {
	output string // "softmax", "sigmoid", or "" for what comes out of the layers
	loss   string
}

// losses are those that people confuse, by the activation before them. Each is built so that the layers before
// the activation stay as they are.
var losses = []struct {
	head
	layers []layer.Layer
	loss   loss.Loss
}{
	{head{"softmax", "cross-entropy"}, nil, loss.SoftmaxCrossEntropy{}},
	{head{"softmax", "binary cross-entropy"}, []layer.Layer{layer.Softmax{}}, bookloss.BinaryCrossEntropy{}},
	{head{"softmax", "quadratic cost"}, []layer.Layer{layer.Softmax{}}, loss.Quadratic{}},
	{head{"softmax", "mean squared error"}, []layer.Layer{layer.Softmax{}}, loss.MeanSquared{}},
	{head{"sigmoid", "cross-entropy"}, nil, loss.BinaryCrossEntropy{}},
	{head{"sigmoid", "quadratic cost"}, []layer.Layer{layer.Sigmoid{}}, loss.Quadratic{}},
	{head{"sigmoid", "mean squared error"}, []layer.Layer{layer.Sigmoid{}}, loss.MeanSquared{}},
	{head{"sigmoid", "cross-entropy of the target class alone"}, []layer.Layer{layer.Sigmoid{}}, bookloss.CrossEntropy{}},
	{head{"identity", "quadratic cost"}, nil, loss.Quadratic{}},
	{head{"identity", "mean squared error"}, nil, loss.MeanSquared{}},
	{head{"identity", "mean absolute error"}, nil, loss.MeanAbsolute{}},
}

// split takes the output activation off a spec: it returns the layers before it, and how its head is called.
func split(s nn.Spec) ([]layer.Layer, head) {
	body, output := s.Layers, "identity"
	switch s.Loss.(type) {
	case loss.SoftmaxCrossEntropy:
		return body, head{"softmax", "cross-entropy"}
	case loss.BinaryCrossEntropy:
		return body, head{"sigmoid", "cross-entropy"}
	}
	if len(body) > 0 {
		switch last := body[len(body)-1].(type) {
		case layer.Softmax, layer.Sigmoid:
			body, output = body[:len(body)-1], last.Kind()
		}
	}
	stated := s.Loss
	if mean, ok := stated.(bookloss.Mean); ok {
		stated = mean.Loss
	}
	name := stated.Kind()
	for _, l := range losses {
		if l.loss.Kind() == stated.Kind() && l.output == output {
			name = l.head.loss
		}
	}
	return body, head{output, name}
}

// otherLoss finds the gradient of another loss than the one that is minimised.
func otherLoss(e *evidence) *Diagnosis {
	body, have := split(e.spec)
	for _, l := range losses {
		if l.head == have || l.loss == e.spec.Loss && len(l.layers) == len(e.spec.Layers)-len(body) {
			continue
		}
		spec := e.spec
		spec.Layers, spec.Loss = append(append([]layer.Layer{}, body...), l.layers...), l.loss
		v := variant{spec: spec, bug: "the gradient of another loss"}
		v.says = fmt.Sprintf("this gradient belongs to %s with %s, the loss is %s after %s", l.output, l.head.loss, have.loss, have.output)
		switch {
		case have == head{"softmax", "binary cross-entropy"} && l.head == head{"softmax", "cross-entropy"}:
			v.says += ": y - t is the gradient of -Σ t·log y only; the terms (1-t)·log(1-y) are in the loss and not in the gradient"
			v.look = "loss = -np.sum(t * np.log(y)) / n, or a sigmoid in place of the softmax"
		case have.output == "sigmoid" && have.loss == "quadratic cost" && l.head.loss == "cross-entropy":
			v.says += ": the quadratic cost's delta has the factor σ′(z), the cross-entropy's has not"
			v.look = "delta = (a - y) * sigmoid_prime(z)"
		case have.output == "sigmoid" && have.loss == "cross-entropy" && l.head.loss == "quadratic cost":
			v.says += ": the cross-entropy's delta has no factor σ′(z)"
			v.look = "delta = a - y"
		case have.loss == "quadratic cost" && l.head.loss == "cross-entropy":
			v.says += ": y - t passes over the derivative of the output's activation"
			v.look = "the backward step of the output's activation"
		default:
			v.look = "the lines of the loss and of its gradient: they must be the same function"
		}
		if d := e.try(v, e.batch); d != nil {
			return d
		}
	}
	spec := e.spec
	spec.Layers, spec.Loss = append([]layer.Layer{}, body...), bookloss.OwnPrediction{Output: have.output}
	return e.try(variant{
		spec: spec, bug: "the loss does not depend on the labels",
		says: "this gradient belongs to a loss whose targets are the predictions themselves: the loss does not depend on the labels; is the target overwritten by the prediction?",
		look: "the line before the loss: t = y (or t[:] = y, or a copy that is none) in place of y = predict(x)",
	}, e.batch)
}

// try compares the claimed gradient with that of a variant. A known common factor beside the mistake is named too.
func (e *evidence) try(v variant, b dataset.Batch) *Diagnosis {
	f, ok := e.matches(e.gradient(v.spec, b))
	if !ok {
		return nil
	}
	d := &Diagnosis{Bug: v.bug, Says: v.says, Look: v.look}
	if f != 1 {
		k, ok := e.lookUp(f)
		if !ok {
			return nil
		}
		d.Says += "; besides, " + k.says
	}
	return d
}
