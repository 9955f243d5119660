package ch05

import (
	"slices"

	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/numdiff"
)

// TwoLayerNet is a network as a list of layers: forward from first to last, backward from last to first.
type TwoLayerNet struct {
	Affine1, Affine2 *Affine
	Layers           []Layer // in order
	LastLayer        SoftmaxWithLoss
}

// NewTwoLayerNet makes affine, activation, affine of the given parameters; softmax with loss comes last.
func NewTwoLayerNet(W1, b1, W2, b2 matrix.Matrix, activation Layer) *TwoLayerNet {
	n := &TwoLayerNet{Affine1: &Affine{W: W1, B: b1}, Affine2: &Affine{W: W2, B: b2}}
	n.Layers = []Layer{n.Affine1, activation, n.Affine2}
	return n
}

// Predict returns the logits.
func (n *TwoLayerNet) Predict(x matrix.Matrix) matrix.Matrix {
	for _, l := range n.Layers {
		x = l.Forward(x)
	}
	return x
}

// Loss returns the mean loss of a batch with one-hot targets t.
func (n *TwoLayerNet) Loss(x, t matrix.Matrix) float64 { return n.LastLayer.Forward(n.Predict(x), t) }

// Gradient runs forward and backward, and returns the gradients by name.
func (n *TwoLayerNet) Gradient(x, t matrix.Matrix) map[string]matrix.Matrix {
	n.Loss(x, t)
	dout := n.LastLayer.Backward(1)
	for _, l := range slices.Backward(n.Layers) {
		dout = l.Backward(dout)
	}
	return map[string]matrix.Matrix{"W1": n.Affine1.DW, "b1": n.Affine1.DB, "W2": n.Affine2.DW, "b2": n.Affine2.DB}
}

// NumericalGradient returns the same by two losses a parameter, with the book's h.
func (n *TwoLayerNet) NumericalGradient(x, t matrix.Matrix) map[string]matrix.Matrix {
	grads := map[string]matrix.Matrix{}
	for name, p := range map[string]*matrix.Matrix{"W1": &n.Affine1.W, "b1": &n.Affine1.B, "W2": &n.Affine2.W, "b2": &n.Affine2.B} {
		kept := *p
		grad := numdiff.GradientH(func(moved []float64) float64 {
			p.Data = moved
			return n.Loss(x, t)
		}, kept.Data, numdiff.BookStep)
		*p = kept
		grads[name] = matrix.Matrix{Rows: kept.Rows, Cols: kept.Cols, Data: grad}
	}
	return grads
}
