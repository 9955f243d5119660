package layer_test

import (
	"fmt"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleIdentity() {
	p, _ := layer.Identity{}.Plan(tensor.Shape{1, 28, 28})
	fmt.Println(p.Out, "and nothing to do:", p.F32 == nil)
	// Output: 1×28×28 and nothing to do: true
}
