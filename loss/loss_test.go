package loss_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/loss/losstest"
	"github.com/gradus-nn/gradus/tensor"
)

// example returns the loss of one example in float64, its gradient in y, and what a prediction shows.
func example(l loss.Loss, y, t []float64) (value float64, dy, p []float64) {
	plan, err := l.Plan(tensor.Shape{len(y)})
	if err != nil {
		panic(err)
	}
	return evaluate(plan.F64, y, t)
}

func evaluate[F kernel.Float](op loss.Op[F], y, t []F) (value float64, dy, p []F) {
	values := make([]float64, 1)
	dy, p = make([]F, len(y)), make([]F, len(y))
	op.Loss(values, dy, y, t, 1, 0, 1)
	op.Output(p, y, 0, 1)
	return values[0], dy, p
}

// closeTo fails unless every number agrees with the one that is wanted, to the digits that are printed.
func closeTo(t *testing.T, what string, have, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(have[i]-want[i]) <= tolerance) {
			t.Errorf("%s is %.10g, want %.10g", what, have, want)
			return
		}
	}
}

// A case at the edge: logits or outputs, targets, and what must come out. Not a number stands for itself.
type edge struct {
	name   string
	y, t   []float64
	loss   float64
	dy     []float64
	digits float64 // relative error allowed; 0 means equal
}

// testEdges runs every case in both precisions. The numbers are all such that float32 holds them.
func testEdges(t *testing.T, l loss.Loss, edges []edge) {
	t.Helper()
	for _, e := range edges {
		plan, err := l.Plan(tensor.Shape{len(e.y)})
		if err != nil {
			t.Fatal(err)
		}
		v, dy, _ := evaluate(plan.F64, e.y, e.t)
		v32, dy32, _ := evaluate(plan.F32, narrow(e.y), narrow(e.t))
		check := func(precision string, have, want float64) {
			if have != want && !(have != have && want != want) && !(math.Abs(have-want) <= e.digits*math.Abs(want)) {
				t.Errorf("%s, %s: %v, want %v", e.name, precision, have, want)
			}
		}
		check("float64 loss", v, e.loss)
		check("float32 loss", v32, e.loss)
		for i := range e.dy {
			check("float64 gradient", dy[i], e.dy[i])
			check("float32 gradient", float64(dy32[i]), e.dy[i])
		}
	}
}

func narrow(x []float64) []float32 {
	n := make([]float32, len(x))
	for i, v := range x {
		n[i] = float32(v)
	}
	return n
}

// testRefuses wants an error that holds every word.
func testRefuses(t *testing.T, l loss.Loss, out tensor.Shape, words ...string) {
	t.Helper()
	_, err := l.Plan(out)
	if err == nil {
		t.Errorf("%s accepts [%v]", l.Kind(), out)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%s on [%v]: %q does not say %q", l.Kind(), out, err, w)
		}
	}
}

func TestEveryLoss(t *testing.T) {
	for _, c := range losstest.Cases() {
		t.Run(c.Name, func(t *testing.T) { losstest.Examine(t, c.Loss, c.Out) })
	}
}

func TestEveryLossOnEveryPath(t *testing.T) {
	for _, c := range losstest.Cases() {
		if err := losstest.CheckPaths(c.Loss, c.Out); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

func TestEveryKindHasACase(t *testing.T) {
	examined := map[string]bool{}
	for _, c := range losstest.Cases() {
		examined[c.Loss.Kind()] = true
	}
	for _, l := range loss.Kinds {
		if !examined[l.Kind()] {
			t.Errorf("%s is in loss.Kinds, but losstest.Cases has no case for it", l.Kind())
		}
	}
}
