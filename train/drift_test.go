package train

import (
	"math/rand/v2"

	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// drift is a layer with everything that a snapshot must not forget: it draws random numbers by the step while training,
// and keeps a running mean that changes what it does.
//
//	y = x·(1 + u/10) + mean     u uniform, drawn by seed and step; mean ← 0.9·mean + 0.1·x₀
type drift struct{}

var _ = kind.Register(append(layer.Kinds, layer.Layer(drift{}))...)

func (drift) Kind() string { return "drift" }

func (drift) Plan(in tensor.Shape) (layer.Plan, error) {
	return layer.Plan{
		Out: in, Across: true, State: []layer.Param{{Name: "mean", Shape: tensor.Shape{1}}},
		F32: driftOp[float32]{}, F64: driftOp[float64]{},
	}, nil
}

type driftOp[F kernel.Float] struct{}

func (driftOp[F]) Forward(v *layer.View[F], s layer.Share) {
	if s.Worker.Index != 0 {
		return
	}
	mean := &v.S[0][0]
	scale := F(1)
	if v.Train {
		*mean = F(0.9*float64(*mean)) + F(0.1*float64(v.X[0]))
		scale += F(rand.New(rand.NewPCG(v.Seed, v.Step)).Float64() / 10)
	}
	for i, x := range v.X {
		v.Y[i] = F(x*scale) + *mean
	}
}

func (driftOp[F]) Backward(v *layer.View[F], s layer.Share) {
	if s.Worker.Index != 0 {
		return
	}
	scale := 1 + F(rand.New(rand.NewPCG(v.Seed, v.Step)).Float64()/10)
	for i, dy := range v.DY {
		v.DX[i] = F(dy * scale)
	}
}
