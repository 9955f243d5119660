// Package regularizer holds the penalties on weights. Whose λ it is makes a factor of n or two of difference, so
// every penalty names its style.
package regularizer

// A Regularizer is a plain, storable penalty on the weights (never on biases):
//
//	cost = l1·Σ|w| + l2/2·Σw²        gradient = l1·sign(w) + l2·w
type Regularizer interface {
	// Kind is the penalty's name in files and on the command line: "l2".
	Kind() string
	// Coefficients returns l1 and l2 for a training set of n examples learnt in batches of size batch.
	Coefficients(n, batch int) (l1, l2 float64)
}
