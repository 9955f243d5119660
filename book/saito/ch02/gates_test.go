package ch02_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/book/saito/ch02"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch02.Chapter) }

func Example() {
	for _, x := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		fmt.Println(x, ch02.AND(x[0], x[1]), ch02.NAND(x[0], x[1]), ch02.OR(x[0], x[1]), ch02.XOR(x[0], x[1]))
	}
	// Output:
	// [0 0] 0 1 0 0
	// [1 0] 0 1 1 1
	// [0 1] 0 1 1 1
	// [1 1] 1 0 1 0
}

// 0.5·1 + 0.5·1 - 1 is 0, which is not above 0.
func ExamplePerceptron() {
	fmt.Println(ch02.Perceptron(matrix.Row(1, 1), matrix.Row(0.5, 0.5), -1))
	// Output: 0
}
