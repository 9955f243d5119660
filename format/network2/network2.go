// Package network2 reads and writes the networks of network2.py, the program of chapter 3 of Nielsen's Neural Networks and
// Deep Learning, as its Network.save stores them: JSON with four keys.
//
//	{"sizes":   [784, 30, 10],
//	 "weights": [[[...784 numbers] ...30 rows], [[...30] ...10]],
//	 "biases":  [[[b], ...30], [[b], ...10]],
//	 "cost":    "CrossEntropyCost"}
//
// The weights of a layer are [out, in], one row a neuron, and its biases [out, 1]: transposed to the rest of this project,
// where W is [in, out].
//
// Source: http://neuralnetworksanddeeplearning.com/chap3.html, network2.py.
package network2

import (
	"fmt"
	"math"
)

// The costs of the book, by the names of their classes. Both belong to a network whose layers are all sigmoid.
const (
	CrossEntropy = "CrossEntropyCost"
	Quadratic    = "QuadraticCost"
)

// A Network is the content of a file. Layer l, counted from 0 behind the input, maps Sizes[l] values to Sizes[l+1].
type Network struct {
	Sizes   []int       // input first; at least 2
	Weights [][]float64 // of each layer [out, in], row by row
	Biases  [][]float64 // of each layer [out]
	Cost    string      // CrossEntropy or Quadratic
}

// Check reports the first way in which the parts do not fit together.
func (n *Network) Check() error {
	if len(n.Sizes) < 2 {
		return fmt.Errorf("network2: sizes: %d layers; want at least 2, the input and one more", len(n.Sizes))
	}
	for i, size := range n.Sizes {
		if size < 1 {
			return fmt.Errorf("network2: sizes[%d] is %d; want at least 1", i, size)
		}
	}
	layers := len(n.Sizes) - 1
	if len(n.Weights) != layers || len(n.Biases) != layers {
		return fmt.Errorf("network2: sizes %v want weights and biases for %d layers, have %d and %d", n.Sizes, layers, len(n.Weights), len(n.Biases))
	}
	for l := range layers {
		in, out := n.Sizes[l], n.Sizes[l+1]
		// By division: sizes from a file may be too large to multiply.
		if have := len(n.Weights[l]); have%out != 0 || have/out != in {
			return fmt.Errorf("network2: weights[%d]: sizes want %d rows of %d numbers, have %d numbers", l, out, in, have)
		}
		if have := len(n.Biases[l]); have != out {
			return fmt.Errorf("network2: biases[%d]: sizes want %d rows of 1 number, have %d", l, out, have)
		}
		for _, list := range [][]float64{n.Weights[l], n.Biases[l]} {
			for _, v := range list {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("network2: layer %d holds %v; JSON has no such number, and the training that made it had failed", l, v)
				}
			}
		}
	}
	if n.Cost != CrossEntropy && n.Cost != Quadratic {
		return fmt.Errorf("network2: cost %q; want %s or %s", n.Cost, CrossEntropy, Quadratic)
	}
	return nil
}
