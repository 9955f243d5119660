package source

import "math"

// tanhPoly are the coefficients of q: tanh x ≈ x + x³·q(x²) for |x| ≤ 1, lowest power first.
var tanhPoly = [...]float32{-0x1.55553cp-2, 0x1.110be6p-3, -0x1.b96288p-5, 0x1.600bd6p-6, -0x1.046750p-7,
	0x1.2db79ep-9, -0x1.7806d8p-12}

// tanh is a polynomial below 1 and 1 - 2/(e²ˣ + 1) from there on.
func tanh(x []float32) {
	for i, v := range x {
		a := math.Float32frombits(math.Float32bits(v) &^ (1 << 31))
		var y float32
		if a < 1 {
			z := float32(a * a)
			q := tanhPoly[6]
			for k := 5; k >= 0; k-- {
				q = fma(q, z, tanhPoly[k])
			}
			y = fma(q, float32(z*a), a)
		} else {
			y = 1 - 2/(exp(a+a)+1)
		}
		x[i] = math.Float32frombits(math.Float32bits(y) | math.Float32bits(v)&(1<<31))
	}
}
