package tune

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func TestHalving(t *testing.T) {
	for _, c := range []struct {
		trials, epochs int
		want           []Rung
	}{
		{30, 100, []Rung{{30, 11}, {10, 33}, {3, 100}}},
		{27, 9, []Rung{{27, 1}, {9, 3}, {3, 9}}},
		{30, 6, []Rung{{30, 2}, {10, 6}}},
		{30, 2, []Rung{{30, 2}}},
		{8, 100, []Rung{{8, 33}, {2, 100}}},
		{2, 100, []Rung{{2, 100}}},
		{1, 1, []Rung{{1, 1}}},
	} {
		if have := Halving(c.trials, c.epochs); !slices.Equal(have, c.want) {
			t.Errorf("%d trials of %d epochs: %v; want %v", c.trials, c.epochs, have, c.want)
		}
	}
	if n := Epochs(Halving(30, 100)); n != 30*11+10*22+3*67 {
		t.Errorf("%d epochs", n)
	}
}

func points(n int) (all [][]string) {
	for i := range n {
		all = append(all, []string{fmt.Sprint(i)})
	}
	return all
}

// The ranking is a function of the results alone: trials that end in any order, on any number of workers, rank the same.
func TestParallel(t *testing.T) {
	var want []Standing
	for _, parallel := range []int{0, 1, 3, 64} {
		var busy, most atomic.Int32
		s := Search{Points: points(30), Plan: Halving(30, 100), Parallel: parallel, Always: 5}
		s.Train = func(_ context.Context, trial Trial, rung int) (Result, error) {
			most.Store(max(most.Load(), busy.Add(1)))
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
			busy.Add(-1)
			if trial.Number%7 == 0 {
				return Result{Failed: "diverged"}, nil
			}
			return Result{Cost: math.Round(10 * math.Abs(math.Sin(float64(trial.Number)))), Tie: float64(trial.Number % 3), Epochs: s.Plan[rung].Epochs}, nil
		}
		have, err := s.Run(context.Background())
		if err != nil || int(most.Load()) > max(1, parallel) {
			t.Fatalf("%d at a time: %d were, %v", parallel, most.Load(), err)
		}
		for i := range have {
			have[i].Trial.Together = 0
		}
		if want == nil {
			want = have
		}
		if fmt.Sprint(have) != fmt.Sprint(want) {
			t.Errorf("%d at a time:\n%v\nwant\n%v", parallel, have, want)
		}
	}
	// Costs 1 (sin 3 = 0.14), 22 (0.009), 25 (0.13), 19 (0.15), 16 (0.29) ...: 22 is the best, 5 goes on in any case.
	if want[0].Trial.Number != 22 || want[0].Rung != 2 {
		t.Errorf("the best is %+v", want[0])
	}
	i := slices.IndexFunc(want, func(s Standing) bool { return s.Trial.Number == 5 })
	if want[i].Rung != 2 || len(want[i].At) != 3 {
		t.Errorf("the trial that always goes on is %+v", want[i])
	}
	if last := want[len(want)-1]; last.Result.Failed == "" {
		t.Errorf("what failed is not the last: %+v", last)
	}
}

// Equal costs are told apart by the tie, and equal ties by the number.
func TestTie(t *testing.T) {
	s := Search{Points: points(4), Plan: Random(4, 10)}
	s.Train = func(_ context.Context, trial Trial, _ int) (Result, error) {
		return Result{Cost: 1, Tie: []float64{3, 2, 2, 1}[trial.Number-1]}, nil
	}
	all, err := s.Run(context.Background())
	if err != nil || all[0].Trial.Number != 4 || all[1].Trial.Number != 2 || all[2].Trial.Number != 3 || all[3].Trial.Number != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

func TestNaN(t *testing.T) {
	s := Search{Points: points(3), Plan: Random(3, 10)}
	s.Train = func(_ context.Context, trial Trial, _ int) (Result, error) {
		return Result{Cost: []float64{math.NaN(), 2, math.Inf(1)}[trial.Number-1]}, nil
	}
	all, err := s.Run(context.Background())
	if err != nil || all[0].Trial.Number != 2 || all[1].Trial.Number != 3 || all[2].Trial.Number != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

// The first error ends the search, and tells itself, not that others were cancelled.
func TestError(t *testing.T) {
	broken := errors.New("disk full")
	s := Search{Points: points(20), Plan: Halving(20, 9), Parallel: 4}
	var trained atomic.Int32
	s.Train = func(ctx context.Context, trial Trial, _ int) (Result, error) {
		trained.Add(1)
		if trial.Number == 3 {
			return Result{}, broken
		}
		<-ctx.Done()
		return Result{}, ctx.Err()
	}
	if _, err := s.Run(context.Background()); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if n := trained.Load(); n > 5 {
		t.Errorf("%d trials were begun after the error", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if all, err := s.Run(ctx); !errors.Is(err, context.Canceled) || all[0].Rung != -1 {
		t.Errorf("cancelled: %v, %v", all, err)
	}
}

// Of three settings, one decides, one does a little, one nothing.
func TestImportance(t *testing.T) {
	s := Space{dimension(t, "lr", "1e-4:1e-1", false), dimension(t, "act", "a|b", false), dimension(t, "batch", "16|32|64", false)}
	values := s.Points(200, 1, nil)
	costs := make([]float64, len(values))
	for i, v := range values {
		var lr float64
		fmt.Sscan(v[0], &lr)
		costs[i] = math.Abs(math.Log10(lr) + 2.5)
		if v[1] == "b" {
			costs[i] += 0.3
		}
	}
	costs[17] = math.NaN() // diverged
	share := Importance(s, values, costs)
	if share[0] < 0.5 || share[1] < 0.02 || share[1] > 0.3 || share[2] > 0.02 {
		t.Errorf("%v", share)
	}
	if few := Importance(s, values[:7], costs[:7]); !math.IsNaN(few[0]) || !math.IsNaN(few[1]) || !math.IsNaN(few[2]) {
		t.Errorf("of seven trials: %v", few)
	}
	if none := Importance(s, values, make([]float64, len(values))); none[0] != 0 || none[1] != 0 {
		t.Errorf("of equal costs: %v", none)
	}
	// By hand: ranks 0 to 3 in one group and 4 to 7 in the other, means 1.5 and 5.5: η² = 8·2²/42 = 16/21.
	two := Space{{Name: "x", Choices: []string{"a", "b"}}}
	byHand := Importance(two, [][]string{{"a"}, {"a"}, {"a"}, {"a"}, {"b"}, {"b"}, {"b"}, {"b"}}, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	if want := 1 - (1-16.0/21)*7/6; math.Abs(byHand[0]-want) > 1e-12 {
		t.Errorf("%v; want %v", byHand[0], want)
	}
}
