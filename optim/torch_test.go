package optim_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/optim"
)

// TestTorchTrajectories follows PyTorch for 1,000 steps; testdata/trajectories.py tells the problem. Each step
// rounds differently there and here by a few 2⁻⁵³, and the problem contracts.
func TestTorchTrajectories(t *testing.T) {
	data, err := os.ReadFile("testdata/trajectories.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]map[string][4]float64
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	settings := []optim.Optimizer{
		optim.NewSGD(0.05),
		optim.NewMomentum(0.02),
		optim.NewNesterov(0.02),
		optim.NewAdaGrad(0.5),
		optim.NewRMSProp(0.01),
		optim.NewAdam(0.02),
		optim.AdamW{Rate: 0.02, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Decay: 0.1},
	}
	seen := map[string]bool{}
	for _, o := range settings {
		seen[o.Kind()] = true
		p, g := []float64{1, -2, 3, 0.5}, make([]float64, 4)
		s := optim.NewStepper[float64](o, optim.Layout{Size: 4, Decay: 2})
		for step := range 1000 {
			for i := range p {
				g[i] = float64(i+1)/4*p[i] + p[i]*p[i]*p[i]/10 + p[(i+1)%4]/20 + 0.3*math.Cos(float64(step)/10+float64(i))
			}
			s.Begin(o.LearningRate())
			s.Apply(p, g, 0, 4)
			want, ok := golden[o.Kind()][strconv.Itoa(step+1)]
			if !ok {
				continue
			}
			for i := range p {
				if math.Abs(p[i]-want[i]) > 1e-10*math.Abs(want[i]) {
					t.Errorf("%s: step %d: element %d is %.17g, want %.17g", o.Kind(), step+1, i, p[i], want[i])
				}
			}
		}
		if steps := s.Memory().Steps; steps != 1000 {
			t.Errorf("%s counted %d steps", o.Kind(), steps)
		}
	}
	for _, name := range kind.Names[optim.Optimizer]() {
		if !seen[name] || len(golden[name]) != 4 {
			t.Errorf("%s has no trajectory", name)
		}
	}
}
