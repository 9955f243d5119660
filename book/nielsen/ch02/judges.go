package ch02

import (
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/numdiff"
	"github.com/gradus-nn/gradus/tensor"
)

// Numerical returns the gradient in the weights by central differences.
func (n Net) Numerical(x, y matrix.Matrix) []matrix.Matrix {
	var all []matrix.Matrix
	for l, W := range n.Weights {
		grad := numdiff.Gradient(func(moved []float64) float64 {
			n.Weights[l].Data = moved
			return n.Cost(x, y)
		}, W.Data)
		n.Weights[l] = W
		all = append(all, matrix.Matrix{Rows: W.Rows, Cols: W.Cols, Data: grad})
	}
	return all
}

// Engine returns the gradient in the weights as the engine finds it for the same network and example.
func (n Net) Engine(x, y matrix.Matrix) ([]matrix.Matrix, error) {
	spec := nn.Spec{Input: tensor.Shape{x.Cols}, Loss: loss.Quadratic{}}
	for _, W := range n.Weights {
		spec.Layers = append(spec.Layers, layer.Dense{Units: W.Cols}, layer.Sigmoid{})
	}
	net, err := nn.Compile[float64](spec, nn.Config{Batch: 1})
	if err != nil {
		return nil, err
	}
	defer net.Close()
	set, err := dataset.FromTargets("example", dataset.NewFloats(narrow(x.Data), x.Cols), nil, narrow(y.Data), y.Cols, nil)
	if err != nil {
		return nil, err
	}
	// The slab holds the tensors in an order of its own: weights first.
	w, b := 0, 0
	for _, s := range net.Segments() {
		to := net.Params()[s.Off : s.Off+s.Len]
		if len(s.Shape) == 2 {
			copy(to, n.Weights[w].Data)
			w++
		} else {
			copy(to, n.Biases[b].Data)
			b++
		}
	}
	net.Gradient(set.All())
	var all []matrix.Matrix
	for _, s := range net.Segments() {
		if len(s.Shape) == 2 {
			all = append(all, matrix.Matrix{Rows: s.Shape[0], Cols: s.Shape[1], Data: append([]float64(nil), net.Grads()[s.Off:s.Off+s.Len]...)})
		}
	}
	return all, nil
}

// narrow rounds to the float32 of data sets.
func narrow(v []float64) []float32 {
	n := make([]float32, len(v))
	for i, x := range v {
		n[i] = float32(x)
	}
	return n
}
