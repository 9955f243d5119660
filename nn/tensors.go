package nn

import "github.com/gradus-nn/gradus/tensor"

// Tensors lists the named tensors that a network of this spec has, trained and kept as state, in slab order. It places
// no memory: a file can be judged by it before anything is compiled.
func (s Spec) Tensors() (params, state []Segment, err error) {
	b, err := draw(s)
	if err != nil {
		return nil, nil, err
	}
	return b.segments, b.states, nil
}

// Output returns the shape of what comes out for one example.
func (s Spec) Output() (tensor.Shape, error) {
	b, err := draw(s)
	if err != nil {
		return nil, err
	}
	return b.out, nil
}
