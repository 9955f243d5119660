package gradcheck_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// A fault spoils what a real operation has just computed, or what it is about to read.
type fault struct {
	name   string
	before func(v *layer.View[float64])      // Backward
	after  func(v *layer.View[float64])      // Backward
	param  func(v *layer.View[float64])      // Gradient
	loss   func(dy []float64, rows, out int) // of the loss
}

// faulty is a layer whose float64 operation has a fault. The operation itself is the layer's own.
type faulty struct {
	layer.Layer
	fault fault
}

func (f faulty) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := f.Layer.Plan(in)
	if learner, ok := plan.F64.(layer.Learner[float64]); ok {
		plan.F64 = faultyLearner{faultyOp{learner, f.fault}, learner}
	} else {
		plan.F64 = faultyOp{plan.F64, f.fault}
	}
	return plan, err
}

type faultyOp struct {
	layer.Op[float64]
	fault fault
}

func (o faultyOp) Backward(v *layer.View[float64], s layer.Share) {
	if o.fault.before != nil {
		o.fault.before(v)
	}
	o.Op.Backward(v, s)
	if o.fault.after != nil && v.DX != nil {
		o.fault.after(v)
	}
}

type faultyLearner struct {
	faultyOp
	learner layer.Learner[float64]
}

func (o faultyLearner) Gradient(v *layer.View[float64], w *kernel.Worker) {
	o.learner.Gradient(v, w)
	if o.fault.param != nil {
		o.fault.param(v)
	}
}

// faultyLoss is a loss whose gradient has a fault.
type faultyLoss struct {
	loss.Loss
	fault fault
}

func (f faultyLoss) Plan(out tensor.Shape) (loss.Plan, error) {
	plan, err := f.Loss.Plan(out)
	plan.F64 = faultyLossOp{plan.F64, f.fault, out.Size()}
	return plan, err
}

type faultyLossOp struct {
	loss.Op[float64]
	fault fault
	out   int
}

func (o faultyLossOp) Loss(l []float64, dy, y, t []float64, scale float64, lo, hi int) {
	o.Op.Loss(l, dy, y, t, scale, lo, hi)
	if dy != nil && o.fault.loss != nil {
		o.fault.loss(dy[lo*o.out:hi*o.out], hi-lo, o.out)
	}
}

func scaled(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}

// transpose turns a square matrix over its diagonal.
func transpose(w []float64) {
	n := 1
	for n*n < len(w) {
		n++
	}
	for i := range n {
		for j := range i {
			w[i*n+j], w[j*n+i] = w[j*n+i], w[i*n+j]
		}
	}
}

// rotate moves every element one place on.
func rotate(x []float64) {
	last := x[len(x)-1]
	copy(x[1:], x)
	x[0] = last
}

// The mistakes that people make, each in whatever layer it can be made in.
var faults = []fault{
	{name: "sign of dx", after: func(v *layer.View[float64]) { scaled(v.DX, -1) }},
	{name: "dx 1 % too large", after: func(v *layer.View[float64]) { scaled(v.DX, 1.01) }},
	{name: "dx shifted by one", after: func(v *layer.View[float64]) { rotate(v.DX) }},
	{name: "dx of the last row forgotten", after: func(v *layer.View[float64]) { clear(v.DX[len(v.DX)-len(v.DX)/v.N:]) }},
	{name: "derivative taken of the output before", before: func(v *layer.View[float64]) { rotate(v.DY) }},
	{name: "sign of dW", param: func(v *layer.View[float64]) { scaled(v.DP[0], -1) }},
	{name: "dW 1 % too large", param: func(v *layer.View[float64]) { scaled(v.DP[0], 1.01) }},
	{name: "dW transposed", param: func(v *layer.View[float64]) { transpose(v.DP[0]) }},
	{name: "dW shifted by one", param: func(v *layer.View[float64]) { rotate(v.DP[0]) }},
	{name: "dW times n", param: func(v *layer.View[float64]) { scaled(v.DP[0], float64(v.N)) }},
	{name: "one element of dW forgotten", param: func(v *layer.View[float64]) { v.DP[0][len(v.DP[0])-1] = 0 }},
	{name: "db dropped", param: func(v *layer.View[float64]) { clear(v.DP[1]) }},
	{name: "db over n", param: func(v *layer.View[float64]) { scaled(v.DP[1], 1/float64(v.N)) }},
	{name: "db of the first row only", param: func(v *layer.View[float64]) { copy(v.DP[1], v.DY[:len(v.DP[1])]) }},
	{name: "loss: sign", loss: func(dy []float64, _, _ int) { scaled(dy, -1) }},
	{name: "loss: 1 % too large", loss: func(dy []float64, _, _ int) { scaled(dy, 1.01) }},
	{name: "loss: 1/n missing", loss: func(dy []float64, rows, _ int) { scaled(dy, float64(rows)) }},
	{name: "loss: 1/n twice", loss: func(dy []float64, rows, _ int) { scaled(dy, 1/float64(rows)) }},
	{name: "loss: shifted by one", loss: func(dy []float64, _, _ int) { rotate(dy) }},
	{name: "loss: last row forgotten", loss: func(dy []float64, _, out int) { clear(dy[len(dy)-out:]) }},
}

// weightsTransposed is the fault of multiplying dy by W in place of Wᵀ: the operation runs on the transposed weights.
type weightsTransposed struct{ layer.Layer }

func (f weightsTransposed) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := f.Layer.Plan(in)
	plan.F64 = transposedOp{plan.F64.(layer.Learner[float64])}
	return plan, err
}

type transposedOp struct{ layer.Learner[float64] }

func (o transposedOp) Backward(v *layer.View[float64], s layer.Share) {
	own := v.P
	v.P = slices.Clone(own)
	v.P[0] = slices.Clone(own[0])
	transpose(v.P[0])
	o.Learner.Backward(v, s)
	v.P = own
}

// harmless reports whether two specs have the same gradients all the same: all units of a ReLU may be off in the one row
// that was forgotten.
func harmless(t *testing.T, right, spoilt nn.Spec, set *dataset.Set, seed uint64) bool {
	t.Helper()
	var grads [2][]float64
	for i, spec := range []nn.Spec{right, spoilt} {
		net, err := nn.Compile[float64](spec, nn.Config{Batch: set.Len(), Seed: seed, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		net.Gradient(set.All())
		grads[i] = net.Grads()
	}
	return slices.Equal(grads[0], grads[1])
}

// TestPlantedFaults plants every fault in every layer where it can be, in networks of several seeds. Each must be found.
func TestPlantedFaults(t *testing.T) {
	layers := []layer.Layer{dense(5), layer.Sigmoid{}, layer.Tanh{}, layer.ReLU{}, layer.LeakyReLU{}, layer.ELU{}, layer.GELU{},
		layer.Softplus{}, layer.Softmax{}, layer.LogSoftmax{}}
	losses := []loss.Loss{loss.SoftmaxCrossEntropy{}, loss.BinaryCrossEntropy{}, loss.Quadratic{}, loss.MeanSquared{}, loss.MeanAbsolute{}, loss.Huber{}}
	network := func(middle layer.Layer, l loss.Loss) nn.Spec {
		return nn.Spec{Input: tensor.Shape{5}, Layers: []layer.Layer{dense(5), layer.Tanh{}, middle, dense(5)}, Loss: l}
	}
	planted, idle := 0, 0
	try := func(name string, right, spoilt nn.Spec) {
		for seed := range uint64(5) {
			set := data(right.Loss, 4, 5, 5, rand.New(rand.NewPCG(seed, 9)))
			if harmless(t, right, spoilt, set, seed) {
				idle++
				continue
			}
			planted++
			report, err := gradcheck.Check(spoilt, set, gradcheck.Config{Seed: seed, Threads: 1})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if report.OK() {
				t.Errorf("%s was not found (seed %d):\n%s", name, seed, report)
			}
		}
	}
	for _, f := range faults {
		if f.loss != nil {
			for _, l := range losses {
				try(f.name+" in "+l.Kind(), network(dense(5), l), network(dense(5), faultyLoss{l, f}))
			}
			continue
		}
		for _, l := range layers {
			if _, learns := l.(layer.Dense); learns || f.param == nil {
				try(f.name+" in "+l.Kind(), network(l, loss.SoftmaxCrossEntropy{}), network(faulty{l, f}, loss.SoftmaxCrossEntropy{}))
			}
		}
	}
	try("W in place of Wᵀ", network(dense(5), loss.SoftmaxCrossEntropy{}), network(weightsTransposed{dense(5)}, loss.SoftmaxCrossEntropy{}))
	t.Logf("%d planted faults, %d more without effect", planted, idle)
	if idle > planted/100 {
		t.Errorf("%d faults of %d had no effect; want 1 %% at most", idle, planted+idle)
	}
}
