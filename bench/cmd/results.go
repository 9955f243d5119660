package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
)

// Results are what is kept of runs.
type Results struct {
	Schema  string     `json:"schema"`
	Machine Machine    `json:"machine"`
	Works   []Measured `json:"works"`
	Profile Profile    `json:"profile,omitempty"`
	Growth  []Growth   `json:"growth,omitempty"`
}

const schema = "gradus.bench/1"

// Machine is where the figures come from.
type Machine struct {
	Processor string  `json:"processor"`
	CPUs      int     `json:"cpus"`
	Threads   int     `json:"threads"`
	System    string  `json:"system"`
	Go        string  `json:"go"`
	Kernel    string  `json:"kernel"`
	Peak1     float64 `json:"peak_1_thread_gflops"`
	Peak      float64 `json:"peak_all_threads_gflops"`
	Bandwidth float64 `json:"memory_gbytes_per_s"`
}

// Measured is one work as its sides did it. Sides[0] is ours.
type Measured struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Unit    string  `json:"unit"`
	More    bool    `json:"more_is_better"`
	Flop    float64 `json:"flop,omitempty"`
	When    string  `json:"when"`
	Threads int     `json:"threads"`
	Peak    float64 `json:"peak_gflops"` // of fused multiply-adds on so many threads, measured right after
	// Sustained is the median of the loop's means between the rounds: what the machine gave meanwhile.
	Sustained float64  `json:"sustained_gflops,omitempty"`
	Sides     []Series `json:"sides"`
	Missing   []string `json:"missing,omitempty"`
}

// A Series is what one side reached, round after round.
type Series struct {
	Name    string  `json:"name"`
	Peer    string  `json:"peer"`
	Version string  `json:"version,omitempty"`
	Setting string  `json:"setting,omitempty"`
	Values  numbers `json:"values"`
	Others  numbers `json:"others"` // share of the machine that other processes used during the round
	Check   string  `json:"check,omitempty"`
}

// numbers are written with six digits; NaN, a goal not reached, is null.
type numbers []float64

func (n numbers) MarshalJSON() ([]byte, error) {
	out := make([]*float64, len(n))
	for i, v := range n {
		if !math.IsNaN(v) {
			v = round(v)
			out[i] = &v
		}
	}
	return json.Marshal(out)
}

func (n *numbers) UnmarshalJSON(text []byte) error {
	var in []*float64
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	*n = make(numbers, len(in))
	for i, v := range in {
		(*n)[i] = math.NaN()
		if v != nil {
			(*n)[i] = *v
		}
	}
	return nil
}

// round keeps six digits.
func round(v float64) float64 {
	var r float64
	fmt.Sscan(fmt.Sprintf("%.6g", v), &r)
	return r
}

// A spread is the median of some figures and their range.
type spread struct {
	median, least, most float64
	n, of               int // figures, and those that there would be without failures
}

func spreadOf(values []float64) spread {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(sorted) == 0 {
		return spread{median: math.NaN(), least: math.NaN(), most: math.NaN(), of: len(values)}
	}
	slices.Sort(sorted)
	return spread{median(sorted), sorted[0], sorted[len(sorted)-1], len(sorted), len(values)}
}

func median(values []float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(sorted) == 0 {
		return math.NaN()
	}
	slices.Sort(sorted)
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// ratio says how many times faster we are than side i, round by round.
func (m *Measured) ratio(i int) spread {
	mine, theirs := m.Sides[0].Values, m.Sides[i].Values
	ratios := make([]float64, len(mine))
	for r := range ratios {
		ratios[r] = theirs[r] / mine[r]
		if m.More {
			ratios[r] = mine[r] / theirs[r]
		}
	}
	return spreadOf(ratios)
}

// share is our median as a share of so many GFLOP/s, 0 where it says nothing.
func (m *Measured) share(of float64) float64 {
	mine := median(m.Sides[0].Values)
	switch {
	case m.Flop == 0 || of == 0:
		return 0
	case m.More:
		return mine * m.Flop / (of * 1e9)
	}
	return m.Flop / mine / (of * 1e9)
}

// merge takes over what was measured, in the place of older figures.
func (r *Results) merge(measured *Results) {
	r.Machine = measured.Machine
	for _, m := range measured.Works {
		if i := slices.IndexFunc(r.Works, func(old Measured) bool { return old.ID == m.ID }); i >= 0 {
			r.Works[i] = m
		} else {
			r.Works = append(r.Works, m)
		}
	}
}

func readResults(file string) (*Results, error) {
	r := &Results{}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(text, r)
	}
	if err != nil {
		return nil, fmt.Errorf("bench: %s: %w", file, err)
	}
	return r, nil
}

func (r *Results) write(file string) error {
	r.Schema = schema
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
