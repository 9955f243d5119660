// Package ch04 is chapter 4 of Saito's Deep Learning from Scratch: losses, numerical gradients, and a network of two
// layers that learns.
package ch04

import "math"

// delta keeps the book's logarithm away from 0. The engine's loss needs none: it takes the logarithm of the softmax as a
// whole, which is exact, while this makes every loss smaller by about 1e-7/y.
const delta = 1e-7

// SumSquaredError is half the sum of squares of one example, loss.Quadratic.
//
//	½ Σ (y - t)²
func SumSquaredError(y, t []float64) float64 {
	var sum float64
	for k := range y {
		sum += float64((y[k] - t[k]) * (y[k] - t[k]))
	}
	return 0.5 * sum
}

// CrossEntropyError is the mean cross-entropy of a batch of probabilities with one-hot targets.
//
//	-1/n · Σ t·ln(y + 1e-7)     y, t [n, classes]
func CrossEntropyError(y, t [][]float64) float64 {
	var sum float64
	for n := range y {
		for k := range y[n] {
			sum += float64(t[n][k] * math.Log(y[n][k]+delta))
		}
	}
	return -sum / float64(len(y))
}

// CrossEntropyErrorLabels is the same for labels: only the term of the right class is not 0.
//
//	-1/n · Σ ln(y[n, t[n]] + 1e-7)
func CrossEntropyErrorLabels(y [][]float64, t []int) float64 {
	var sum float64
	for n := range y {
		sum += math.Log(y[n][t[n]] + delta)
	}
	return -sum / float64(len(y))
}
