package optim

import "math"

// StepDecay multiplies the rate by Factor again and again:
//
//	rate = base · Factor^⌊step/Every⌋
//
// If Every is 0, it is the given Share of the run, in whole steps: 0.3 lowers the rate after 30, 60 and 90 percent.
// If both are 0 the rate never falls.
type StepDecay struct {
	Every  int     // steps
	Share  float64 // of the run
	Factor float64 // 0 means 0.1
}

func (StepDecay) Kind() string { return "step" }

func (s StepDecay) Rate(base float64, step, total int) float64 {
	every := s.Every
	if every == 0 {
		every = int(math.Round(s.Share * float64(max(total, 0))))
	}
	if every < 1 {
		return base
	}
	return base * power(orElse(s.Factor, 0.1), uint64(max(step, 0)/every))
}

func (s StepDecay) Check() error {
	return firstError(
		require(s.Every >= 0, s, "every", s.Every, "0 or more steps"),
		require(s.Share >= 0 && s.Share <= 1, s, "share", s.Share, "a share of the run between 0 and 1"),
		require(s.Factor >= 0 && s.Factor <= 1, s, "factor", s.Factor, "a number between 0 and 1, such as 0.1"),
	)
}
