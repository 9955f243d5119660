package optim

// WarmUp raises the rate in equal parts during its first Steps and then follows another schedule through the rest of
// the run (Goyal et al. 2017):
//
//	rate = Then(0) · (step+1)/Steps        step < Steps
//	rate = Then(step - Steps)              afterwards
type WarmUp struct {
	Steps int
	Then  Schedule // nil: constant
}

func (WarmUp) Kind() string { return "warm-up" }

func (w WarmUp) Rate(base float64, step, total int) float64 {
	then := w.Then
	if then == nil {
		then = Constant{}
	}
	step = max(step, 0)
	rest := total - w.Steps
	if step < w.Steps {
		return then.Rate(base, 0, rest) * (float64(step+1) / float64(w.Steps))
	}
	return then.Rate(base, step-w.Steps, rest)
}

func (w WarmUp) Check() error {
	err := require(w.Steps >= 0, w, "steps", w.Steps, "0 or more")
	if err == nil && w.Then != nil {
		err = w.Then.Check()
	}
	return err
}
