package layer

import (
	"fmt"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Dense is the affine map that the books call Affine, or w·a + b.
//
//	y = x·W + b     x [n, in]   W [in, Units]   b [Units]   y [n, Units]
//
// An Init of nil means initializer.Xavier, which suits the identity, sigmoid, tanh and softmax that may follow; before
// a ReLU say initializer.He. A BiasInit of nil means zero.
type Dense struct {
	Units    int
	Init     initializer.Initializer // of W
	BiasInit initializer.Initializer // of b
	NoBias   bool                    // y = x·W
}

// Kind returns "dense".
func (Dense) Kind() string { return "dense" }

// Plan wants a flat input and at least one unit.
func (d Dense) Plan(in tensor.Shape) (Plan, error) {
	if !in.Flat() {
		return Plan{}, fmt.Errorf("want a flat input, have %v; put layer.Flatten{} before it", in)
	}
	if d.Units < 1 {
		return Plan{}, fmt.Errorf("want at least 1 unit, have %d", d.Units)
	}
	w := Param{
		Name: "W", Shape: tensor.Shape{in[0], d.Units},
		FanIn: in[0], FanOut: d.Units, Init: d.Init, Decay: true,
	}
	if err := w.Shape.Check(); err != nil {
		return Plan{}, fmt.Errorf("weight W: %w", err)
	}
	if w.Init == nil {
		w.Init = initializer.Xavier{}
	}
	p := Plan{
		Out:    tensor.Shape{d.Units},
		Params: []Param{w},
		F32:    dense[float32]{in: in[0], out: d.Units, bias: !d.NoBias},
		F64:    dense[float64]{in: in[0], out: d.Units, bias: !d.NoBias},
	}
	if !d.NoBias {
		p.Params = append(p.Params, Param{
			Name: "b", Shape: tensor.Shape{d.Units},
			FanIn: in[0], FanOut: d.Units, Init: d.BiasInit,
		})
	}
	return p, nil
}

// dense is the Op, alone or with a fused activation: then Y and DY are those of the activation, y = act(x·W + b).
type dense[F kernel.Float] struct {
	in, out int
	bias    bool
	act     kernel.Activation
	f       function[F] // what act stands for; nil without one
}

// The grains in which the rows or the columns of W are shared out, so that few tiles and vectors of a product are cut in two.
const (
	tile   = 8
	column = 16
)

func (d dense[F]) Forward(v *View[F], s Share) {
	p := kernel.Product[F]{
		Form: kernel.NN, M: s.Hi - s.Lo, N: d.out, K: d.in,
		A: v.X[s.Lo*d.in : s.Hi*d.in], B: v.P[0], C: v.Y[s.Lo*d.out : s.Hi*d.out],
		Act: d.act, Sparse: kernel.SkipPays(v.Zeros, d.in, d.out),
	}
	if d.bias {
		p.Start, p.Bias = kernel.Bias, v.P[1]
	}
	kernel.Gemm(s.Worker, p)
}

// Backward leaves the gradient of z = x·W + b in DY for Gradient. With an activation it is made here, in place, whether
// or not somebody wants DX.
func (d dense[F]) Backward(v *View[F], s Share) {
	dz := v.DY[s.Lo*d.out : s.Hi*d.out]
	if d.f != nil {
		d.f.grad(dz, dz, nil, v.Y[s.Lo*d.out:s.Hi*d.out]) // BP1: dz = dy ⊙ f′(z)
	}
	if v.DX == nil {
		return
	}
	kernel.Gemm(s.Worker, kernel.Product[F]{ // BP2: dx = dz·Wᵀ
		Form: kernel.NT, M: s.Hi - s.Lo, N: d.in, K: d.out,
		A: dz, B: v.P[0], C: v.DX[s.Lo*d.in : s.Hi*d.in],
	})
}

func (d dense[F]) Gradient(v *View[F], w *kernel.Worker) {
	p := kernel.Product[F]{ // BP4: dW = xᵀ·dz
		Form: kernel.TN, M: d.in, N: d.out, K: v.N,
		A: v.X, LDA: d.in, B: v.DY, LDB: d.out, C: v.DP[0], LDC: d.out,
	}
	if kernel.SkipPays(v.Zeros, d.in, d.out) { // a worker goes through all of x for some columns of dz
		lo, hi := w.SpanBy(d.out, column)
		p.N, p.B, p.C, p.Sparse = hi-lo, p.B[lo:], p.C[lo:], true
	} else {
		lo, hi := w.SpanBy(d.in, tile)
		p.M, p.A, p.C = hi-lo, p.A[lo:], p.C[lo*d.out:]
	}
	kernel.Gemm(w, p)
	if !d.bias {
		return
	}
	lo, hi := w.Span(d.out)
	db := v.DP[1][lo:hi]
	clear(db)
	if lo < hi {
		kernel.ColSums(db, v.DY[lo:], v.N, hi-lo, d.out) // BP3: db = Σ over the batch of dz
	}
}

// Fuse takes a following ReLU, Sigmoid or Tanh into the product.
func (d dense[F]) Fuse(next Op[F]) (Op[F], bool) {
	e, ok := next.(elementwise[F])
	if !ok || d.f != nil {
		return nil, false
	}
	a, ok := e.f.(epilogue)
	if !ok {
		return nil, false
	}
	d.act, d.f = a.Epilogue(), e.f
	return d, true
}
