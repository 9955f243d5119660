package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// BenchmarkElementwise reports nanoseconds an element and bytes moved a second: in the second-level cache (a layer's
// output), and for what goes over a large slab from memory.
func BenchmarkElementwise(b *testing.B) {
	const cached, large = 512 * 80, 8 << 20
	rng := rand.New(rand.NewPCG(1, 2))
	x, y, z, w := make([]float32, large), make([]float32, large), make([]float32, large), make([]float32, large)
	fill := func(x []float32) {
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
	}
	fill(y)
	fill(z)
	adam := kernel.AdamStep[float32]{Rate: 1e-6, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Keep: 1}
	for _, c := range []struct {
		name  string
		moved int // bytes an element
		large bool
		f     func(x, y, z, w []float32)
	}{
		{"Exp", 8, false, func(x, y, z, w []float32) { kernel.Exp(x, y) }},
		{"Log", 8, false, func(x, y, z, w []float32) { kernel.Log(x, y) }},
		{"Tanh", 8, false, func(x, y, z, w []float32) { kernel.Tanh(x, y) }},
		{"Sigmoid", 8, false, func(x, y, z, w []float32) { kernel.Sigmoid(x, y) }},
		{"ReLU", 8, false, func(x, y, z, w []float32) { kernel.ReLU(x, y) }},
		{"GELU", 8, false, func(x, y, z, w []float32) { kernel.GELU(x, y) }},
		{"GELUGrad", 12, false, func(x, y, z, w []float32) { kernel.GELUGrad(x, y, z) }},
		{"ELU", 8, false, func(x, y, z, w []float32) { kernel.ELU(x, y, 1) }},
		{"Softplus", 8, false, func(x, y, z, w []float32) { kernel.Softplus(x, y) }},
		{"SoftplusGrad", 12, false, func(x, y, z, w []float32) { kernel.SoftplusGrad(x, y, z) }},
		{"LeakyReLU", 8, false, func(x, y, z, w []float32) { kernel.LeakyReLU(x, y, 0.01) }},
		{"SigmoidGrad", 12, false, func(x, y, z, w []float32) { kernel.SigmoidGrad(x, y, z) }},
		{"Add", 12, false, func(x, y, z, w []float32) { kernel.Add(x, y, z) }},
		{"Axpy", 12, true, func(x, y, z, w []float32) { kernel.Axpy(x, 0, y) }},
		{"Fill", 4, false, func(x, y, z, w []float32) { kernel.Fill(x, 0) }},
		{"AddL1", 12, false, func(x, y, z, w []float32) { kernel.AddL1(x, y, 0) }},
		{"Sum", 4, false, func(x, y, z, w []float32) { kernel.Sum(y) }},
		{"Max", 4, false, func(x, y, z, w []float32) { kernel.Max(y) }},
		{"SumSquares", 4, false, func(x, y, z, w []float32) { kernel.SumSquares(y) }},
		{"AllFinite", 4, true, func(x, y, z, w []float32) { kernel.AllFinite(y) }},
		{"ColSums/80", 4, false, func(x, y, z, w []float32) { kernel.ColSums(x, y, len(y)/80, 80, 0) }},
		{"ColSums/10", 4, false, func(x, y, z, w []float32) { kernel.ColSums(x, y, len(y)/10, 10, 0) }},
		{"Softmax/10", 8, false, func(x, y, z, w []float32) { kernel.Softmax(x, y, 10) }},
		{"Softmax/80", 8, false, func(x, y, z, w []float32) { kernel.Softmax(x, y, 80) }},
		{"LogSoftmax/10", 8, false, func(x, y, z, w []float32) { kernel.LogSoftmax(x, y, 10) }},
		{"LogSoftmax/80", 8, false, func(x, y, z, w []float32) { kernel.LogSoftmax(x, y, 80) }},
		{"SGDStep", 12, true, func(x, y, z, w []float32) { kernel.SGDStep(x, y, 1e-6) }},
		{"MomentumStep", 20, true, func(x, y, z, w []float32) { kernel.MomentumStep(x, y, z, 1e-6, 0.9) }},
		{"AdaGradStep", 20, true, func(x, y, z, w []float32) { kernel.AdaGradStep(x, y, w, 1e-6, 1e-7) }},
		{"AdamUpdate", 28, true, func(x, y, z, w []float32) { kernel.AdamUpdate(x, y, z, w, adam) }},
	} {
		sizes := []int{cached}
		if c.large {
			sizes = append(sizes, large)
		}
		for _, n := range sizes {
			for _, path := range kernel.Paths() {
				b.Run(fmt.Sprintf("%s/n=%d/%s", c.name, n, path), func(b *testing.B) {
					defer kernel.Use("")
					kernel.Use(path)
					clear(x)
					clear(w)
					for b.Loop() {
						c.f(x[:n], y[:n], z[:n], w[:n])
					}
					ns := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(n)
					b.ReportMetric(ns, "ns/element")
					b.ReportMetric(float64(c.moved)/ns, "GB/s")
					b.ReportMetric(0, "ns/op")
				})
			}
		}
	}
}

// BenchmarkGather takes batches of 512 random rows of 784 from 60,000, as a training on MNIST does.
func BenchmarkGather(b *testing.B) {
	const rows, width, batch = 60000, 784, 512
	pixels := make([]uint8, rows*width)
	for i := range pixels {
		pixels[i] = uint8(i * 31 >> 3)
	}
	floats := make([]float32, rows*width)
	for i := range floats {
		floats[i] = float32(i)
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(rows)
	dst := make([]float32, batch*width)
	linear := kernel.NewByteTable(func(v uint8) float32 { return float32(v) / 255 })
	lookedUp := kernel.NewByteTable(func(v uint8) float32 { return float32(v)/255 - 0.13 })
	for _, path := range kernel.Paths() {
		for _, c := range []struct {
			name string
			f    func(rows []int)
		}{
			{"floats", func(rows []int) { kernel.Gather(dst, floats, width, rows) }},
			{"pixels by 255", func(rows []int) { kernel.GatherBytes(dst, pixels, width, rows, linear) }},
			{"pixels table", func(rows []int) { kernel.GatherBytes(dst, pixels, width, rows, lookedUp) }},
		} {
			b.Run(c.name+"/"+path, func(b *testing.B) {
				defer kernel.Use("")
				kernel.Use(path)
				for i := 0; b.Loop(); i++ {
					at := i % (rows/batch - 1) * batch
					c.f(order[at : at+batch])
				}
			})
		}
	}
}
