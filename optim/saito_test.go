package optim_test

import (
	"math"
	"testing"

	"github.com/gradus-nn/gradus/optim"
)

// Saito, figure 6-8: f(x, y) = x²/20 + y² from (-7, 2), 30 updates. The numbers are those of the book's
// common/optimizer.py in float64.
func TestSaitoPaths(t *testing.T) {
	for _, c := range []struct {
		o    optim.Optimizer
		x, y float64
	}{
		{optim.NewSGD(0.95), -0.3503929958, 0.0847823166},
		{optim.NewMomentum(0.1), 0.8964138585, 0.0880856017},
		{optim.NewAdaGrad(1.5), -0.1201623223, 2.4864e-17},
		{optim.NewAdamSaito(0.3), 0.1360068524, 0.3182453755},
	} {
		p, g := []float64{-7, 2}, make([]float64, 2)
		o := optim.New[float64](c.o, 2)
		for range 30 {
			g[0], g[1] = p[0]/10, 2*p[1]
			o.Step(p, g)
		}
		for i, want := range []float64{c.x, c.y} {
			// Ten digits are printed (five of 2.4864e-17, which is itself the rounding of a much larger number).
			if math.Abs(p[i]-want) > 1e-10 {
				t.Errorf("%s: coordinate %d is %.10f, want %.10f", c.o.Kind(), i, p[i], want)
			}
		}
	}
}
