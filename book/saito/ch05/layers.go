package ch05

import (
	"slices"

	"github.com/gradus-nn/gradus/book/matrix"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// A Layer is a node of a network: Backward turns the gradient of what came out of the last Forward into that of what went
// in. The arithmetic is that of the engine's layer.
type Layer interface {
	Forward(x matrix.Matrix) matrix.Matrix
	Backward(dout matrix.Matrix) matrix.Matrix
}

// Affine is x·W + b.
//
//	dx = dout·Wᵀ     dW = xᵀ·dout     db = Σ over the batch of dout
type Affine struct {
	W, B   matrix.Matrix // W [in, out]   B [1, out]
	DW, DB matrix.Matrix // of the last Backward
	operation
}

// Forward returns x·W + b.
func (a *Affine) Forward(x matrix.Matrix) matrix.Matrix {
	return a.forward(layer.Dense{Units: a.W.Cols}, x, a.W.Data, a.B.Data)
}

// Backward returns dx and leaves dW and db in DW and DB.
func (a *Affine) Backward(dout matrix.Matrix) matrix.Matrix {
	dx := a.backward(dout)
	a.DW, a.DB = matrix.New(a.W.Rows, a.W.Cols), matrix.New(1, a.B.Cols)
	a.gradient(dout, a.DW.Data, a.DB.Data)
	return dx
}

// Relu is max(0, x); backward it lets through where x was above 0.
type Relu struct{ operation }

// Forward returns max(0, x).
func (r *Relu) Forward(x matrix.Matrix) matrix.Matrix { return r.forward(layer.ReLU{}, x) }

// Backward returns dout where x was above 0, and 0 elsewhere.
func (r *Relu) Backward(dout matrix.Matrix) matrix.Matrix { return r.backward(dout) }

// Sigmoid is 1 / (1 + e⁻ˣ); backward it multiplies by y·(1-y).
type Sigmoid struct{ operation }

// Forward returns y = σ(x).
func (s *Sigmoid) Forward(x matrix.Matrix) matrix.Matrix { return s.forward(layer.Sigmoid{}, x) }

// Backward returns dout·y·(1-y).
func (s *Sigmoid) Backward(dout matrix.Matrix) matrix.Matrix { return s.backward(dout) }

// SoftmaxWithLoss is softmax with the cross-entropy of its probabilities, whose gradient together is the plain difference
// (y - t)/n.
type SoftmaxWithLoss struct {
	Y       matrix.Matrix // probabilities of the last Forward
	dx      matrix.Matrix
	compare loss.SoftmaxCrossEntropy
}

// Forward returns the mean loss of a batch of logits x with one-hot rows t.
func (s *SoftmaxWithLoss) Forward(x, t matrix.Matrix) float64 {
	plan, err := s.compare.Plan(tensor.Shape{x.Cols})
	if err != nil {
		panic(err)
	}
	s.Y, s.dx = matrix.New(x.Rows, x.Cols), matrix.New(x.Rows, x.Cols)
	losses := make([]float64, x.Rows)
	plan.F64.Loss(losses, s.dx.Data, x.Data, t.Data, 1/float64(x.Rows), 0, x.Rows)
	plan.F64.Output(s.Y.Data, x.Data, 0, x.Rows)
	var sum float64
	for _, l := range losses {
		sum += l
	}
	return sum / float64(x.Rows)
}

// Backward returns dout·(y - t)/n.
func (s *SoftmaxWithLoss) Backward(dout float64) matrix.Matrix {
	return s.dx.Map(func(v float64) float64 { return dout * v })
}

// An operation is a layer of the engine with the memory of its last Forward.
type operation struct {
	op   layer.Op[float64]
	view layer.View[float64]
	in   int
}

func (o *operation) share() layer.Share { return layer.Share{Hi: o.view.N, Worker: kernel.NewWorker()} }

func (o *operation) forward(l layer.Layer, x matrix.Matrix, params ...[]float64) matrix.Matrix {
	plan, err := l.Plan(tensor.Shape{x.Cols})
	if err != nil {
		panic(err)
	}
	y := matrix.New(x.Rows, plan.Out.Size())
	o.op, o.in = plan.F64, x.Cols
	o.view = layer.View[float64]{N: x.Rows, X: x.Data, Y: y.Data, P: params}
	o.op.Forward(&o.view, o.share())
	return y
}

func (o *operation) backward(dout matrix.Matrix) matrix.Matrix {
	dx := matrix.New(o.view.N, o.in)
	o.view.DX = dx.Data
	o.view.DY = slices.Clone(dout.Data) // which Backward may use as scratch memory
	o.op.Backward(&o.view, o.share())
	return dx
}

func (o *operation) gradient(dout matrix.Matrix, grads ...[]float64) {
	o.view.DY, o.view.DP = dout.Data, grads
	o.op.(layer.Learner[float64]).Gradient(&o.view, kernel.NewWorker())
}
