package nn_test

import (
	"fmt"
	"log"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleSpec_Summary() {
	spec := nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: 30},
			layer.Sigmoid{},
			layer.Dense{Units: 10},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
	table, err := spec.Summary()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(table)
	// Output:
	// layer                       output  parameters
	//        input                784
	// 0      dense                30      23,550
	// 1      sigmoid              30
	// 2      dense                10      310
	//        loss: cross-entropy          23,860
}

// One neuron with weights 2 and -3 and a bias of 1 sees (1, 2): z = 2·1 - 3·2 + 1 = -3, the target is 0, so that the
// cost ½z² is 4.5 and its gradient in (w₀, w₁, b) is z·(1, 2, 1) = (-3, -6, -3).
func ExampleNet_Gradient() {
	net, err := nn.Compile[float64](nn.Spec{
		Input:  tensor.Shape{2},
		Layers: []layer.Layer{layer.Dense{Units: 1, Init: initializer.Constant{}}},
		Loss:   loss.Quadratic{},
	}, nn.Config{Batch: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	copy(net.Params(), []float64{2, -3, 1}) // weights first, then biases

	one, err := dataset.FromTargets("one", dataset.NewFloats([]float32{1, 2}, 2), nil, []float32{0}, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(net.Gradient(one.All()), net.Grads())
	// Output: 4.5 [-3 -6 -3]
}
