package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// BenchmarkGemm measures products of the books' networks and large ones, in GFLOP/s and in percent of the peak that
// the same workers reach in a loop of fused multiply-adds.
//
//	go test -run '^$' -bench Gemm ./kernel
func BenchmarkGemm(b *testing.B) {
	for _, workers := range []int{1, 2} {
		team := kernel.NewTeam(workers)
		defer team.Close()
		peak := kernel.Peak(team)
		for _, c := range []struct {
			form    kernel.Form
			name    string
			m, n, k int
		}{
			{kernel.NN, "NN", 512, 80, 784}, // forward, Saito's network
			{kernel.TN, "TN", 784, 80, 512}, // its gradient of W
			{kernel.NT, "NT", 512, 784, 80}, // and of the input
			{kernel.NN, "NN", 512, 10, 80},
			{kernel.TN, "TN", 80, 10, 512},
			{kernel.NN, "NN", 100, 50, 784},
			{kernel.NN, "NN", 10000, 128, 784},
			{kernel.NN, "NN", 1024, 1024, 1024},
			{kernel.NN, "NN", 2048, 2048, 2048},
			{kernel.NN, "NN", 4096, 4096, 4096},
			{kernel.TN, "TN", 1024, 1024, 1024},
			{kernel.NT, "NT", 1024, 1024, 1024},
			{kernel.NN, "NN", 1, 4096, 4096},
			{kernel.NT, "NT", 1, 4096, 4096},
			{kernel.NN, "NN", 4, 4096, 4096},
			{kernel.NN, "NN", 9, 4096, 4096},
			{kernel.NN, "NN", 1, 80, 784},
			{kernel.NN, "NN", 4, 1, 2},
		} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d/workers=%d", c.name, c.m, c.n, c.k, workers), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 2))
				p := kernel.Product[float32]{
					Form: c.form, M: c.m, N: c.n, K: c.k,
					A: normal(rng, c.m*c.k), B: normal(rng, c.k*c.n), C: make([]float32, c.m*c.n),
				}
				for b.Loop() {
					kernel.ParallelGemm(team, p)
				}
				flops := 2 * float64(c.m) * float64(c.n) * float64(c.k)
				rate := flops * float64(b.N) / float64(b.Elapsed().Nanoseconds())
				b.ReportMetric(rate, "GFLOP/s")
				b.ReportMetric(100*rate/peak, "%peak")
			})
		}
	}
}

func normal(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}
