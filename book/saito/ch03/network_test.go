package ch03_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/book/saito/ch03"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch03.Chapter) }

func ExampleForward() {
	fmt.Println(ch03.Forward(ch03.InitNetwork(), matrix.Row(1.0, 0.5)))
	// Output: [0.31682708 0.69627909]
}

// e⁰ = 1 and e^ln 3 = 3: a quarter and three quarters.
func ExampleSoftmax() {
	x := matrix.Row(0, 1.0986122886681098)
	fmt.Printf("%.6f\n", ch03.Softmax(x).Data)
	fmt.Printf("%.6f\n", ch03.NaiveSoftmax(x).Data)
	fmt.Println(ch03.NaiveSoftmax(matrix.Row(0, 710)))
	// Output:
	// [0.250000 0.750000]
	// [0.250000 0.750000]
	// [0 NaN]
}

func ExampleStep() {
	fmt.Println(ch03.Step(matrix.Row(-1, 6.5, 0)))
	// Output: [0 1 0]
}

// The book's published weights, where they have been put beside the repository.
func TestReadyWeights(t *testing.T) {
	path := booktest.File(t, "../../../../shared/data/saito/sample_weight.pkl")
	if err := ch03.Chapter.Show(t.Context(), io.Discard, book.Options{Weights: path}); err != nil {
		t.Error(err)
	}
}

// Chapter 7's network convolves, which is not here yet: its weights are refused by name.
func TestConvolutionIsRefused(t *testing.T) {
	path := booktest.File(t, "../../../../shared/data/saito/ch07_params.pkl")
	_, err := ch03.ReadWeights(path)
	if err == nil || !strings.Contains(err.Error(), "W1 has the shape [30 1 5 5] of a convolution's filters") {
		t.Errorf("error %v", err)
	}
}
