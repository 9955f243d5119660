// Package ch02 is chapter 2 of Saito's Deep Learning from Scratch: the perceptron and its gates.
package ch02

import (
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/layer"
)

// Perceptron fires, that is, it is 1, if x·w + b is above 0. At 0 it does not.
func Perceptron(x, w matrix.Matrix, b float64) int {
	y := x.Dot(w.T()).Plus(matrix.Row(b)).Through(layer.Step{})
	return int(y.At(0, 0))
}

// AND fires if both inputs do.
func AND(x1, x2 float64) int {
	return Perceptron(matrix.Row(x1, x2), matrix.Row(0.5, 0.5), -0.7)
}

// NAND is not AND: weights and bias with the other sign.
func NAND(x1, x2 float64) int {
	return Perceptron(matrix.Row(x1, x2), matrix.Row(-0.5, -0.5), 0.7)
}

// OR fires if any input does.
func OR(x1, x2 float64) int {
	return Perceptron(matrix.Row(x1, x2), matrix.Row(0.5, 0.5), -0.2)
}

// XOR fires if exactly one input does. No line divides its four points, so that it takes two layers.
func XOR(x1, x2 float64) int {
	s1 := float64(NAND(x1, x2))
	s2 := float64(OR(x1, x2))
	return AND(s1, s2)
}
