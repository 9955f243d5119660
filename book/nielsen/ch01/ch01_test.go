package ch01_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/nielsen/ch01"
	"github.com/gradus-nn/gradus/dataset/synthetic"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch01.Chapter) }

func ExampleCostDerivative() {
	fmt.Println(ch01.CostDerivative([]float64{0.75, 0.5}, []float64{1, 0}))
	// Output: [-0.25 0.5]
}

// Three round clouds of points.
func ExampleNetwork_SGD() {
	clouds := synthetic.Gaussians(300, 3, 0.2, 1)
	net, err := ch01.NewNetwork([]int{2, 8, 3}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer net.Close()
	best := 0
	err = net.SGD(context.Background(), clouds, 30, 10, 3.0, clouds, func(_, correct, _ int) { best = max(best, correct) })
	fmt.Println("nine in ten or more:", best >= 270, err)
	// Output: nine in ten or more: true <nil>
}

func TestRefused(t *testing.T) {
	if _, err := ch01.NewNetwork([]int{784}, 1); err == nil {
		t.Error("a network of one layer")
	}
	net, err := ch01.NewNetwork([]int{784, 3, 10}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	clouds := synthetic.Gaussians(30, 3, 0.2, 1)
	if err := net.SGD(t.Context(), clouds, 1, 10, 3, clouds, nil); err == nil {
		t.Error("points on a network for images")
	}
}
