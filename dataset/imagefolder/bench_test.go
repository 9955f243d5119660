package imagefolder

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/tensor"
)

// BenchmarkLoad reads 10,000 PNG files of 28 by 28 grey pixels: how many a second, and how many processors are at work meanwhile.
func BenchmarkLoad(b *testing.B) {
	const n, side = 10_000, 28
	noise := synthetic.Noise(n, side*side, 10, 1)
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % 10)
	}
	s, err := dataset.FromLabels("noise", noise.X, tensor.Shape{1, side, side}, labels, dataset.Numbered(10))
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir() + "/noise"
	if err := Write(context.Background(), dir, []Part{{"train", s}}, side, side, 255); err != nil {
		b.Fatal(err)
	}
	for _, threads := range []int{1, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			before := processorTime()
			for b.Loop() {
				if _, err := Load(dir, Options{Threads: threads}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "images/s")
			b.ReportMetric(float64(processorTime()-before)/float64(b.Elapsed()), "processors")
		})
	}
}
