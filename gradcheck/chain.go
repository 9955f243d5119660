package gradcheck

import (
	"fmt"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// A chain is a perceptron of any depth: dense layers one after the other with functions of each row between them. In it a
// weight moves one column only.
type chain []link

// A link is a dense layer with the functions that follow it: z = x·W + b, a = f(z).
//
//	x [n, in]   W [in, out]   b [out]   z, a [n, out]
type link struct {
	in, out int
	w, b    nn.Segment          // b.Len is 0 without bias
	after   []layer.Op[float64] // f, on rows of out elements
	single  []layer.Op[float64] // f of one element alone; nil if f mixes the elements of a row
}

// Depth returns the number of dense layers of a perceptron, of which Check computes again only what a weight changes, and
// 0 for other networks, which cost four whole forward passes a parameter. With two layers all parameters take a moment;
// with more, a weight changes all of the layers after the next, and a Sample is enough.
func Depth(net *nn.Net[float64]) int { return len(newChain(net)) }

// newChain returns the network as a chain, or nil if it is none: if it has branches, layers of other kinds, or a
// function before the first dense layer.
func newChain(net *nn.Net[float64]) chain {
	segments := map[string]nn.Segment{}
	for _, s := range net.Segments() {
		segments[s.Name] = s
	}
	var c chain
	for i, l := range net.Spec().Layers {
		switch l := l.(type) {
		case layer.Identity, layer.Flatten:
		case layer.Dense:
			w := segments[fmt.Sprintf("layer%d.W", i)]
			c = append(c, link{in: w.Shape[0], out: l.Units, w: w, b: segments[fmt.Sprintf("layer%d.b", i)], single: []layer.Op[float64]{}})
		default:
			if len(c) == 0 || !c[len(c)-1].follow(l) {
				return nil
			}
		}
	}
	if len(c) == 0 {
		return nil
	}
	return c
}

// follow puts a function after the link; it returns false for layers that are more than that.
func (k *link) follow(l layer.Layer) bool {
	mixes := false
	switch l.(type) {
	case layer.Sigmoid, layer.Tanh, layer.ReLU, layer.LeakyReLU, layer.ELU, layer.GELU, layer.Softplus:
	case layer.Softmax, layer.LogSoftmax:
		mixes = true
	default:
		return false
	}
	plan, err := l.Plan(tensor.Shape{k.out})
	if err != nil {
		return false
	}
	k.after = append(k.after, plan.F64)
	if mixes {
		k.single = nil
		return true
	}
	if plan, err = l.Plan(tensor.Shape{1}); err == nil && k.single != nil {
		k.single = append(k.single, plan.F64)
	}
	return err == nil
}

// apply runs functions on n rows from x to y; x is overwritten if there are several, and copied if there is none.
func apply(functions []layer.Op[float64], y, x []float64, n int, v *layer.View[float64]) {
	if len(functions) == 0 {
		copy(y, x)
		return
	}
	for i, f := range functions {
		if i > 0 {
			copy(x, y)
		}
		v.N, v.X, v.Y, v.Train = n, x, y, true
		f.Forward(v, layer.Share{Lo: 0, Hi: n})
	}
}
