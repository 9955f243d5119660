package numdiff_test

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/numdiff"
)

// f(x) = 0.01x² + 0.1x has the derivative 0.02x + 0.1, which is 0.2 at 5. The book's step leaves an error in the
// twelfth digit.
func ExampleDerivativeH() {
	f := func(x float64) float64 { return float64(0.01*float64(x*x)) + float64(0.1*x) }
	fmt.Println(numdiff.DerivativeH(f, 5, numdiff.BookStep))
	// Output: 0.1999999999990898
}

func ExampleDerivative() {
	fmt.Printf("%.8f\n", numdiff.Derivative(math.Exp, 1)) // the tenth digit depends on the processor's math.Exp
	// Output: 2.71828183
}

// The definition of the derivative, with an h that is not quite 0: the error of 1e-4·f″/2 shows.
func ExampleForwardH() {
	square := func(x float64) float64 { return x * x }
	fmt.Printf("forward %.6f, central %.6f\n",
		numdiff.ForwardH(square, 3, numdiff.BookStep), numdiff.DerivativeH(square, 3, numdiff.BookStep))
	// Output: forward 6.000100, central 6.000000
}

// f(x) = x0² + x1² has the gradient (2·x0, 2·x1).
func ExampleGradient() {
	f := func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] }
	fmt.Printf("%.6f\n", numdiff.Gradient(f, []float64{3, 4}))
	// Output: [6.000000 8.000000]
}

// f(W) = w00·w11 - w01·w10, the determinant.
func ExampleMatrixGradient() {
	det := func(w [][]float64) float64 { return w[0][0]*w[1][1] - w[0][1]*w[1][0] }
	fmt.Printf("%.3f\n", numdiff.MatrixGradient(det, [][]float64{{1, 2}, {3, 4}}))
	// Output: [[4.000 -3.000] [-2.000 1.000]]
}

func ExampleDescend() {
	f := func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] }
	path, err := numdiff.Descend(f, []float64{-3, 4}, numdiff.Descent{Rate: 0.25, Steps: 2})
	fmt.Printf("%.2f %v\n", path.Points, err)

	_, err = numdiff.Descend(f, []float64{-3, 4}, numdiff.Descent{Rate: 2, Steps: 2})
	fmt.Println(err)
	// Output:
	// [[-3.00 4.00] [-1.50 2.00] [-0.75 1.00]] <nil>
	// numdiff: descent with rate 2 diverged: the function went up from 25 to 2025, first at step 1; try a smaller rate, such as 0.2
}

func ExampleRichardson() {
	value, err := numdiff.Richardson(math.Sin, 0)
	fmt.Printf("%.12f, error below 1e-12: %v\n", value, err < 1e-12)
	// Output: 1.000000000000, error below 1e-12: true
}
