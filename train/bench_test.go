package train

import (
	"testing"

	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
)

// BenchmarkStep compares a step of Run with the bare loop: what the loop around it costs.
func BenchmarkStep(b *testing.B) {
	set := clusters(b, 1000, 784, 10, 1)
	spec := nn.Spec{Input: tensor.Shape{784}, Layers: []layer.Layer{layer.Dense{Units: 30}, layer.Sigmoid{}, layer.Dense{Units: 10}}, Loss: loss.SoftmaxCrossEntropy{}}
	b.Run("run", func(b *testing.B) {
		net := compile[float32](b, spec, nn.Config{Batch: 10, Threads: 1})
		b.ResetTimer()
		if _, err := Run(b.Context(), net, set, Config{Iterations: b.N, Optimizer: optim.NewSGD(0.1)}); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("bare", func(b *testing.B) {
		net := compile[float32](b, spec, nn.Config{Batch: 10, Threads: 1})
		stepper := net.NewStepper(optim.NewSGD(0.1))
		b.ResetTimer()
		for done := 0; done < b.N; {
			for batch := range set.Batches(10, nil) {
				if done++; done > b.N {
					break
				}
				net.Gradient(batch)
				net.Update(stepper, 0.1)
			}
		}
	})
}
