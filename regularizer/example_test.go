package regularizer_test

import (
	"fmt"

	"github.com/gradus-nn/gradus/regularizer"
)

// One weight of 2, 50 examples, λ = 5: the cost grows by 5/(2·50)·2² = 0.2 and the gradient by 5/50·2 = 0.2.
func ExampleL2() {
	_, l2 := regularizer.L2{Lambda: 5}.Coefficients(50, 10)
	w := 2.0
	fmt.Printf("cost + %.2f, gradient + %.2f\n", l2/2*w*w, l2*w)
	// Output: cost + 0.20, gradient + 0.20
}

// The same weight under L1: the cost grows by 5/50·|2| = 0.2, the gradient by 5/50·sign(2) = 0.1.
func ExampleL1() {
	l1, _ := regularizer.L1{Lambda: 5}.Coefficients(50, 10)
	w, sign := 2.0, 1.0
	fmt.Printf("cost + %.2f, gradient + %.2f\n", l1*sign*w, l1*sign)
	// Output: cost + 0.20, gradient + 0.10
}

// The same λ means three strengths.
func ExampleStyle() {
	for _, style := range regularizer.Styles {
		_, l2 := regularizer.L2{Lambda: 0.5, Style: style}.Coefficients(1000, 10)
		fmt.Printf("%-8s gradient = %.4f·w\n", style, l2)
	}
	// Output:
	// nielsen  gradient = 0.0005·w
	// saito    gradient = 0.5000·w
	// sklearn  gradient = 0.0500·w
}
