package diagnose_test

import (
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// Somebody computes the numerical gradient with `/2*h`, h = 1e-4.
func Example() {
	set, err := dataset.FromTargets("two points", dataset.NewFloats([]float32{1, 2}, 1), nil, []float32{3, 5}, 1, nil)
	if err != nil {
		panic(err)
	}
	spec := nn.Spec{Input: tensor.Shape{1}, Layers: []layer.Layer{layer.Dense{Units: 1}}, Loss: loss.Quadratic{}}
	net, err := nn.Compile[float64](spec, nn.Config{Batch: 2})
	if err != nil {
		panic(err)
	}
	defer net.Close()
	batch, h := set.All(), 1e-4
	claimed := make([]float64, len(net.Params()))
	for i, w := range net.Params() {
		net.Params()[i] = w + h
		above := net.Cost(batch)
		net.Params()[i] = w - h
		below := net.Cost(batch)
		net.Params()[i] = w
		claimed[i] = (above - below) / 2 * h
	}
	report, err := gradcheck.Compare(net, batch, claimed, gradcheck.Config{})
	if err != nil {
		panic(err)
	}
	for _, d := range diagnose.Gradient(net, batch, report, nil) {
		fmt.Println(d)
	}
	// Output:
	// layer0.W, layer0.b: every component is h² = 1e-08 times the true one (h = 1e-04): `(f(x+h) - f(x-h)) / 2*h` divides by 2 and then multiplies by h; did you mean `/(2*h)`?; look at grad[i] = (fxh1 - fxh2) / (2*h)
}
