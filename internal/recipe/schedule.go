package recipe

import (
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/optim"
)

func optimizers() string { return strings.Join(kind.Names[optim.Optimizer](), ", ") }

// scheduleForms is what ParseSchedule understands.
const scheduleForms = "constant, one-cycle, cosine, exponential[:FINAL], step:SHARE, or warm-up:STEPS[:another]"

// ParseSchedule reads a schedule of the learning rate:
//
//	constant          as it is
//	one-cycle         up during the first 30 %, then down to almost nothing
//	cosine:0.1        down to a tenth, or to nothing without the number
//	exponential:0.01  down to a hundredth, by the same factor at every step
//	step:0.3          a tenth of it after each 30 % of the run
//	warm-up:500       up during the first 500 steps; warm-up:500:cosine goes on with another
func ParseSchedule(text string) (optim.Schedule, error) {
	name, rest, given := strings.Cut(strings.ToLower(strings.TrimSpace(text)), ":")
	if name == "warmup" {
		name = "warm-up"
	}
	bad := func() (optim.Schedule, error) {
		return nil, fieldf("schedule", "is %q; want %s", text, scheduleForms)
	}
	number, err := strconv.ParseFloat(rest, 64)
	numeric := given && err == nil
	if given && !numeric && name != "warm-up" {
		return bad()
	}
	var s optim.Schedule
	switch name {
	case "constant", "one-cycle":
		if given {
			return bad()
		}
		s = optim.Constant{}
		if name == "one-cycle" {
			s = optim.OneCycle{}
		}
	case "cosine":
		s = optim.Cosine{Min: number}
	case "exponential":
		s = optim.Exponential{Final: number}
	case "step":
		if !numeric {
			number = 0.3
		}
		s = optim.StepDecay{Share: number}
	case "warm-up":
		steps, then, more := strings.Cut(rest, ":")
		n, err := strconv.Atoi(steps)
		if err != nil {
			return bad()
		}
		w := optim.WarmUp{Steps: n}
		if more {
			if w.Then, err = ParseSchedule(then); err != nil {
				return bad()
			}
		}
		s = w
	default:
		return bad()
	}
	if err := s.Check(); err != nil {
		return nil, fieldf("schedule", "is %q: %v", text, err)
	}
	return s, nil
}
