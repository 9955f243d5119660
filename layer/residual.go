package layer

import (
	"errors"
	"fmt"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// Residual adds a shortcut to a list of layers (He et al. 2016): the layers need only learn what is to be changed, and
// the gradient has a way around them.
//
//	y = f(x) + g(x)     f the Layers, g the Shortcut
//
// An empty Shortcut is the identity. Where f changes the shape, let the Shortcut change it too, for example by a
// Dense layer of as many units.
type Residual struct {
	Layers   []Layer
	Shortcut []Layer
}

// Kind returns "residual".
func (Residual) Kind() string { return "residual" }

// Plan wants at least one layer; Join wants the same shape from Layers and Shortcut.
func (r Residual) Plan(tensor.Shape) (Plan, error) {
	if len(r.Layers) == 0 {
		return Plan{}, errors.New("want at least one layer beside the shortcut, have none; list them in Layers")
	}
	return Plan{Branches: [][]Layer{r.Layers, r.Shortcut}, Join: joinSum}, nil
}

func joinSum(outs []tensor.Shape) (Joined, error) {
	f, g := outs[0], outs[1]
	if !f.Equal(g) {
		return Joined{}, fmt.Errorf("want the same shape from the layers and the shortcut, have %v and %v; "+
			"let the last of the layers give %v, or put a layer into the shortcut that gives %v", f, g, g, f)
	}
	return Joined{Out: f, F32: sum[float32]{f.Size()}, F64: sum[float64]{f.Size()}}, nil
}

type sum[F kernel.Float] struct{ size int }

func (o sum[F]) Join(y []F, xs [][]F, lo, hi int) {
	lo, hi = lo*o.size, hi*o.size
	kernel.Add(y[lo:hi], xs[0][lo:hi], xs[1][lo:hi])
}

func (o sum[F]) Split(dxs [][]F, dy []F, lo, hi int) {
	lo, hi = lo*o.size, hi*o.size
	for _, dx := range dxs {
		if dx != nil {
			copy(dx[lo:hi], dy[lo:hi])
		}
	}
}
