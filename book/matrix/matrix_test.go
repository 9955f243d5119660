package matrix_test

import (
	"fmt"

	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/layer"
)

// Two examples, two inputs, three outputs.
func Example() {
	x := matrix.Of([]float64{1, 2}, []float64{0, -1})
	w := matrix.Of([]float64{1, 0, 2}, []float64{0, 1, 1})
	b := matrix.Row(10, 20, 30)

	fmt.Println(x.Dot(w))
	fmt.Println(x.Dot(w).Plus(b))
	fmt.Println(x.T())
	fmt.Println(x.Times(x).Minus(x))
	fmt.Println(x.Through(layer.ReLU{}))
	// Output:
	// [1 2 4] [0 -1 -1]
	// [11 22 34] [10 19 29]
	// [1 0] [2 -1]
	// [0 2] [0 2]
	// [1 2] [0 0]
}
