// Package ch03 is chapter 3 of Saito's Deep Learning from Scratch: activation functions, softmax, and networks that run
// forward with weights that somebody else has found.
package ch03

import (
	"math"

	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/layer"
)

// Step is 1 where x is above 0, else 0; at 0 it is 0.
func Step(x matrix.Matrix) matrix.Matrix { return x.Through(layer.Step{}) }

// Sigmoid is 1 / (1 + e⁻ˣ) of every element.
func Sigmoid(x matrix.Matrix) matrix.Matrix { return x.Through(layer.Sigmoid{}) }

// ReLU is max(0, x) of every element.
func ReLU(x matrix.Matrix) matrix.Matrix { return x.Through(layer.ReLU{}) }

// Identity is x: the output function of a regression.
func Identity(x matrix.Matrix) matrix.Matrix { return x.Through(layer.Identity{}) }

// NaiveSoftmax is eˣ / Σ eˣ as it is written in mathematics. It overflows from x = 710 on: e⁷¹⁰ is more than a float64
// holds, and Inf/Inf is not a number.
func NaiveSoftmax(x matrix.Matrix) matrix.Matrix {
	y := x.Map(math.Exp)
	for i := range y.Rows {
		row, sum := y.Data[i*y.Cols:(i+1)*y.Cols], 0.0
		for _, e := range row {
			sum += e
		}
		for j := range row {
			row[j] /= sum
		}
	}
	return y
}

// Softmax takes the largest element of each row off first, which changes no quotient and lets nothing overflow.
func Softmax(x matrix.Matrix) matrix.Matrix { return x.Through(layer.Softmax{}) }
