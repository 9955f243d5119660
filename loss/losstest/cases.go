package losstest

import (
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// A Case is a loss with an output shape that it accepts.
type Case struct {
	Name string
	Loss loss.Loss
	Out  tensor.Shape
}

// Cases returns at least one case for every loss of loss.Kinds, with narrow and wide outputs and every setting in use.
func Cases() []Case {
	image, wide := tensor.Shape{2, 3, 5}, tensor.Shape{300}
	return []Case{
		{"cross-entropy of 2 classes", loss.SoftmaxCrossEntropy{}, tensor.Shape{2}},
		{"cross-entropy", loss.SoftmaxCrossEntropy{}, tensor.Shape{10}},
		{"cross-entropy of many classes", loss.SoftmaxCrossEntropy{}, wide},

		{"cross-entropy, weighted", loss.SoftmaxCrossEntropy{Weights: []float64{0.25, 3, 1}}, tensor.Shape{3}},
		{"cross-entropy of many classes, weighted", loss.SoftmaxCrossEntropy{Weights: rising(300)}, wide},

		{"binary-cross-entropy of 1 output", loss.BinaryCrossEntropy{}, tensor.Shape{1}},
		{"binary-cross-entropy", loss.BinaryCrossEntropy{}, tensor.Shape{10}},
		{"binary-cross-entropy, mean", loss.BinaryCrossEntropy{Mean: true}, image},
		{"binary-cross-entropy of many outputs", loss.BinaryCrossEntropy{}, wide},

		{"binary-cross-entropy, weighted", loss.BinaryCrossEntropy{Positive: []float64{0.25, 3, 1}}, tensor.Shape{3}},
		{"binary-cross-entropy, weighted mean", loss.BinaryCrossEntropy{Mean: true, Positive: rising(30)}, image},
		{"binary-cross-entropy of many outputs, weighted", loss.BinaryCrossEntropy{Positive: rising(300)}, wide},

		{"quadratic", loss.Quadratic{}, tensor.Shape{10}},
		{"quadratic of many outputs", loss.Quadratic{}, wide},
		{"mse", loss.MeanSquared{}, tensor.Shape{1}},
		{"mse of an image", loss.MeanSquared{}, image},
		{"mae", loss.MeanAbsolute{}, tensor.Shape{1}},
		{"mae of an image", loss.MeanAbsolute{}, image},
		{"huber", loss.Huber{}, tensor.Shape{1}},
		{"huber of an image", loss.Huber{}, image},
		{"huber 0.5", loss.Huber{Delta: 0.5}, wide},
	}
}

// rising returns n weights, from 1/n to 1, of which most are no powers of two.
func rising(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(i+1) / float64(n)
	}
	return w
}
