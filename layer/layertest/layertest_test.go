package layertest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// planted is a layer with a bug.
type planted struct {
	layer.Layer
	bug string
}

func (p planted) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := p.Layer.Plan(in)
	plan.F32 = bugged[float32]{plan.F32, p.bug}
	plan.F64 = bugged[float64]{plan.F64, p.bug}
	return plan, err
}

type bugged[F kernel.Float] struct {
	layer.Op[F]
	bug string
}

var sink []byte

func (b bugged[F]) Forward(v *layer.View[F], s layer.Share) {
	out := len(v.Y) / v.N
	if b.bug == "y is added to" {
		old := clone(v.Y)
		defer func() { kernel.Add(v.Y, v.Y, old) }()
	}
	b.Op.Forward(v, s)
	y := v.Y[s.Lo*out : s.Hi*out]
	switch b.bug {
	case "bias left out":
		for i := range y {
			y[i] -= v.P[1][i%out]
		}
	case "next row":
		if s.Hi < v.N {
			b.Op.Forward(v, layer.Share{Lo: s.Hi, Hi: s.Hi + 1, Worker: s.Worker})
		}
	case "mean of the batch":
		for i := range y {
			y[i] -= v.X[0]
		}
	case "float32 too rough":
		if F(1)+0x1p-30 == 1 {
			kernel.Scale(y, 1.0001, y)
		}
	case "path shows":
		if kernel.Active() == "reference" {
			y[0] *= 1 + 0x1p-20
		}
	case "forward allocates":
		sink = make([]byte, 100)
	case "writes to x":
		v.X[0] += 1
	}
}

func (b bugged[F]) Backward(v *layer.View[F], s layer.Share) {
	in := len(v.X) / v.N
	switch b.bug {
	case "transposed weight":
		w := v.P[0]
		defer copy(w, clone(w))
		for i := range in {
			for j := range i {
				w[i*in+j], w[j*in+i] = w[j*in+i], w[i*in+j]
			}
		}
	case "wants dx":
		_ = v.DX[0]
	}
	b.Op.Backward(v, s)
	if v.DX == nil {
		return
	}
	dx := v.DX[s.Lo*in : s.Hi*in]
	switch b.bug {
	case "sign flip":
		kernel.Scale(dx, -1, dx)
	case "1 % too large":
		kernel.Scale(dx, 1.01, dx)
	case "mean over the batch":
		kernel.Scale(dx, 1/F(v.N), dx)
	case "off by one":
		for ; len(dx) > 0; dx = dx[in:] {
			first := dx[0]
			copy(dx[:in], dx[1:in])
			dx[in-1] = first
		}
	case "backward writes to y":
		v.Y[0]++
	}
}

func (b bugged[F]) Gradient(v *layer.View[F], w *kernel.Worker) {
	l, ok := b.Op.(layer.Learner[F])
	if !ok {
		return
	}
	switch b.bug {
	case "dp is added to":
		for _, dp := range v.DP {
			old := clone(dp)
			defer func() { kernel.Add(dp, dp, old) }()
		}
	case "second worker idle":
		if w.Index > 0 {
			return
		}
	case "every worker does all":
		w = worker(0, 1)
	}
	l.Gradient(v, w)
	switch b.bug {
	case "dW 1 % too large":
		kernel.Scale(v.DP[0], 1.01, v.DP[0])
	case "bias gradient dropped":
		clear(v.DP[1])
	case "sum depends on the team":
		kernel.Scale(v.DP[0], 1+F(w.Count)*0x1p-20, v.DP[0])
	}
}

func TestPlantedBugsAreFound(t *testing.T) {
	dense := Case{"dense", layer.Dense{Units: 6}, tensor.Shape{6}}
	for bug, want := range map[string]string{
		"":                        "",
		"y is added to":           "is NaN",
		"bias left out":           "gradient of b",
		"next row":                "writes y of row 3",
		"mean of the batch":       "row 1 alone",
		"float32 too rough":       "in float32, but",
		"forward allocates":       "Forward allocates",
		"writes to x":             "writes to X",
		"transposed weight":       "gradient of input",
		"wants dx":                "nil DX panics",
		"sign flip":               "gradient of input",
		"1 % too large":           "relative error 1.0e-02",
		"mean over the batch":     "gradient of input",
		"off by one":              "gradient of input",
		"backward writes to y":    "writes to Y",
		"second worker idle":      "over 2 workers",
		"every worker does all":   "written by 3 of 3 workers",
		"dW 1 % too large":        "gradient of W",
		"bias gradient dropped":   "gradient of b",
		"dp is added to":          "gradient of W",
		"sum depends on the team": "over 2 workers",
	} {
		err := Check(planted{dense.Layer, bug}, dense.In)
		switch {
		case want == "" && err != nil:
			t.Errorf("without a bug: %v", err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: want an error with %q, have %v", bug, want, err)
		}
	}
}

func TestPlantedBugOnAPathIsFound(t *testing.T) {
	if len(kernel.Paths()) < 2 {
		t.Skip("this machine has one kernel path, so there is nothing to compare")
	}
	before := kernel.Active()
	if err := CheckPaths(planted{layer.Tanh{}, "path shows"}, tensor.Shape{5}); err == nil || !strings.Contains(err.Error(), "reference differs") {
		t.Errorf("want an error about the reference, have %v", err)
	}
	if kernel.Active() != before {
		t.Errorf("the path is left at %s", kernel.Active())
	}
}

// Every layer that learns, with every bug that it can have.
func TestPlantedBugsAreFoundInEveryLayer(t *testing.T) {
	for _, c := range Cases() {
		plan, err := c.Layer.Plan(c.In)
		if err != nil || plan.F64 == nil || plan.NoGradient != "" {
			continue
		}
		for _, bug := range []string{"sign flip", "1 % too large", "off by one", "next row", "y is added to"} {
			if bug == "off by one" && c.In.Size() == 1 {
				continue
			}
			if Check(planted{c.Layer, bug}, c.In) == nil {
				t.Errorf("%s: %s is not found", c.Name, bug)
			}
		}
	}
}

// misjoined is a container with a bug in the way its branches are put together.
type misjoined struct {
	layer.Layer
	bug string
}

func (m misjoined) Plan(in tensor.Shape) (layer.Plan, error) {
	plan, err := m.Layer.Plan(in)
	join := plan.Join
	plan.Join = func(outs []tensor.Shape) (layer.Joined, error) {
		j, err := join(outs)
		j.F32, j.F64 = misjoin[float32]{j.F32, m.bug}, misjoin[float64]{j.F64, m.bug}
		return j, err
	}
	return plan, err
}

type misjoin[F kernel.Float] struct {
	layer.JoinOp[F]
	bug string
}

func (m misjoin[F]) Join(y []F, xs [][]F, lo, hi int) {
	if m.bug == "whole batch" {
		lo, hi = 0, rows
	}
	m.JoinOp.Join(y, xs, lo, hi)
}

func (m misjoin[F]) Split(dxs [][]F, dy []F, lo, hi int) {
	switch m.bug {
	case "one branch forgotten":
		dxs = slices.Clone(dxs)
		dxs[1] = nil
	case "branches exchanged":
		dxs = []([]F){dxs[1], dxs[0]}
	case "wants every dx":
		_ = dxs[0][0]
	}
	m.JoinOp.Split(dxs, dy, lo, hi)
	if m.bug == "half" && dxs[0] != nil {
		width := len(dxs[0]) / rows
		kernel.Scale(dxs[0][lo*width:hi*width], 0.5, dxs[0][lo*width:])
	}
}

func TestPlantedBugsAreFoundInContainers(t *testing.T) {
	image := tensor.Shape{2, 3}
	tanh := []layer.Layer{layer.Tanh{}}
	for _, l := range []layer.Layer{
		layer.Residual{Layers: tanh},
		layer.Concat{Branches: [][]layer.Layer{tanh, {}}},
		layer.Concat{Branches: [][]layer.Layer{tanh, {}}, Axis: 1},
	} {
		if err := Check(misjoined{l, ""}, image); err != nil {
			t.Errorf("%s without a bug: %v", l.Kind(), err)
		}
		for _, bug := range []string{"one branch forgotten", "branches exchanged", "wants every dx", "half", "whole batch"} {
			if bug == "branches exchanged" && l.Kind() == "residual" {
				continue // a sum does not mind
			}
			if Check(misjoined{l, bug}, image) == nil {
				t.Errorf("%s: %s is not found", l.Kind(), bug)
			}
		}
		inside := layer.Residual{Layers: []layer.Layer{planted{layer.Tanh{}, "sign flip"}}}
		if err := Check(inside, image); err == nil || !strings.Contains(err.Error(), "branch 0, layer 0 (tanh)") {
			t.Errorf("a bug inside a container is not found where it is: %v", err)
		}
	}
}

// forgetful makes the gradient of z only when somebody wants DX.
type forgetful[F kernel.Float] struct{ layer.Learner[F] }

func (f forgetful[F]) Backward(v *layer.View[F], s layer.Share) {
	if v.DX != nil {
		f.Learner.Backward(v, s)
	}
}

type forgetfulFuser[F kernel.Float] struct {
	layer.Learner[F]
	wrap func(layer.Op[F]) layer.Op[F]
}

func (f forgetfulFuser[F]) Fuse(next layer.Op[F]) (layer.Op[F], bool) {
	fused, ok := f.Learner.(layer.Fuser[F]).Fuse(next)
	return f.wrap(fused), ok
}

func TestPlantedBugsAreFoundInFusion(t *testing.T) {
	p, _ := layer.Dense{Units: 3}.Plan(tensor.Shape{4})
	q, _ := layer.Sigmoid{}.Plan(p.Out)
	for want, wrap := range map[string]func(layer.Op[float64]) layer.Op[float64]{
		"with a nil DX": func(op layer.Op[float64]) layer.Op[float64] {
			return forgetful[float64]{op.(layer.Learner[float64])}
		},
		"fused: dx": func(op layer.Op[float64]) layer.Op[float64] {
			return bugged[float64]{op, "1 % too large"}
		},
	} {
		f := forgetfulFuser[float64]{p.F64.(layer.Learner[float64]), wrap}
		if err := checkFusion(p, q, layer.Op[float64](f), q.F64, 4); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, have %v", want, err)
		}
	}
}

// The differences themselves: the gradient of Σ eˣ·sin x is known.
func TestNumericalGradient(t *testing.T) {
	x := []float64{-1.5, -0.1, 0, 0.3, 2}
	var want []float64
	for _, v := range x {
		want = append(want, math.Exp(v)*(math.Sin(v)+math.Cos(v)))
	}
	have := numerical(func() (s float64) {
		for _, v := range x {
			s += math.Exp(v) * math.Sin(v)
		}
		return s
	}, x)
	for i := range x {
		if math.Abs(have[i]-want[i]) > 1e-11*math.Abs(want[i]) {
			t.Errorf("at %v: %v by differences, want %v", x[i], have[i], want[i])
		}
	}
}
