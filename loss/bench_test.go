package loss_test

import (
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// Benchmark computes losses and gradients of 512 rows of 10 outputs, as a step of training does.
func Benchmark(b *testing.B) {
	const n, out = 512, 10
	rng := rand.New(rand.NewPCG(1, 1))
	y, t, dy, l := make([]float32, n*out), make([]float32, n*out), make([]float32, n*out), make([]float64, n)
	for i := range y {
		y[i] = float32(rng.NormFloat64())
	}
	for i := range n {
		t[i*out+rng.IntN(out)] = 1
	}
	for _, kind := range loss.Kinds {
		p, err := kind.Plan(tensor.Shape{out})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(kind.Kind(), func(b *testing.B) {
			for b.Loop() {
				p.F32.Loss(l, dy, y, t, 1./n, 0, n)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(n*out), "ns/output")
		})
	}
}
