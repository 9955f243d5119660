// Package baseline answers what a network has to beat: whoever has seen the targets of the training examples, but no
// feature, and always says the same.
package baseline

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/dataset"
)

// A Result is how well the constant answer does on a set.
type Result struct {
	Answer   string  `json:"answer"` // `always "1"`, "always the mean"
	Examples int     `json:"examples"`
	Correct  int     `json:"correct"` // of classes
	RMSE     float64 `json:"rmse"`    // of numbers
	Numbers  bool    `json:"regression"`
}

// Of chooses the answer by train and judges it on test.
func Of(train, test *dataset.Set) Result {
	r := Result{Examples: test.Len()}
	switch train.Kind() {
	case dataset.Real:
		r.Numbers, r.Answer = true, "always the mean"
		r.RMSE = rmse(means(train), test)
	case dataset.MultiHot:
		answer := means(train)
		ones := 0
		for j, m := range answer {
			answer[j] = math.Round(m)
			ones += int(answer[j])
		}
		r.Answer = fmt.Sprintf("always the same %d of %d labels", ones, train.Out)
		r.Correct = equalRows(answer, test)
	default:
		class, _ := train.Majority()
		r.Answer = fmt.Sprintf("always %q", train.ClassName(class))
		for i := range test.Len() {
			if test.Label(i) == class {
				r.Correct++
			}
		}
	}
	return r
}

// means returns the mean of every target over the examples.
func means(s *dataset.Set) []float64 {
	m := make([]float64, s.Out)
	for i, t := range s.Targets {
		m[i%s.Out] += float64(t)
	}
	for j := range m {
		m[j] /= float64(max(1, s.Len()))
	}
	return m
}

func rmse(answer []float64, s *dataset.Set) float64 {
	sum := 0.0
	for i, t := range s.Targets {
		e := float64(t) - answer[i%s.Out]
		sum += e * e
	}
	e := math.Sqrt(sum / float64(max(1, len(s.Targets))))
	if s.Unit != 0 {
		e *= s.Unit
	}
	return e
}

// equalRows counts the examples whose targets are exactly the answer.
func equalRows(answer []float64, s *dataset.Set) int {
	n := 0
rows:
	for lo := 0; lo+s.Out <= len(s.Targets); lo += s.Out {
		for j, a := range answer {
			if float64(s.Targets[lo+j]) != a {
				continue rows
			}
		}
		n++
	}
	return n
}
