package losstest

import (
	"fmt"
	"math"
)

// tolerance is the largest relative error of a right gradient. With h = 1e-3 the truncation of the differences is
// h⁴ = 1e-12 after extrapolation; rounding leaves ε/h = 2e-13 times the loss of a row, which is a few hundred in the
// widest case, so 1e-10.
const tolerance = 1e-7

// checkGradient compares the gradient of every row's loss with a numerical one: central differences of h and h/2, and
// Richardson's extrapolation. Errors count against the element, or, where it is small, against a hundredth of the
// largest.
func checkGradient(b *bench[float64]) error {
	_, dy := b.run(1, 0, rows)
	l := make([]float64, rows)
	central := func(i int, h float64) float64 {
		row, old := i/b.width, b.y[i]
		defer func() { b.y[i] = old }()
		at := func(v float64) float64 {
			b.y[i] = v
			b.op.Loss(l, nil, b.y, b.t, 1, row, row+1)
			return l[row]
		}
		return (at(old+h) - at(old-h)) / (2 * h)
	}
	var largest float64
	for _, d := range dy {
		largest = max(largest, math.Abs(d))
	}
	const h = 1e-3
	for i := range b.y {
		want := (4*central(i, h/2) - central(i, h)) / 3
		if e := math.Abs(dy[i]-want) / max(math.Abs(want), 1e-2*largest); !(e <= tolerance) {
			return fmt.Errorf("gradient: row %d, output %d is %.9g, by differences %.9g; relative error %.1e", i/b.width, i%b.width, dy[i], want, e)
		}
	}
	return nil
}

// checkPrecision compares the float32 operation with the float64 one on the same numbers, to a hundred roundings of float32
// against the largest element.
func checkPrecision(narrow *bench[float32], wide *bench[float64]) error {
	l32, dy32 := narrow.run(1, 0, rows)
	l64, dy64 := wide.run(1, 0, rows)
	for i := range l64 {
		if e := math.Abs(l32[i] - l64[i]); !(e <= 100*0x1p-24*math.Abs(l64[i])) {
			return fmt.Errorf("the loss of row %d is %v in float32, but %v in float64", i, l32[i], l64[i])
		}
	}
	var largest float64
	for _, d := range dy64 {
		largest = max(largest, math.Abs(d))
	}
	for i, d := range dy64 {
		if e := math.Abs(float64(dy32[i]) - d); !(e <= 100*0x1p-24*largest) {
			return fmt.Errorf("dy[%d] is %v in float32, but %v in float64", i, dy32[i], d)
		}
	}
	return nil
}
