package scores

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
)

// judged is a case of testdata/reference.json: answers, and what scikit-learn says about them.
type judged struct {
	Classes, Labels, Targets int
	Truth                    []int
	P, T, Y, Each            [][]float64
	Support                  []int
	Figures                  map[string]float64
	Bins                     struct {
		N           []int
		Said, Right []float64
	}
}

// Every figure of every collector is scikit-learn's.
func TestAgainstScikitLearn(t *testing.T) {
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases struct{ Classes, Labels, Numbers []judged }
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases.Classes) < 4 || len(cases.Labels) < 2 || len(cases.Numbers) < 2 {
		t.Fatal("cases are missing")
	}
	for i, c := range cases.Classes {
		t.Run(fmt.Sprintf("classes %d", i), func(t *testing.T) {
			judge := NewClasses(letters(c.Classes))
			for i, p := range c.P {
				judge.Add(c.Truth[i], single(p))
			}
			r := judge.Report()
			compareFigures(t, r.Figures, c.Figures)
			compareScores(t, r.Classes, c)
			k := 0
			for _, b := range r.Calibration.Bins {
				if b.N == 0 {
					continue
				}
				if b.N != c.Bins.N[k] || !close(b.Said, c.Bins.Said[k]) || !close(b.Right, c.Bins.Right[k]) {
					t.Errorf("bin %d: %+v; want %d answers, said %v, right %v", k, b, c.Bins.N[k], c.Bins.Said[k], c.Bins.Right[k])
				}
				k++
			}
			if k != len(c.Bins.N) {
				t.Errorf("%d bins with answers; want %d", k, len(c.Bins.N))
			}
		})
	}
	for i, c := range cases.Labels {
		t.Run(fmt.Sprintf("labels %d", i), func(t *testing.T) {
			judge := NewLabels(letters(c.Labels))
			for i, p := range c.P {
				judge.Add(single(c.T[i]), single(p))
			}
			r := judge.Report()
			compareFigures(t, r.Figures, c.Figures)
			compareScores(t, r.Classes, c)
		})
	}
	for i, c := range cases.Numbers {
		t.Run(fmt.Sprintf("numbers %d", i), func(t *testing.T) {
			judge := NewNumbers(letters(c.Targets), nil)
			for i, y := range c.Y {
				judge.Add(single(c.T[i]), single(y))
			}
			r := judge.Report()
			compareFigures(t, r.Figures, c.Figures)
			if len(r.Targets) != c.Targets {
				t.Fatalf("%d targets; want %d", len(r.Targets), c.Targets)
			}
			for k, d := range r.Targets {
				if want := c.Each[k]; !close(d.RMSE, want[0]) || !close(d.MAE, want[1]) || !close(d.R2, want[2]) {
					t.Errorf("target %d: %+v; want %v", k, d, want)
				}
			}
		})
	}
}

func compareFigures(t *testing.T, have, want map[string]float64) {
	t.Helper()
	if len(have) != len(want) {
		t.Errorf("figures %v; want those of %v", have, want)
	}
	for name, v := range want {
		h, ok := have[name]
		tolerance := 1e-12
		if name == "log_loss" {
			// scikit-learn takes all probabilities for at least 2^-23, and divides by their sum then; in single precision
			tolerance = 2e-6
		}
		if !ok || math.Abs(h-v) > tolerance*math.Max(1, math.Abs(v)) {
			t.Errorf("%s is %v (%v); want %v", name, h, ok, v)
		}
	}
}

func compareScores(t *testing.T, have []Score, c judged) {
	t.Helper()
	for k, s := range have {
		want := c.Each[k]
		if s.AUC == nil {
			t.Errorf("%s has no area", s.Class)
			continue
		}
		if s.Examples != c.Support[k] || !close(s.Precision, want[0]) || !close(s.Recall, want[1]) || !close(s.F1, want[2]) || !close(*s.AUC, want[3]) {
			t.Errorf("%+v, area %v; want %v of %d", s, *s.AUC, want, c.Support[k])
		}
	}
}

func close(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(1, math.Abs(b)) }

func single(v []float64) []float32 {
	s := make([]float32, len(v))
	for i, x := range v {
		s[i] = float32(x)
	}
	return s
}

func letters(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = string(rune('a' + i))
	}
	return names
}
