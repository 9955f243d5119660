package ch06

import (
	"math"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
)

// Activations sends 1,000 rows of 100 numbers from N(0, 1) through five layers of 100 units, each with fresh weights and
// no bias, and returns what every layer puts out: the data of the book's histograms.
func Activations(weights initializer.Initializer, activation layer.Layer, seed uint64) []matrix.Matrix {
	const rows, units = 1000, 100
	rng := rand.New(rand.NewPCG(seed, 0))
	x := matrix.New(rows, units).Map(func(float64) float64 { return rng.NormFloat64() })
	var all []matrix.Matrix
	for range 5 {
		w := matrix.New(units, units)
		weights.Fill(w.Data, initializer.Fan{In: units, Out: units}, rng)
		x = x.Dot(w).Through(activation)
		all = append(all, x)
	}
	return all
}

// Spread returns mean and standard deviation of all elements, and the share of them within 0.05 of 0 or 1, where the
// slope of a sigmoid is almost gone.
func Spread(m matrix.Matrix) (mean, deviation, atEnds float64) {
	n := float64(len(m.Data))
	for _, v := range m.Data {
		mean += v / n
		if v < 0.05 || v > 0.95 {
			atEnds += 1 / n
		}
	}
	for _, v := range m.Data {
		deviation += (v - mean) * (v - mean) / n
	}
	return mean, math.Sqrt(deviation), atEnds
}
