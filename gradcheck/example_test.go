package gradcheck_test

import (
	"fmt"
	"regexp"

	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleCheck() {
	spec := nn.Spec{
		Input: tensor.Shape{2},
		Layers: []layer.Layer{
			layer.Dense{Units: 3, Init: initializer.Xavier{}}, layer.Tanh{},
			layer.Dense{Units: 2, Init: initializer.Xavier{}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
	report, err := gradcheck.Check(spec, synthetic.XOR(), gradcheck.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The errors are rounding errors of about 1e-12: shown here as ?.
	fmt.Print(regexp.MustCompile(`\d\.\de-\d\d`).ReplaceAllString(report.String(), "?"))
	fmt.Println(report.OK())
	// Output:
	// layer0.W  2x3  ?  ok
	// layer2.W  3x2  ?  ok
	// layer0.b  3    ?  ok
	// layer2.b  2    ?  ok
	// true
}
