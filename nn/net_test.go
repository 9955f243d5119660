package nn_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// blobs is a set of n examples of the given width around one centre a class.
func blobs(t testing.TB, n, width, classes int) *dataset.Set {
	rng := rand.New(rand.NewPCG(3, 4))
	centres := make([]float32, classes*width)
	for i := range centres {
		centres[i] = float32(rng.NormFloat64())
	}
	x, labels := make([]float32, n*width), make([]int32, n)
	for i := range n {
		labels[i] = int32(rng.IntN(classes))
		for j := range width {
			x[i*width+j] = centres[int(labels[i])*width+j] + float32(0.5*rng.NormFloat64())
		}
	}
	rows := dataset.NewFloats(x, width)
	set, err := dataset.FromLabels("blobs", rows, nil, labels, dataset.Numbered(classes))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func mlp(in, hidden, out int) nn.Spec {
	return nn.Spec{
		Input: tensor.Shape{in},
		Layers: []layer.Layer{
			layer.Dense{Units: hidden, Init: initializer.Xavier{}},
			layer.Sigmoid{},
			layer.Dense{Units: hidden / 2, Init: initializer.Xavier{}},
			layer.Tanh{},
			layer.Dense{Units: out, Init: initializer.Xavier{}},
		},
		Loss:         loss.SoftmaxCrossEntropy{},
		Regularizers: []regularizer.Regularizer{regularizer.L2{Lambda: 0.1, Style: regularizer.Nielsen}, regularizer.L1{Lambda: 0.05, Style: regularizer.Saito}},
	}
}

func compile[F kernel.Float](t testing.TB, spec nn.Spec, cfg nn.Config) *nn.Net[F] {
	net, err := nn.Compile[F](spec, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(net.Close)
	return net
}

// The gradient of every parameter against a central difference of Cost, regularisers included.
func TestGradientIsTheDerivativeOfCost(t *testing.T) {
	set := blobs(t, 7, 5, 3)
	net := compile[float64](t, mlp(5, 8, 3), nn.Config{Batch: 7, Seed: 2, Examples: 20})
	b := set.All()
	net.Gradient(b)
	grads := append([]float64(nil), net.Grads()...)
	const h = 1e-5 // truncation h² and rounding ε/h are both about 1e-11
	for i, g := range grads {
		w := net.Params()[i]
		net.Params()[i] = w + h
		up := net.Cost(b)
		net.Params()[i] = w - h
		down := net.Cost(b)
		net.Params()[i] = w
		if numeric := (up - down) / (2 * h); math.Abs(numeric-g) > 1e-8*max(1, math.Abs(g)) {
			t.Errorf("parameter %d: backpropagation %g, difference %g", i, g, numeric)
		}
	}
}

func TestLossAgainIsTheLossOfTheLastBatch(t *testing.T) {
	set := blobs(t, 300, 40, 10)
	net := compile[float32](t, mlp(40, 64, 10), nn.Config{Batch: 100, Seed: 5, Threads: 2})
	stepper := net.NewStepper(optim.NewSGD(0.1))
	for b := range set.Batches(90, rand.New(rand.NewPCG(1, 1))) { // the last of 30 rows
		before := net.Gradient(b)
		net.Update(stepper, 0.1)
		again := net.LossAgain()
		if after := net.Loss(b); again != after || again == before {
			t.Errorf("%d rows: before the update %v, after it %v, again %v", b.Len(), before, after, again)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a network without a batch has a loss")
		}
	}()
	compile[float32](t, mlp(4, 6, 2), nn.Config{}).LossAgain()
}

func TestThreadsNeverChangeABit(t *testing.T) {
	set := blobs(t, 500, 40, 10)
	var want []float32
	for _, threads := range []int{1, 2, 3, 8} {
		net := compile[float32](t, mlp(40, 64, 10), nn.Config{Batch: 100, Seed: 5, Threads: threads})
		stepper := net.NewStepper(optim.NewAdam(0.01))
		for b := range set.Batches(99, rand.New(rand.NewPCG(1, 1))) {
			net.Gradient(b)
			net.Update(stepper, 0.01)
		}
		if want == nil {
			want = append(want, net.Params()...)
		}
		for i, w := range net.Params() {
			if math.Float32bits(w) != math.Float32bits(want[i]) {
				t.Fatalf("%d threads: parameter %d is %v, with one thread %v", threads, i, w, want[i])
			}
		}
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	set := blobs(t, 300, 40, 10)
	for _, threads := range []int{1, 2} {
		net := compile[float32](t, mlp(40, 64, 10), nn.Config{Batch: 100, Threads: threads})
		stepper := net.NewStepper(optim.NewAdam(0.01))
		b := dataset.Batch{Set: set, Rows: rand.New(rand.NewPCG(1, 1)).Perm(300)[:100]}
		if n := testing.AllocsPerRun(50, func() { net.Gradient(b); net.Update(stepper, 0.01) }); n != 0 {
			t.Errorf("%d threads: a step allocates %v times; want 0", threads, n)
		}
	}
}

func TestARowAloneEqualsTheRowInABatch(t *testing.T) {
	set := blobs(t, 37, 12, 4)
	net := compile[float32](t, mlp(12, 20, 4), nn.Config{Seed: 9})
	var x []float32
	for i := range set.Len() {
		x = append(x, set.Example(i)...)
	}
	all, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	p, err := net.Predictor(5)
	if err != nil {
		t.Fatal(err)
	}
	inFives := make([]float32, len(all))
	if err := p.PredictInto(inFives, x); err != nil {
		t.Fatal(err)
	}
	for i := range set.Len() {
		one, err := net.Predict(x[i*12 : (i+1)*12])
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range one {
			if v != all[i*4+j] || v != inFives[i*4+j] {
				t.Fatalf("row %d output %d: alone %v, in a batch %v, in fives %v", i, j, v, all[i*4+j], inFives[i*4+j])
			}
		}
	}
}

func TestLearnsBlobs(t *testing.T) {
	set := blobs(t, 600, 10, 4)
	fit, held := set.Split(500)
	spec := mlp(10, 16, 4)
	spec.Regularizers = nil
	net := compile[float32](t, spec, nn.Config{Batch: 50, Seed: 1})
	stepper := net.NewStepper(optim.NewAdam(0.01))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		for b := range fit.Batches(50, rng) {
			net.Gradient(b)
			net.Update(stepper, 0.01)
		}
	}
	e, err := net.Evaluate(context.Background(), held)
	if err != nil {
		t.Fatal(err)
	}
	if e.Accuracy() < 0.95 {
		t.Errorf("accuracy %.3f after 20 epochs on blobs a half deviation wide; want at least 0.95", e.Accuracy())
	}
}
