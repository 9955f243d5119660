package ch05_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/book/saito/ch04"
	"github.com/gradus-nn/gradus/book/saito/ch05"
	"github.com/gradus-nn/gradus/dataset/mnist"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch05.Chapter) }

func ExampleBuyApples() {
	p := ch05.BuyApples(100, 2, 1.1)
	fmt.Printf("%.0f: an apple dearer by 1 costs %.1f more, one more apple %.0f\n", p.Price, p.DApple, p.DAppleNum)
	// Output: 220: an apple dearer by 1 costs 2.2 more, one more apple 110
}

// x is 1 and -1: the first is let through, the second is not.
func ExampleRelu() {
	var relu ch05.Relu
	fmt.Println(relu.Forward(matrix.Row(1, -1)))
	fmt.Println(relu.Backward(matrix.Row(5, 5)))
	// Output:
	// [1 0]
	// [5 0]
}

// Two equal logits are 1/2 each; the loss is ln 2 and the gradient y - t.
func ExampleSoftmaxWithLoss() {
	var last ch05.SoftmaxWithLoss
	fmt.Printf("%.4f\n", last.Forward(matrix.Row(0, 0), matrix.Row(0, 1)))
	fmt.Println(last.Backward(1))
	// Output:
	// 0.6931
	// [0.5 -0.5]
}

// Chapter 4's network and chapter 5's list of layers have the same gradients, bit for bit.
func TestSameAsChapter4(t *testing.T) {
	digits, err := mnist.Load()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := ch04.NewTwoLayerNet[float64](784, 50, 10, 0.1, 20, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	named := func(name string, rows, cols int) matrix.Matrix {
		return matrix.Matrix{Rows: rows, Cols: cols, Data: whole.Params[name]}
	}
	layers := ch05.NewTwoLayerNet(named("W1", 784, 50), named("b1", 1, 50), named("W2", 50, 10), named("b2", 1, 10), &ch05.Sigmoid{})

	batch := digits.Train.Head(20)
	x, targets := matrix.New(20, 784), matrix.New(20, 10)
	for i := range 20 {
		for j, v := range batch.Example(i) {
			x.Set(i, j, float64(v))
		}
		targets.Set(i, batch.Label(i), 1)
	}
	if a, b := whole.Loss(batch.All()), layers.Loss(x, targets); a != b {
		t.Errorf("loss %v and %v", a, b)
	}
	have, want := layers.Gradient(x, targets), whole.Gradient(batch.All())
	for name, grad := range want {
		for i, g := range grad {
			if have[name].Data[i] != g {
				t.Fatalf("%s[%d] is %v, in chapter 4 %v", name, i, have[name].Data[i], g)
			}
		}
	}
}
