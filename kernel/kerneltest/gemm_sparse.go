package kerneltest

import (
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// gemmSparse skips the zeros of a, of which there are from none to nothing else, and of both signs; where b is infinite or not a
// number, and where sums underflow to -0, too.
func gemmSparse(t *testing.T, path string) {
	x := newGemmExam(t, path)
	x.product = func(p kernel.Product[float32]) {
		p.Sparse = true
		kernel.Gemm(x.w, p)
	}
	i := 0
	for _, zeros := range []float64{0, 0.5, 0.8, 0.97, 1} {
		for _, size := range []float32{1, 1e-23} { // of the numbers: products of the small ones underflow
			for _, odd := range []float64{0, 0, 0.001} { // share of what is no ordinary number
				x.value = func() float32 {
					switch u := x.rng.Float64(); {
					case u < odd:
						return specials[x.rng.IntN(len(specials))]
					case u < odd+zeros:
						return specials[x.rng.IntN(2)]
					}
					return size * float32(x.rng.NormFloat64())
				}
				for _, m := range []int{1, 7, 8, 33, 100} {
					for _, n := range []int{1, 2, 10, 16, 31, 100, 128, 129, 300} {
						c := every(i, gemmCase{form: []kernel.Form{kernel.NN, kernel.TN}[i%2], m: m, n: n, k: []int{1, 16, 40, 75}[i/2%4]})
						if c.form == kernel.TN && i%3 > 0 { // which sparse products there are without a start and an activation
							c.start, c.act = kernel.Zero, kernel.ActNone
						}
						if i%4 > 0 { // between the rows of b is what is not finite
							c.padB = 0
						}
						x.check(c)
						i++
					}
				}
			}
		}
	}
}
