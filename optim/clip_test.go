package optim_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/optim"
)

func TestClipNorm(t *testing.T) {
	inf, nan, fifth := math.Inf(1), math.NaN(), 0.2
	for _, c := range []struct {
		g     []float64
		limit float64
		norm  float64
		want  []float64
	}{
		{[]float64{3, -4}, 1, 5, []float64{3 * fifth, -4 * fifth}},
		{[]float64{3, -4}, 5, 5, []float64{3, -4}},
		{[]float64{3, -4}, 6, 5, []float64{3, -4}},
		{[]float64{0, 0}, 1, 0, []float64{0, 0}},
		{nil, 1, 0, nil},
		{[]float64{inf, 1}, 1, inf, []float64{inf, 1}},
	} {
		if norm := optim.ClipNorm(c.g, c.limit); norm != c.norm || !slices.Equal(c.g, c.want) {
			t.Errorf("limit %v: norm %v, gradients %v; want %v, %v", c.limit, norm, c.g, c.norm, c.want)
		}
	}
	g := []float64{nan, 1}
	if norm := optim.ClipNorm(g, 0.5); !math.IsNaN(norm) || g[1] != 1 {
		t.Errorf("norm %v, gradients %v; want NaN and gradients as they were", norm, g)
	}
	// The sum is in float64: squares beyond float32 do no harm.
	large := []float32{3e30, 4e30}
	if norm := optim.ClipNorm(large, 1); math.Abs(norm/5e30-1) > 1e-7 || math.Abs(float64(large[0])-0.6) > 1e-7 {
		t.Errorf("norm %v, gradients %v", norm, large)
	}
}

func TestClipValue(t *testing.T) {
	g := []float64{-3, -1, 0.5, 1, 2, math.Inf(-1)}
	optim.ClipValue(g, 1)
	if want := []float64{-1, -1, 0.5, 1, 1, -1}; !slices.Equal(g, want) {
		t.Errorf("have %v, want %v", g, want)
	}
	bad := []float32{float32(math.NaN())}
	if optim.ClipValue(bad, 1); bad[0] == bad[0] {
		t.Errorf("NaN became %v", bad[0])
	}
}
