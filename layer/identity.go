package layer

import "github.com/gradus-nn/gradus/tensor"

// Identity passes its input on: y = x. It costs nothing, and stands where a list wants a layer: the output function
// of a regression (Saito ch. 3), or a branch of Concat that keeps the input.
type Identity struct{}

// Kind returns "identity".
func (Identity) Kind() string { return "identity" }

// Plan accepts any shape; there is no operation.
func (Identity) Plan(in tensor.Shape) (Plan, error) { return Plan{Out: in}, nil }
