package ch03

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/nn"
)

// A Network is the book's dictionary of matrices: "W1", "b1", "W2" ...
type Network map[string]matrix.Matrix

// InitNetwork returns the network of section 3.4: two inputs, hidden layers of three and two units, two outputs.
func InitNetwork() Network {
	return Network{
		"W1": matrix.Of([]float64{0.1, 0.3, 0.5}, []float64{0.2, 0.4, 0.6}),
		"b1": matrix.Row(0.1, 0.2, 0.3),
		"W2": matrix.Of([]float64{0.1, 0.4}, []float64{0.2, 0.5}, []float64{0.3, 0.6}),
		"b2": matrix.Row(0.1, 0.2),
		"W3": matrix.Of([]float64{0.1, 0.3}, []float64{0.2, 0.4}),
		"b3": matrix.Row(0.1, 0.2),
	}
}

// Forward runs the network of section 3.4, with the identity at the output.
//
//	x [n, 2]   result [n, 2]
func Forward(network Network, x matrix.Matrix) matrix.Matrix { return Identity(network.last(x)) }

// Predict runs the network of section 3.6, with softmax at the output: each row of the result are the probabilities of
// the digits.
//
//	x [n, 784]   result [n, 10]
func Predict(network Network, x matrix.Matrix) matrix.Matrix { return Softmax(network.last(x)) }

// last is what the third layer sends to the output function.
func (network Network) last(x matrix.Matrix) matrix.Matrix {
	W1, W2, W3 := network["W1"], network["W2"], network["W3"]
	b1, b2, b3 := network["b1"], network["b2"], network["b3"]

	z1 := Sigmoid(x.Dot(W1).Plus(b1))
	z2 := Sigmoid(z1.Dot(W2).Plus(b2))
	return z2.Dot(W3).Plus(b3)
}

// ReadWeights reads the network of section 3.6 from the book's sample_weight.pkl. Nothing in the file is run.
func ReadWeights(path string) (Network, error) {
	v, err := pickle.ReadFile(path)
	if err != nil {
		return nil, err
	}
	network := Network{}
	for _, a := range pickle.Arrays(v) {
		switch s := a.Shape; len(s) {
		case 1:
			network[a.Name] = matrix.Row(a.Float64s()...)
		case 2:
			network[a.Name] = matrix.Matrix{Rows: s[0], Cols: s[1], Data: a.Float64s()}
		default:
			return nil, fmt.Errorf("ch03: %s: %s has the shape %v of a convolution's filters, and gradus has no convolution yet; want matrices W1, W2, W3 and vectors b1, b2, b3", path, a.Name, s)
		}
	}
	in := 0
	for _, layer := range []string{"1", "2", "3"} {
		W, b := network["W"+layer], network["b"+layer]
		switch {
		case W.Data == nil || b.Data == nil:
			return nil, fmt.Errorf("ch03: %s: no W%s and b%s; want matrices W1, W2, W3 and vectors b1, b2, b3", path, layer, layer)
		case in != 0 && W.Rows != in || b.Cols != W.Cols || b.Rows != 1:
			return nil, fmt.Errorf("ch03: %s: W%s %v and b%s %v do not follow a layer of %d units", path, layer, W.Shape(), layer, b.Shape(), in)
		}
		in = W.Cols
	}
	return network, nil
}

// A Recognition is what came out for a set of images.
type Recognition struct {
	Correct, Examples int
	Answers           []int // by image
	Wrong             []int // the images that were not recognised, in order
	Loss              float64
	First             matrix.Matrix // the probabilities for image 0
}

// Recognise runs the network over all images of a set, batch images at a time; 1 is one by one.
func Recognise(network Network, set *dataset.Set, batch int) Recognition {
	r := Recognition{Examples: set.Len()}
	for b := range set.Batches(batch, nil) {
		x := matrix.New(b.Len(), set.X.Width())
		dataset.GatherX(b, x.Data, 0, b.Len())
		y := Predict(network, x)
		if r.Answers == nil {
			r.First = matrix.Row(y.Data[:y.Cols]...)
		}
		for i, row := range b.Rows {
			p := y.Data[i*y.Cols : (i+1)*y.Cols]
			answer, label := nn.Argmax(p), set.Label(row)
			if r.Answers = append(r.Answers, answer); answer != label {
				r.Wrong = append(r.Wrong, row)
			}
			r.Loss -= math.Log(p[label]) / float64(set.Len())
		}
	}
	r.Correct = r.Examples - len(r.Wrong)
	return r
}
