package optim

import "github.com/gradus-nn/gradus/internal/kind"

// A Schedule is a plain, storable rule for the learning rate. Its rates have the same bits on every processor, so that
// they do not part two runs of one seed.
type Schedule interface {
	// Kind is the schedule's name in files and on the command line: "cosine".
	Kind() string
	// Rate returns the learning rate of step 0, 1, ... total-1 of a run, given the optimiser's own rate.
	// A total below 1 means that the length is unknown: what depends on it then stays where it starts.
	Rate(base float64, step, total int) float64
	// Check returns an error if a field is out of range.
	Check() error
}

// Schedules holds the zero value of every schedule. A new one adds a file and a line here.
var Schedules = kind.Register[Schedule](
	Constant{},
	Cosine{},
	Exponential{},
	OneCycle{},
	StepDecay{},
	WarmUp{},
)

// progress returns the share of the run that is over before the step: 0 at the first.
func progress(step, total int) float64 {
	if total < 1 {
		return 0
	}
	return float64(min(max(step, 0), total)) / float64(total)
}

// Constant leaves the rate as it is.
type Constant struct{}

func (Constant) Kind() string                        { return "constant" }
func (Constant) Check() error                        { return nil }
func (Constant) Rate(base float64, _, _ int) float64 { return base }
