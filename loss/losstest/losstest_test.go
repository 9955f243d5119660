package losstest

import (
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// planted is a loss with a bug.
type planted struct {
	loss.Loss
	bug string
}

func (p planted) Plan(out tensor.Shape) (loss.Plan, error) {
	plan, err := p.Loss.Plan(out)
	plan.F32 = bugged[float32]{plan.F32, p.bug, out.Size()}
	plan.F64 = bugged[float64]{plan.F64, p.bug, out.Size()}
	return plan, err
}

type bugged[F kernel.Float] struct {
	loss.Op[F]
	bug   string
	width int
}

var sink []byte

func (b bugged[F]) Loss(l []float64, dy, y, t []F, scale F, lo, hi int) {
	switch b.bug {
	case "neighbour's row":
		hi = min(hi+1, len(l))
	case "scale ignored":
		scale = 1
	case "target overwritten":
		defer copy(t, y)
	case "wants dy":
		_ = dy[0]
	case "allocates":
		sink = make([]byte, 100)
	}
	b.Op.Loss(l, dy, y, t, scale, lo, hi)
	switch b.bug {
	case "loss scaled":
		for i := lo; i < hi; i++ {
			l[i] *= float64(scale)
		}
	case "loss 1 % too large":
		for i := lo; i < hi; i++ {
			l[i] *= 1.01
		}
	case "other bits without dy":
		if dy == nil && lo < hi {
			l[lo] *= 1 + 0x1p-50
		}
	case "path shows":
		if kernel.Active() == "reference" {
			l[lo] *= 1 + 0x1p-50
		}
	case "float32 too rough":
		for i := lo; i < hi && F(1)+0x1p-30 == 1; i++ {
			l[i] *= 1.0001
		}
	case "mean over the share":
		for i := lo; i < hi; i++ {
			l[i] /= float64(hi - lo)
		}
	case "NaN hidden":
		for i := lo; i < hi; i++ {
			if l[i] != l[i] {
				l[i] = 0
			}
		}
	}
	if dy == nil {
		return
	}
	d := dy[lo*b.width : hi*b.width]
	switch b.bug {
	case "sign flip":
		kernel.Scale(d, -1, d)
	case "gradient 1 % too large":
		kernel.Scale(d, 1.01, d)
	case "mean over the outputs":
		kernel.Scale(d, 1/F(b.width), d)
	case "off by one":
		for ; len(d) > 0; d = d[b.width:] {
			first := d[0]
			copy(d[:b.width], d[1:b.width])
			d[b.width-1] = first
		}
	}
}

func (b bugged[F]) Output(p, y []F, lo, hi int) {
	if b.bug == "whole output" {
		lo, hi = 0, rows
	}
	b.Op.Output(p, y, lo, hi)
	if b.bug == "output on top" && &p[0] == &y[0] && lo < hi {
		p[lo*b.width]++
	}
}

func TestPlantedBugsAreFound(t *testing.T) {
	for bug, want := range map[string]string{
		"":                       "",
		"neighbour's row":        "writes row 5",
		"scale ignored":          "scale 1/4",
		"loss scaled":            "scale changes the loss",
		"target overwritten":     "writes to the outputs or the targets",
		"wants dy":               "without a gradient: panics",
		"allocates":              "allocates",
		"loss 1 % too large":     "gradient: ",
		"other bits without dy":  "without a gradient the loss",
		"float32 too rough":      "in float32, but",
		"mean over the share":    "rows split at",
		"NaN hidden":             "NaN in row 0 is lost",
		"sign flip":              "gradient: ",
		"gradient 1 % too large": "relative error 1.0e-02",
		"mean over the outputs":  "gradient: ",
		"off by one":             "gradient: ",
		"whole output":           "outside the rows",
		"output on top":          "in place",
	} {
		if bug == "allocates" && build.Race() {
			continue // is not examined then
		}
		for _, l := range []loss.Loss{loss.SoftmaxCrossEntropy{}, loss.BinaryCrossEntropy{}, loss.Quadratic{}, loss.Huber{}} {
			err := Check(planted{l, bug}, tensor.Shape{5})
			switch {
			case want == "" && err != nil:
				t.Errorf("%s without a bug: %v", l.Kind(), err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("%s, %s: want an error with %q, have %v", l.Kind(), bug, want, err)
			}
		}
	}
}

func TestPlantedBugOnAPathIsFound(t *testing.T) {
	if len(kernel.Paths()) < 2 {
		t.Skip("this machine has one kernel path, so there is nothing to compare")
	}
	before := kernel.Active()
	if err := CheckPaths(planted{loss.Quadratic{}, "path shows"}, tensor.Shape{5}); err == nil || !strings.Contains(err.Error(), "reference gives other bits") {
		t.Errorf("want an error about the reference, have %v", err)
	}
	if kernel.Active() != before {
		t.Errorf("the path is left at %s", kernel.Active())
	}
}

// The bug of a study note: binary cross-entropy on a softmax, with the gradient that belongs to softmax and cross-entropy.
type mismatched struct{ loss.SoftmaxCrossEntropy }

func (mismatched) Plan(out tensor.Shape) (loss.Plan, error) {
	softmax, err := loss.SoftmaxCrossEntropy{}.Plan(out)
	if err != nil {
		return softmax, err
	}
	binary, err := loss.BinaryCrossEntropy{}.Plan(out)
	softmax.F64 = mixed{softmax.F64, binary.F64}
	return softmax, err
}

type mixed struct{ softmax, binary loss.Op[float64] }

func (m mixed) Loss(l []float64, dy, y, t []float64, scale float64, lo, hi int) {
	m.softmax.Loss(l, dy, y, t, scale, lo, hi)
	m.binary.Loss(l, nil, y, t, scale, lo, hi)
}

func (m mixed) Output(p, y []float64, lo, hi int) { m.softmax.Output(p, y, lo, hi) }

func TestMismatchedGradientIsFound(t *testing.T) {
	if err := Check(mismatched{}, tensor.Shape{5}); err == nil || !strings.Contains(err.Error(), "gradient: ") {
		t.Errorf("want an error about the gradient, have %v", err)
	}
}
