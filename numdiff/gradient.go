package numdiff

// Partial returns ∂f/∂x[i] by a central difference. It leaves x as it was.
func Partial(f func([]float64) float64, x []float64, i int) float64 {
	return Derivative(along(f, x, i), x[i])
}

// PartialH is Partial with the step h.
func PartialH(f func([]float64) float64, x []float64, i int, h float64) float64 {
	return DerivativeH(along(f, x, i), x[i], h)
}

// Gradient returns ∇f(x), one central difference a coordinate. It leaves x as it was. f must not keep or change its
// argument.
func Gradient(f func([]float64) float64, x []float64) []float64 {
	grad := make([]float64, len(x))
	for i := range x {
		grad[i] = Partial(f, x, i)
	}
	return grad
}

// GradientH is Gradient with the step h in every coordinate, the book's numerical_gradient.
func GradientH(f func([]float64) float64, x []float64, h float64) []float64 {
	grad := make([]float64, len(x))
	for i := range x {
		grad[i] = PartialH(f, x, i, h)
	}
	return grad
}

// MatrixGradient returns the gradient of a function of a matrix, given as rows, in the shape of the matrix. It leaves x
// as it was.
func MatrixGradient(f func([][]float64) float64, x [][]float64) [][]float64 {
	return byRows(x, func(row []float64) []float64 {
		return Gradient(func([]float64) float64 { return f(x) }, row)
	})
}

// MatrixGradientH is MatrixGradient with the step h.
func MatrixGradientH(f func([][]float64) float64, x [][]float64, h float64) [][]float64 {
	return byRows(x, func(row []float64) []float64 {
		return GradientH(func([]float64) float64 { return f(x) }, row, h)
	})
}

func byRows(x [][]float64, gradient func(row []float64) []float64) [][]float64 {
	grad := make([][]float64, len(x))
	for i, row := range x {
		grad[i] = gradient(row)
	}
	return grad
}

// along returns f as a function of x[i] alone. It puts x[i] back after every call: the saved value, not x+h-h.
func along(f func([]float64) float64, x []float64, i int) func(float64) float64 {
	saved := x[i]
	return func(v float64) float64 {
		x[i] = v
		y := f(x)
		x[i] = saved
		return y
	}
}
