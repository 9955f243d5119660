package initializer_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/initializer"
)

func Example() {
	draw := rand.New(rand.NewPCG(1, 2))
	w := make([]float64, 784*100)
	initializer.He{}.Fill(w, initializer.Fan{In: 784, Out: 100}, draw)

	var squares float64
	for _, v := range w {
		squares += v * v
	}
	fmt.Printf("drawn %.3f, √(2/784) = %.3f\n", math.Sqrt(squares/float64(len(w))), math.Sqrt(2./784))
	// Output: drawn 0.051, √(2/784) = 0.051
}

func ExampleConstant() {
	b := make([]float64, 3)
	initializer.Constant{Value: 0.1}.Fill(b, initializer.Fan{}, nil)
	fmt.Println(b)
	// Output: [0.1 0.1 0.1]
}

func ExampleParse() {
	rule, err := initializer.Parse("normal:0.01")
	fmt.Println(rule.Kind(), rule, err)
	_, err = initializer.Parse("normal")
	fmt.Println(err)
	// Output:
	// normal normal:0.01 <nil>
	// initializer: "normal": want normal:STD with a standard deviation of 0 or more, such as normal:0.01
}
