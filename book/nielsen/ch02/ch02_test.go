package ch02_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/book/nielsen/ch02"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch02.Chapter) }

// One neuron with weight 0 and bias 0 puts out 1/2. For y = 0 its error is ½·¼, and the slope in the weight that times the
// input.
func ExampleNet_Backprop() {
	net := ch02.Net{Weights: []matrix.Matrix{matrix.Row(0)}, Biases: []matrix.Matrix{matrix.Row(0)}}
	w, b := net.Backprop(matrix.Row(2), matrix.Row(0))
	fmt.Println(w[0], b[0])
	// Output: [0.25] [0.125]
}
