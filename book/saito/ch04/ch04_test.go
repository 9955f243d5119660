package ch04_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/book/saito/ch04"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch04.Chapter) }

// ½·(0.1² + 0.3² + 0.4²) = 0.13
func ExampleSumSquaredError() {
	fmt.Printf("%.2f\n", ch04.SumSquaredError([]float64{0.1, 0.3, 0.6}, []float64{0, 0, 1}))
	// Output: 0.13
}

// Two examples of probability 1/2 for the right class: ln 2.
func ExampleCrossEntropyErrorLabels() {
	y := [][]float64{{0.5, 0.25, 0.25}, {0.25, 0.25, 0.5}}
	fmt.Printf("%.6f\n", ch04.CrossEntropyErrorLabels(y, []int{0, 2}))
	fmt.Printf("%.6f\n", ch04.CrossEntropyError(y, [][]float64{{1, 0, 0}, {0, 0, 1}}))
	// Output:
	// 0.693147
	// 0.693147
}

// With equal outputs each class has 1/3, and dW = xᵀ·(y - t).
func ExampleSimpleNet() {
	net := ch04.SimpleNet{W: matrix.New(2, 3)}
	x, t := matrix.Row(1, 2), []float64{0, 0, 1}
	fmt.Printf("loss %.4f = ln 3\n", net.Loss(x, t))
	fmt.Printf("dW %.4f\n", net.NumericalGradient(x, t).Data)
	// Output:
	// loss 1.0986 = ln 3
	// dW [0.3333 0.3333 -0.6667 0.6667 0.6667 -1.3333]
}

func ExampleNewTwoLayerNet() {
	net, err := ch04.NewTwoLayerNet[float32](784, 50, 10, 0.01, 100, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer net.Close()
	for _, name := range []string{"W1", "b1", "W2", "b2"} {
		fmt.Println(name, len(net.Params[name]))
	}
	// Output:
	// W1 39200
	// b1 50
	// W2 500
	// b2 10
}
