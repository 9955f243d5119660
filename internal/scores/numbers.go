package scores

import "math"

// Numbers judges answers that are numbers.
type Numbers struct {
	names []string
	units []float64
	sums  []sums
}

// sums are what the figures of a target are made of: its mean and spread by Welford's update, the errors added up.
type sums struct{ n, mean, spread, abs, squares float64 }

// NewNumbers returns a judge of targets. What is 1 to the model is units[i] in the unit of target i; no units are ones.
func NewNumbers(names []string, units []float64) *Numbers {
	n := &Numbers{names: names, units: units, sums: make([]sums, len(names))}
	if n.units == nil {
		n.units = make([]float64, len(names))
		for i := range n.units {
			n.units[i] = 1
		}
	}
	return n
}

// Add takes an example with the targets t, for which the model has put out y.
func (n *Numbers) Add(t, y []float32) {
	for k := range n.sums {
		s := &n.sums[k]
		truth, e := float64(t[k]), float64(y[k])-float64(t[k])
		s.n++
		d := truth - s.mean
		s.mean += d / s.n
		s.spread += d * (truth - s.mean)
		s.abs += math.Abs(e)
		s.squares += e * e
	}
}

// A Deviation is how far the answers are from a target.
type Deviation struct {
	Target string  `json:"target"`
	RMSE   float64 `json:"rmse"` // root of the mean of (y - t)², in the target's unit
	MAE    float64 `json:"mae"`  // mean of |y - t|, in the target's unit
	R2     float64 `json:"r2"`   // 1 - Σ(y - t)²/Σ(t - mean)²; of a target that never changes 1 if it is hit exactly, else 0
}

// Report returns the figures of every target. Of several targets the figures together are means over them: r2, and rmse and mae
// where all have the same unit.
func (n *Numbers) Report() *Report {
	r := &Report{Figures: map[string]float64{}}
	same := true
	squares, abs, r2 := 0.0, 0.0, 0.0
	for k, s := range n.sums {
		if s.n == 0 {
			return r
		}
		d := Deviation{Target: n.names[k], RMSE: math.Sqrt(s.squares/s.n) * n.units[k], MAE: s.abs / s.n * n.units[k]}
		switch {
		case s.spread > 0:
			d.R2 = 1 - s.squares/s.spread
		case s.squares == 0:
			d.R2 = 1
		case !finite(s.squares):
			d.R2 = math.NaN()
		}
		same = same && n.units[k] == n.units[0]
		squares += d.RMSE * d.RMSE
		abs += d.MAE
		r2 += d.R2
		if finite(d.RMSE) && finite(d.R2) {
			r.Targets = append(r.Targets, d)
		}
	}
	targets := float64(len(n.sums))
	r.Figures["r2"] = r2 / targets
	if same {
		r.Figures["rmse"], r.Figures["mae"] = math.Sqrt(squares/targets), abs/targets
	}
	for name, v := range r.Figures {
		if !finite(v) {
			delete(r.Figures, name)
		}
	}
	return r
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
