package optim

import "github.com/gradus-nn/gradus/internal/portable"

// Exponential lowers the rate by the same factor at every step, down to Final times the base at the end of the run:
//
//	rate = base · Final^(step/total)
type Exponential struct {
	Final float64 // 0 means 0.01
}

func (Exponential) Kind() string { return "exponential" }

func (e Exponential) Rate(base float64, step, total int) float64 {
	return base * portable.Pow(orElse(e.Final, 0.01), progress(step, total))
}

func (e Exponential) Check() error {
	return require(e.Final == 0 || e.Final >= 1e-300 && e.Final <= 1, e, "final", e.Final, "a share of the base rate between 0 and 1, such as 0.01")
}
