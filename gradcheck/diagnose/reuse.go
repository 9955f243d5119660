package diagnose

import (
	"fmt"

	"github.com/gradus-nn/gradus/nn"
)

// reusedBias finds a program whose forward pass adds one layer's bias in another layer, too: what is checked is then the
// gradient of that network, in which the forgotten bias has none.
func reusedBias(e *evidence) *Diagnosis {
	for _, forgotten := range e.tensors {
		if !forgotten.bias() || forgotten.misshapen != nil || norm(forgotten.claimed) != 0 {
			continue
		}
		for _, used := range e.tensors {
			if used == forgotten || !used.bias() || used.segment.Len != forgotten.segment.Len {
				continue
			}
			if _, ok := e.matches(e.withBias(used.segment, forgotten.segment)); ok {
				return &Diagnosis{
					Bug: "a bias never reaches the loss",
					Says: fmt.Sprintf("%s never reaches the loss: %s is added in its place, and this is the gradient of the network with that bias in both layers",
						forgotten.name(), used.name()),
					Look: "a2 = np.dot(z1, W2) + b2, not + b1",
				}
			}
		}
	}
	return nil
}

// withBias returns the gradient of the network that adds the bias used in place of the bias forgotten.
func (e *evidence) withBias(used, forgotten nn.Segment) []float64 {
	net, err := nn.Compile[float64](e.spec, e.net.Config())
	if err != nil {
		return nil
	}
	defer net.Close()
	p, g := net.Params(), net.Grads()
	copy(p, e.net.Params())
	copy(p[forgotten.Off:][:forgotten.Len], p[used.Off:][:used.Len])
	net.SetSteps(e.net.Steps())
	net.Gradient(e.batch)
	for i := range used.Len {
		g[used.Off+i] += g[forgotten.Off+i]
		g[forgotten.Off+i] = 0
	}
	return g
}
