package ch04

import (
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/numdiff"
)

// SimpleNet is one matrix W with softmax after it, the smallest thing that has a gradient.
type SimpleNet struct{ W matrix.Matrix } // W [2, 3]

// Predict returns x·W.
func (n *SimpleNet) Predict(x matrix.Matrix) matrix.Matrix { return x.Dot(n.W) }

// Loss returns the cross-entropy of the softmax of x·W with the one-hot target t.
func (n *SimpleNet) Loss(x matrix.Matrix, t []float64) float64 {
	y := n.Predict(x).Through(layer.Softmax{})
	return CrossEntropyError([][]float64{y.Data}, [][]float64{t})
}

// NumericalGradient returns dL/dW by central differences, with the book's h.
func (n *SimpleNet) NumericalGradient(x matrix.Matrix, t []float64) matrix.Matrix {
	loss := func(W []float64) float64 {
		moved := SimpleNet{matrix.Matrix{Rows: n.W.Rows, Cols: n.W.Cols, Data: W}}
		return moved.Loss(x, t)
	}
	return matrix.Matrix{Rows: n.W.Rows, Cols: n.W.Cols, Data: numdiff.GradientH(loss, n.W.Data, numdiff.BookStep)}
}
