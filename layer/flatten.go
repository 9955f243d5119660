package layer

import "github.com/gradus-nn/gradus/tensor"

// Flatten puts the axes of an example into one, the last running fastest: [1 28 28] becomes [784]. The elements stay
// where they are in memory, so it costs nothing.
type Flatten struct{}

// Kind returns "flatten".
func (Flatten) Kind() string { return "flatten" }

// Plan accepts any shape; there is no operation.
func (Flatten) Plan(in tensor.Shape) (Plan, error) { return Plan{Out: tensor.Shape{in.Size()}}, nil }
