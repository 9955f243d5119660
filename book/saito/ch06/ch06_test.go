package ch06_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/book/saito/ch06"
	"github.com/gradus-nn/gradus/optim"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch06.Chapter) }

// A step of rate 0.5: x loses a twentieth of itself, y all of it.
func ExamplePath() {
	fmt.Printf("%.4f\n", ch06.Path(optim.NewSGD(0.5), -8, 2, 2))
	// Output: [[-8.0000 2.0000] [-7.6000 0.0000] [-7.2200 0.0000]]
}

func ExampleSpread() {
	mean, deviation, atEnds := ch06.Spread(matrix.Row(0, 1, 0.5, 0.5))
	fmt.Printf("%.2f %.4f %.2f\n", mean, deviation, atEnds)
	// Output: 0.50 0.3536 0.50
}
