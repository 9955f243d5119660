// Package tune searches for good settings: it draws trials from a declared space, trains them, the promising ones longer,
// and tells which was the best and which settings mattered. It also finds out which learning rates a network bears.
//
// A search is decided by its seed alone. Neither the number of trials that train at the same time nor an interruption
// changes which trial wins, as long as training a trial is as deterministic as package train is.
package tune

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
)

// A Trial is one point of the space under trial.
type Trial struct {
	Number   int      // from 1
	Values   []string // of the settings, in the order of the space
	Together int      // trials that train at the same time, this one included
}

// A Result is what is known of a trial so far. Less cost is better, and among equal costs less Tie; NaN is the worst.
type Result struct {
	Cost, Tie float64
	Epochs    int    // trained in all
	Failed    string // why it could not be trained to the end; "" if it could
}

// A Search says what to try, and how.
type Search struct {
	Points [][]string // the values of each trial, such as Space.Points draws
	Plan   []Rung     // such as Halving and Random plan
	// Always is the number of a trial that trains to the end whatever its rank, in addition to the plan: a mark to beat. 0 is none.
	Always int
	// Parallel is how many trials train at the same time; below 1 means 1.
	Parallel int
	// Train trains a trial until it has seen the epochs of Plan[rung]: it goes on where it stopped at the rung before. An error
	// ends the search; what is wrong with one trial alone is a Result that tells so. It is called from several goroutines.
	Train func(ctx context.Context, t Trial, rung int) (Result, error)
}

// A Standing is where a trial has got to.
type Standing struct {
	Trial  Trial
	Rung   int      // the last one it was trained to, from 0; -1: none
	Result Result   // there
	At     []Result // at every rung that it reached
}

// Run searches. It returns all trials, the best first: those that got further stand before those that were left behind. With
// an error the standings are those of what had ended before it.
func (s *Search) Run(ctx context.Context) ([]Standing, error) {
	all := make([]*Standing, len(s.Points))
	for i, values := range s.Points {
		all[i] = &Standing{Trial: Trial{Number: i + 1, Values: values}, Rung: -1}
	}
	field := slices.Clone(all)
	var err error
	for i, rung := range s.Plan {
		slices.SortFunc(field, better)
		if i > 0 {
			field = s.best(field, rung.Trials)
		}
		field = slices.DeleteFunc(field, func(t *Standing) bool { return t.Result.Failed != "" })
		slices.SortFunc(field, func(a, b *Standing) int { return cmp.Compare(a.Trial.Number, b.Trial.Number) })
		if err = s.climb(ctx, field, i); err != nil {
			break
		}
	}
	slices.SortFunc(all, better)
	standings := make([]Standing, len(all))
	for i, t := range all {
		standings[i] = *t
	}
	return standings, err
}

// best returns the first n of a sorted field, and the trial that always goes on.
func (s *Search) best(field []*Standing, n int) []*Standing {
	n = min(n, len(field))
	for _, t := range field[n:] {
		if t.Trial.Number == s.Always {
			return append(field[:n:n], t)
		}
	}
	return field[:n]
}

// climb trains all trials of the field to a rung.
func (s *Search) climb(ctx context.Context, field []*Standing, rung int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := min(max(1, s.Parallel), len(field))
	var (
		group sync.WaitGroup
		lock  sync.Mutex
		errs  []error
	)
	queue := make(chan *Standing, len(field))
	for _, t := range field {
		queue <- t
	}
	close(queue)
	for range workers {
		group.Go(func() {
			for t := range queue {
				if ctx.Err() != nil {
					return
				}
				trial := t.Trial
				trial.Together = workers
				r, err := s.Train(ctx, trial, rung)
				lock.Lock()
				if err != nil {
					errs = append(errs, err)
					cancel()
				} else {
					t.Rung, t.Result = rung, r
					t.At = append(t.At, r)
				}
				lock.Unlock()
			}
		})
	}
	group.Wait()
	if len(errs) > 0 {
		return first(errs)
	}
	return ctx.Err()
}

// first returns the error that tells most: the others may have been cancelled because of it.
func first(errs []error) error {
	for _, err := range errs {
		if !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return errs[0]
}

// better orders standings: further, then cheaper, then earlier.
func better(a, b *Standing) int {
	return cmp.Or(
		cmp.Compare(boolean(a.Result.Failed != ""), boolean(b.Result.Failed != "")),
		cmp.Compare(b.Rung, a.Rung),
		costs(a.Result.Cost, b.Result.Cost), costs(a.Result.Tie, b.Result.Tie),
		cmp.Compare(a.Trial.Number, b.Trial.Number),
	)
}

// costs compares two costs; NaN is more than any.
func costs(a, b float64) int {
	if math.IsNaN(a) || math.IsNaN(b) {
		return cmp.Compare(boolean(math.IsNaN(a)), boolean(math.IsNaN(b)))
	}
	return cmp.Compare(a, b)
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
