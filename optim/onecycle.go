package optim

// OneCycle rises from base/Start to the base rate during the first Rise of the run, then falls to
// base/(Start·End), both along half a cosine wave, so that the base is the largest rate of the run (Smith & Topin 2018,
// in the shape of PyTorch's OneCycleLR). It bears a larger base than the other schedules.
type OneCycle struct {
	Rise  float64 // share of the run; 0 means 0.3
	Start float64 // 0 means 25
	End   float64 // 0 means 10,000
}

func (OneCycle) Kind() string { return "one-cycle" }

// Rate reaches the base at step Rise·total - 1 and the lowest rate at step total - 1, as PyTorch has it.
func (o OneCycle) Rate(base float64, step, total int) float64 {
	low := base / orElse(o.Start, 25)
	last := float64(total - 1)
	if last < 1 {
		return low
	}
	t, top := float64(min(max(step, 0), total-1)), float64(orElse(o.Rise, 0.3)*float64(total))-1
	if t < top {
		return slide(low, base, t/top)
	}
	top = max(top, 0)
	return slide(base, low/orElse(o.End, 1e4), (t-top)/(last-top))
}

func (o OneCycle) Check() error {
	return firstError(
		require(o.Rise >= 0 && o.Rise < 1, o, "rise", o.Rise, "a share of the run from 0 up to 1, such as 0.3"),
		require(o.Start == 0 || o.Start >= 1, o, "start", o.Start, "a divisor of 1 or more, such as 25"),
		require(o.End == 0 || o.End >= 1, o, "end", o.End, "a divisor of 1 or more, such as 10000"),
	)
}
