package layer_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// forward runs l on the single flat example x, with the given parameters, and returns y.
func forward(l layer.Layer, x []float64, params ...[]float64) []float64 {
	v := view(l, x, params)
	return v.Y
}

// backward runs l forward and back, and returns the gradients in x and in the parameters for the gradient dy in y.
func backward(l layer.Layer, x, dy []float64, params ...[]float64) (dx []float64, dp [][]float64) {
	v := view(l, x, params)
	copy(v.DY, dy)
	op := plan(l, tensor.Shape{len(x)}).F64
	w := kernel.NewWorker()
	op.Backward(v, layer.Share{Hi: 1, Worker: w})
	if learner, ok := op.(layer.Learner[float64]); ok {
		learner.Gradient(v, w)
	}
	return v.DX, v.DP
}

func view(l layer.Layer, x []float64, params [][]float64) *layer.View[float64] {
	p := plan(l, tensor.Shape{len(x)})
	n := p.Out.Size()
	v := &layer.View[float64]{
		N: 1, X: x, Y: make([]float64, n), DX: make([]float64, len(x)), DY: make([]float64, n), P: params,
	}
	for _, q := range params {
		v.DP = append(v.DP, make([]float64, len(q)))
	}
	p.F64.Forward(v, layer.Share{Hi: 1, Worker: kernel.NewWorker()})
	return v
}

func plan(l layer.Layer, in tensor.Shape) layer.Plan {
	p, err := l.Plan(in)
	if err != nil {
		panic(err)
	}
	return p
}

// closeTo fails unless every number is as near as tolerance to the one that is wanted; NaN is near NaN.
func closeTo(t *testing.T, what string, have, want []float64, tolerance float64) {
	t.Helper()
	if len(have) != len(want) {
		t.Fatalf("%s is %v, want %v", what, have, want)
	}
	for i := range want {
		if h, w := have[i], want[i]; !(h == w || math.Abs(h-w) <= tolerance || h != h && w != w) {
			t.Errorf("%s is %.10g, want %.10g", what, have, want)
			return
		}
	}
}

// refuses wants an error of Plan that holds every word.
func refuses(t *testing.T, l layer.Layer, in tensor.Shape, words ...string) {
	t.Helper()
	_, err := l.Plan(in)
	says(t, err, words...)
}

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error; want one with %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

var inf, nan = math.Inf(1), math.NaN()
