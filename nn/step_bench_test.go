package nn_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// BenchmarkStep is one step of the study note's training: 512 rows drawn from 30,000 of 784 numbers, through
// 784-80-10 with sigmoids, gradient and update.
func BenchmarkStep(b *testing.B) {
	const rows, in, hidden, out, batch = 30000, 784, 80, 10, 512
	rng := rand.New(rand.NewPCG(17, 0))
	x, t := make([]float32, rows*in), make([]float32, rows*out)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range t {
		t[i] = float32(rng.IntN(2))
	}
	set, err := dataset.FromTargets("noise", dataset.NewFloats(x, in), nil, t, out, nil)
	if err != nil {
		b.Fatal(err)
	}
	spec := nn.Spec{
		Input: tensor.Shape{in},
		Layers: []layer.Layer{
			layer.Dense{Units: hidden, Init: initializer.Normal{Std: 0.01}},
			layer.Sigmoid{},
			layer.Dense{Units: out, Init: initializer.Normal{Std: 0.01}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
	// Products of a step: x·W1 and xᵀ·dy, z·W2, zᵀ·dy and dy·W2ᵀ.
	const flop = 2 * batch * (2*in*hidden + 3*hidden*out)
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			net := compile[float32](b, spec, nn.Config{Batch: batch, Threads: threads})
			stepper := net.NewStepper(optim.SGD{Rate: 0.01})
			draws := rand.New(rand.NewPCG(1, 0))
			index := make([]int, batch)
			for b.Loop() {
				for i := range index {
					index[i] = draws.IntN(rows)
				}
				net.Gradient(dataset.Batch{Set: set, Rows: index})
				net.Update(stepper, 0.01)
			}
			b.StopTimer()
			team := kernel.NewTeam(threads)
			defer team.Close()
			perStep := b.Elapsed().Seconds() / float64(b.N)
			b.ReportMetric(perStep*1e3, "ms/step")
			b.ReportMetric(flop/perStep*1e-9, "GFLOP/s")
			b.ReportMetric(100*flop/perStep*1e-9/kernel.Peak(team), "%peak")
		})
	}
}
