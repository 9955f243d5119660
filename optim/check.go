package optim

import (
	"fmt"
	"math"
)

// require returns an error about a field of what, which is a Schedule or an Optimizer, unless it is fine.
func require(fine bool, what interface{ Kind() string }, field string, have any, want string) error {
	if fine {
		return nil
	}
	return fmt.Errorf("optim: %s: %s is %v; want %s", what.Kind(), field, have, want)
}

// requireRate is what every optimiser asks of its learning rate.
func requireRate(o Optimizer) error {
	rate := o.LearningRate()
	return require(rate > 0 && !math.IsInf(rate, 1), o, "rate", rate, "a positive number, such as "+fmt.Sprint(defaultRate[o.Kind()]))
}

// requireShare is what momenta and forgetting factors share.
func requireShare(o Optimizer, field string, v float64) error {
	return require(v >= 0 && v < 1, o, field, v, "a number from 0 up to 1, such as 0.9")
}

func requireEpsilon(o Optimizer, v float64) error {
	return require(v >= 0 && !math.IsInf(v, 1), o, "epsilon", v, "a number of 0 or more, such as 1e-8")
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// orElse returns v, or what zero stands for.
func orElse(v, ifZero float64) float64 {
	if v == 0 {
		return ifZero
	}
	return v
}
