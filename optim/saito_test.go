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
		want [2]float64
	}{
		{optim.NewSGD(0.95), [2]float64{-0.3503929958, 0.0847823166}},
		{optim.NewMomentum(0.1), [2]float64{0.8964138585, 0.0880856017}},
		{optim.NewAdaGrad(1.5), [2]float64{-0.1201623223, 2.4864e-17}},
		{optim.NewAdamSaito(0.3), [2]float64{0.1360068524, 0.3182453755}},
	} {
		p, g := []float64{-7, 2}, make([]float64, 2)
		o := optim.New[float64](c.o, 2)
		for range 30 {
			g[0], g[1] = p[0]/10, 2*p[1]
			o.Step(p, g)
		}
		for i, want := range c.want {
			// Ten decimals are known, of 2.4864e-17 five digits.
			if tolerance := min(0.5e-10, math.Abs(want)*1e-5); math.Abs(p[i]-want) > tolerance {
				t.Errorf("%s: coordinate %d is %.10g, want %.10g", c.o.Kind(), i, p[i], want)
			}
		}
	}
}
