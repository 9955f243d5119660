// Package ch03 is chapter 3 of Nielsen's Neural Networks and Deep Learning: network2.py, with its costs, regularisation,
// initial weights and monitors.
package ch03

import (
	"math"

	"github.com/gradus-nn/gradus/format/network2"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
)

// A Cost is QuadraticCost or CrossEntropyCost.
type Cost interface {
	// Fn returns the cost of one example with output a and desired output y.
	Fn(a, y []float64) float64
	// Delta returns the error δ of the output layer.
	Delta(z, a, y []float64) []float64

	// engine returns what stands behind the last dense layer, and the loss; name is the cost's name in files.
	engine() ([]layer.Layer, loss.Loss)
	name() string
}

// QuadraticCost is half the squared distance.
//
//	½‖a - y‖²     δ = (a - y) ⊙ σ′(z)
//
// The slope σ′ is nearly 0 where a neuron is badly wrong, so that it learns slowly just then.
type QuadraticCost struct{}

// Fn is ½‖a - y‖².
func (QuadraticCost) Fn(a, y []float64) float64 {
	var sum float64
	for j := range a {
		sum += float64((a[j] - y[j]) * (a[j] - y[j]))
	}
	return sum / 2
}

// Delta is (a - y) ⊙ σ′(z).
func (QuadraticCost) Delta(z, a, y []float64) []float64 {
	delta := make([]float64, len(a))
	for j := range a {
		delta[j] = (a[j] - y[j]) * SigmoidPrime(z[j])
	}
	return delta
}

func (QuadraticCost) engine() ([]layer.Layer, loss.Loss) {
	return []layer.Layer{layer.Sigmoid{}}, loss.Quadratic{}
}

func (QuadraticCost) name() string { return network2.Quadratic }

// CrossEntropyCost is the cross-entropy of every output for itself.
//
//	-Σ y·ln a + (1-y)·ln(1-a)     δ = a - y
type CrossEntropyCost struct{}

// Fn is -Σ y·ln a + (1-y)·ln(1-a). What the book has nan_to_num for, 0·ln 0, is 0.
func (CrossEntropyCost) Fn(a, y []float64) float64 {
	var sum float64
	for j := range a {
		if y[j] != 0 {
			sum -= float64(y[j] * math.Log(a[j]))
		}
		if y[j] != 1 {
			sum -= float64((1 - y[j]) * math.Log1p(-a[j]))
		}
	}
	return sum
}

// Delta is a - y: σ′ has cancelled.
func (CrossEntropyCost) Delta(_, a, y []float64) []float64 {
	delta := make([]float64, len(a))
	for j := range a {
		delta[j] = a[j] - y[j]
	}
	return delta
}

func (CrossEntropyCost) engine() ([]layer.Layer, loss.Loss) { return nil, loss.BinaryCrossEntropy{} }

func (CrossEntropyCost) name() string { return network2.CrossEntropy }

// Sigmoid is 1 / (1 + e⁻ᶻ).
func Sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// SigmoidPrime is its derivative, σ(z)·(1 - σ(z)).
func SigmoidPrime(z float64) float64 { return Sigmoid(z) * (1 - Sigmoid(z)) }

// VectorizedResult returns the desired output for a digit: 1 at place j, 0 elsewhere.
func VectorizedResult(j int) []float64 {
	e := make([]float64, 10)
	e[j] = 1
	return e
}
