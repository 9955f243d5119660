// Package ch02 is chapter 2 of Nielsen's Neural Networks and Deep Learning: the four equations of backpropagation, written
// out for networks that are small enough to follow by hand.
package ch02

import (
	"math"

	"github.com/gradus-nn/gradus/book/matrix"
)

// A Net is layers of sigmoid neurons with the quadratic cost. The vectors are rows, so that the book's w·a + b is a·W + b,
// and W[k][j] is the weight from neuron k to neuron j: the book's w_jk.
type Net struct {
	Weights []matrix.Matrix // [in, out]
	Biases  []matrix.Matrix // [1, out]
}

// Feedforward returns the weighted inputs z and the activations a of every layer; a[0] is the input.
func (n Net) Feedforward(x matrix.Matrix) (z, a []matrix.Matrix) {
	a = []matrix.Matrix{x}
	for l, W := range n.Weights {
		z = append(z, a[l].Dot(W).Plus(n.Biases[l]))
		a = append(a, z[l].Map(Sigmoid))
	}
	return z, a
}

// Cost is the quadratic cost of one example, ½‖y - a‖².
func (n Net) Cost(x, y matrix.Matrix) float64 {
	_, a := n.Feedforward(x)
	var sum float64
	for _, d := range a[len(a)-1].Minus(y).Data {
		sum += float64(d * d)
	}
	return sum / 2
}

// Backprop returns the gradient of the cost for one example, in the shapes of Weights and Biases.
func (n Net) Backprop(x, y matrix.Matrix) (nablaW, nablaB []matrix.Matrix) {
	z, a := n.Feedforward(x)
	L := len(n.Weights) - 1
	nablaW, nablaB = make([]matrix.Matrix, L+1), make([]matrix.Matrix, L+1)
	delta := BP1(a[L+1], y, z[L])
	for l := L; ; l-- {
		nablaB[l] = BP3(delta)
		nablaW[l] = BP4(a[l], delta)
		if l == 0 {
			return nablaW, nablaB
		}
		delta = BP2(n.Weights[l], delta, z[l-1])
	}
}

// BP1 is the error of the output layer, of the quadratic cost.
//
//	δᴸ = (aᴸ - y) ⊙ σ′(zᴸ)
func BP1(a, y, z matrix.Matrix) matrix.Matrix { return a.Minus(y).Times(z.Map(SigmoidPrime)) }

// BP2 is the error of a layer in terms of that of the next.
//
//	δˡ = ((wˡ⁺¹)ᵀ·δˡ⁺¹) ⊙ σ′(zˡ)
func BP2(nextW, nextDelta, z matrix.Matrix) matrix.Matrix {
	return nextDelta.Dot(nextW.T()).Times(z.Map(SigmoidPrime))
}

// BP3 is the slope of the cost in the biases.
//
//	∂C/∂bˡⱼ = δˡⱼ
func BP3(delta matrix.Matrix) matrix.Matrix { return delta }

// BP4 is the slope of the cost in the weights: what goes in times the error of what comes out.
//
//	∂C/∂wˡⱼₖ = aˡ⁻¹ₖ·δˡⱼ
func BP4(a, delta matrix.Matrix) matrix.Matrix { return a.T().Dot(delta) }

// Sigmoid is 1 / (1 + e⁻ᶻ).
func Sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// SigmoidPrime is its derivative, σ(z)·(1 - σ(z)), at most 1/4.
func SigmoidPrime(z float64) float64 { return Sigmoid(z) * (1 - Sigmoid(z)) }
