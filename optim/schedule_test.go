package optim_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/optim"
)

// TestTorchSchedules compares with PyTorch; testdata/schedules.py tells how. Exponential and cosine rates are running
// products there and lose a few bits.
func TestTorchSchedules(t *testing.T) {
	data, err := os.ReadFile("testdata/schedules.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string][]float64
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	for _, s := range []optim.Schedule{
		optim.StepDecay{Every: 30},
		optim.StepDecay{Share: 0.3},
		optim.Exponential{Final: 0.02},
		optim.Cosine{Min: 0.1},
		optim.OneCycle{},
	} {
		want := golden[s.Kind()]
		if len(want) != 100 {
			t.Fatalf("%s: %d golden rates", s.Kind(), len(want))
		}
		for step, rate := range want {
			if have := s.Rate(0.5, step, 100); math.Abs(have-rate) > 1e-13*0.5 {
				t.Errorf("%+v: step %d: rate %.17g, want %.17g", s, step, have, rate)
			}
		}
	}
}

func TestScheduleLandmarks(t *testing.T) {
	for _, c := range []struct {
		s           optim.Schedule
		step, total int
		want        float64
	}{
		{optim.Constant{}, 99, 100, 0.5},
		{optim.StepDecay{}, 99, 100, 0.5},
		{optim.StepDecay{Every: 10, Factor: 0.5}, 9, 100, 0.5},
		{optim.StepDecay{Every: 10, Factor: 0.5}, 10, 100, 0.25},
		{optim.StepDecay{Every: 10, Factor: 0.5}, 20, 0, 0.125},
		{optim.StepDecay{Share: 0.1, Factor: 0.5}, 30, 100, 0.0625},
		{optim.StepDecay{Share: 0.1, Factor: 0.5}, 30, 0, 0.5},
		{optim.Exponential{Final: 0.25}, 50, 100, 0.25},
		{optim.Exponential{Final: 0.25}, 50, 0, 0.5},
		{optim.Cosine{}, 0, 100, 0.5},
		{optim.Cosine{}, 50, 100, 0.25},
		{optim.Cosine{}, 100, 100, 0},
		{optim.Cosine{}, 1000, 100, 0}, // beyond the end: as at the end
		{optim.Cosine{}, 7, 0, 0.5},
		{optim.OneCycle{}, 0, 100, 0.02},
		{optim.OneCycle{}, 29, 100, 0.5},
		{optim.OneCycle{}, 99, 100, 0.02 / 1e4},
		{optim.OneCycle{}, 0, 1, 0.02},
		{optim.OneCycle{Rise: 0.001}, 0, 100, 0.5}, // no step left to rise in
		{optim.WarmUp{}, 0, 100, 0.5},
		{optim.WarmUp{Steps: 5}, 0, 100, 0.1},
		{optim.WarmUp{Steps: 5}, 4, 100, 0.5},
		{optim.WarmUp{Steps: 5}, 5, 100, 0.5},
		{optim.WarmUp{Steps: 20, Then: optim.Cosine{}}, 9, 100, 0.25},
		{optim.WarmUp{Steps: 20, Then: optim.Cosine{}}, 60, 100, 0.25},
	} {
		if have := c.s.Rate(0.5, c.step, c.total); math.Abs(have-c.want) > 1e-16 {
			t.Errorf("%+v: step %d of %d: rate %.17g, want %.17g", c.s, c.step, c.total, have, c.want)
		}
	}
}

// Every schedule keeps to sane rates for any length of run, stores and reads back, and finds its zero value sound.
func TestEverySchedule(t *testing.T) {
	all := append([]optim.Schedule{
		optim.WarmUp{Steps: 3, Then: optim.OneCycle{Rise: 0.5, Start: 10, End: 2}},
		optim.StepDecay{Every: 7, Factor: 0.3},
	}, optim.Schedules...)
	for _, s := range all {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		for total := range 30 {
			for step := -1; step < total+3; step++ {
				if rate := s.Rate(0.5, step, total); !(rate >= 0 && rate <= 0.5) {
					t.Errorf("%+v: step %d of %d: rate %v", s, step, total, rate)
				}
			}
		}
		data, err := kind.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := kind.Decode[optim.Schedule](data); err != nil || have != s {
			t.Errorf("%s: decodes to %#v, %v", data, have, err)
		}
	}
}

func TestScheduleCheck(t *testing.T) {
	for want, s := range map[string]optim.Schedule{
		"optim: step: every is -1; want 0 or more steps":                                                optim.StepDecay{Every: -1},
		"optim: step: share is 2; want a share of the run between 0 and 1":                              optim.StepDecay{Share: 2},
		"optim: step: factor is 10; want a number between 0 and 1, such as 0.1":                         optim.StepDecay{Factor: 10},
		"optim: exponential: final is NaN; want a share of the base rate between 0 and 1, such as 0.01": optim.Exponential{Final: math.NaN()},
		"optim: cosine: min is -1; want a share of the base rate between 0 and 1":                       optim.Cosine{Min: -1},
		"optim: one-cycle: rise is 1; want a share of the run from 0 up to 1, such as 0.3":              optim.OneCycle{Rise: 1},
		"optim: one-cycle: start is 0.5; want a divisor of 1 or more, such as 25":                       optim.OneCycle{Start: 0.5},
		"optim: one-cycle: end is -1; want a divisor of 1 or more, such as 10000":                       optim.OneCycle{End: -1},
		"optim: warm-up: steps is -5; want 0 or more":                                                   optim.WarmUp{Steps: -5},
	} {
		if err := s.Check(); err == nil || err.Error() != want {
			t.Errorf("%+v: have %v, want %s", s, err, want)
		}
	}
	if (optim.WarmUp{Then: optim.Cosine{Min: 3}}).Check() == nil {
		t.Error("a fault inside warm-up was not found")
	}
}
