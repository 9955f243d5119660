package kernel_test

import (
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// TestGemmDoesNotAllocate covers the ways a product can take: one panel, packed and transposed b, a copied a, shared
// among workers, on its side, with and without a worker's scratch memory. The first call may allocate the scratch.
func TestGemmDoesNotAllocate(t *testing.T) {
	team := kernel.NewTeam(2)
	defer team.Close()
	w := kernel.NewWorker()
	x := make([]float32, 512*512)
	c := make([]float32, 512*512)
	d, e := make([]float64, 64*64), make([]float64, 64*64)
	for _, p := range []kernel.Product[float32]{
		{M: 4, N: 2, K: 1, A: x, B: x, C: c, Act: kernel.ActReLU},
		{M: 40, N: 512, K: 512, A: x, B: x, C: c, Start: kernel.Bias, Bias: x, Act: kernel.ActTanh},
		{Form: kernel.TN, M: 512, N: 512, K: 30, A: x, B: x, C: c},
		{Form: kernel.TN, M: 100, N: 2, K: 60, A: x, B: x, C: c},
		{Form: kernel.NT, M: 30, N: 100, K: 80, A: x, B: x, C: c, Act: kernel.ActSigmoid},
	} {
		for name, f := range map[string]func(){
			"Gemm":         func() { kernel.Gemm(w, p) },
			"ParallelGemm": func() { kernel.ParallelGemm(team, p) },
		} {
			f()
			if n := testing.AllocsPerRun(10, f); n != 0 {
				t.Errorf("%s allocates %v times in form %d, %dx%dx%d", name, n, p.Form, p.M, p.N, p.K)
			}
		}
	}
	q := kernel.Product[float64]{M: 64, N: 64, K: 64, A: d, B: d, C: e}
	if n := testing.AllocsPerRun(5, func() { kernel.ParallelGemm(team, q) }); n != 0 {
		t.Errorf("ParallelGemm allocates %v times in float64", n)
	}
	if n := testing.AllocsPerRun(100, func() { kernel.Gemm(nil, kernel.Product[float32]{M: 4, N: 2, K: 1, A: x, B: x, C: c}) }); n != 0 {
		t.Errorf("Gemm without a worker allocates %v times for a small product", n)
	}
}
