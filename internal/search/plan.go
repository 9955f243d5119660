package search

import (
	"fmt"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/tune"
)

// schedule plans how long trials train.
func (s *search) schedule() error {
	switch method := s.method(); {
	case method != Halving && method != Random:
		return &recipe.FieldError{Field: "method", Text: fmt.Sprintf("is %q; want halving (the best third goes on) or random (all to the end)", method)}
	case method == Halving && s.open():
		return &recipe.FieldError{Field: "method", Text: "is halving, which needs one number of epochs for all trials; give --epochs alone, or take --method random"}
	}
	s.plan = s.planned(len(s.points))
	return nil
}

// method is how is searched.
func (s *search) method() string {
	switch {
	case s.Tuning.Method != nil:
		return *s.Tuning.Method
	case s.open():
		return Random
	}
	return Halving
}

// open reports whether it is open how long a trial trains.
func (s *search) open() bool {
	return s.base.Iters > 0 || slices.ContainsFunc(s.space, func(d tune.Dimension) bool { return d.Name == "epochs" || d.Name == "iters" })
}

// planned is the plan of so many trials.
func (s *search) planned(trials int) []tune.Rung {
	switch {
	case s.open():
		return tune.Random(trials, math.MaxInt32) // each ends by itself
	case s.method() == Random:
		return tune.Random(trials, s.base.Epochs)
	}
	return tune.Halving(trials, s.base.Epochs)
}

// to is how many epochs a rung trains to; 0 where every trial ends by itself.
func (s *search) to(rung int) int {
	if epochs := s.plan[rung].Epochs; epochs < math.MaxInt32 {
		return epochs
	}
	return 0
}
