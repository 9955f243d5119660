package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRatiosAreTakenWithinRounds(t *testing.T) {
	m := Measured{Unit: seconds, Sides: []Series{{Values: numbers{1, 2, 4}}, {Values: numbers{3, 4, 20}}}}
	if r := m.ratio(1); r.median != 3 || r.least != 2 || r.most != 5 {
		t.Errorf("seconds: %+v, want 3 (2 – 5)", r)
	}
	m.More = true // 10 a second beside 5 is twice as fast
	m.Sides = []Series{{Values: numbers{10}}, {Values: numbers{5}}}
	if r := m.ratio(1); r.median != 2 {
		t.Errorf("rates: %+v, want 2", r)
	}
}

func TestAGoalThatIsNotReached(t *testing.T) {
	m := Measured{Unit: seconds, Sides: []Series{{Values: numbers{1, 1}}, {Values: numbers{math.NaN(), 5}}}}
	if r := m.ratio(1); r.median != 5 || r.n != 1 || r.of != 2 {
		t.Errorf("%+v, want 5 in 1 of 2 rounds", r)
	}
	file := filepath.Join(t.TempDir(), "r.json")
	if err := (&Results{Works: []Measured{m}}).write(file); err != nil {
		t.Fatal(err)
	}
	read, err := readResults(file)
	if err != nil {
		t.Fatal(err)
	}
	if v := read.Works[0].Sides[1].Values; len(v) != 2 || !math.IsNaN(v[0]) || v[1] != 5 {
		t.Errorf("read %v, want NaN and 5", v)
	}
}

// A work of 100 GFLOP in 2 s is 50 GFLOP/s, half of a peak of 100; so are 5 items a second of 10 GFLOP.
func TestShareOfThePeak(t *testing.T) {
	for _, m := range []Measured{
		{Unit: seconds, Flop: 100e9, Peak: 100, Sides: []Series{{Values: numbers{2}}}},
		{Unit: perSecond, More: true, Flop: 10e9, Peak: 100, Sides: []Series{{Values: numbers{5}}}},
	} {
		if share := m.share(m.Peak); share != 0.5 {
			t.Errorf("%s: %g, want 0.5", m.Unit, share)
		}
	}
}

func TestBehindIsSaid(t *testing.T) {
	r := Results{Works: []Measured{{ID: "W5", Unit: gigaflops, More: true, Sides: []Series{
		{Name: gradusName, Values: numbers{90}}, {Name: "oneDNN", Peer: "oneDNN", Values: numbers{100}}, {Name: "BLIS", Peer: "BLIS", Values: numbers{80}},
	}}}}
	if s := r.summary(); !strings.Contains(s, "W5, oneDNN (0.900×)") || strings.Contains(s, "W5, BLIS") {
		t.Errorf("want oneDNN alone named as ahead:\n%s", s)
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{0.0123: "0.0123", 0.752: "0.752", 7.52: "7.52", 75.24: "75.2", 7524: "7524"} {
		if got := threeDigits(v); got != want {
			t.Errorf("threeDigits(%g) = %s, want %s", v, got, want)
		}
	}
	m := Measured{Unit: seconds, Sides: []Series{{Values: numbers{0.0123}}, {Values: numbers{2}}}}
	if got := m.format(0.0123); got != "12.3 ms" {
		t.Errorf("%s, want 12.3 ms", got)
	}
}

func TestReplaceMarked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(file, []byte("before\n"+begin+"\nold\n"+end+"\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replaceMarked(file, "new"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := "before\n" + begin + "\n\nnew\n\n" + end + "\nafter\n"; string(text) != want {
		t.Errorf("%q, want %q", text, want)
	}
	if err := os.WriteFile(file, []byte("no marks"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replaceMarked(file, "new"); err == nil {
		t.Error("no error without the marks")
	}
}

func TestGroupProfile(t *testing.T) {
	top := `File: bench
      flat  flat%   sum%        cum   cum%
    3000ms 60.00% 60.00%     3000ms 60.00%  github.com/gradus-nn/gradus/kernel.gemmTile5x5AVX512
    1000ms 20.00% 80.00%     1000ms 20.00%  github.com/gradus-nn/gradus/kernel.gatherAVX512
     750ms 15.00% 95.00%      750ms 15.00%  github.com/gradus-nn/gradus/kernel.(*Worker).await
     250ms  5.00%   100%      250ms  5.00%  runtime.memclrNoHeapPointers
`
	want := "60.0 % 20.0 % 15.0 % 5.0 %"
	var got []string
	for _, line := range strings.Split(groupProfile([]byte(top)).String(), "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 2 && strings.Contains(line, "%") {
			got = append(got, strings.TrimSuffix(cells[1], " |"))
		}
	}
	if strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// Every work begins with our side, and every side of ours exists.
func TestWorks(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range works(&environment{folder: t.TempDir(), threads: 2, modules: map[string]bool{"numpy": true}}, true) {
		if seen[w.ID] || w.Rounds < 1 || len(w.Sides) < 2 || w.Sides[0].Name != gradusName {
			t.Errorf("%s: twice, or no rounds, or not our side first and a peer after it", w.ID)
		}
		seen[w.ID] = true
		for _, s := range w.Sides[1:] {
			if s.Peer == torch && s.Needs != "python3-torch" {
				t.Errorf("%s: %s needs %q, want python3-torch", w.ID, s.Name, s.Needs)
			}
		}
	}
}
