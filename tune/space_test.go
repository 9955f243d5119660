package tune

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Dimension{
		"32|64|128,64":                      {Choices: []string{"32", "64", "128,64"}},
		" adam | sgd ":                      {Choices: []string{"adam", "sgd"}},
		"0.01":                              {Choices: []string{"0.01"}},
		"normal:0.01|he":                    {Choices: []string{"normal:0.01", "he"}},
		"normal:0.01":                       {Choices: []string{"normal:0.01"}},
		"concat(dense 4 | dense 2)|dense 3": {Choices: []string{"concat(dense 4 | dense 2)", "dense 3"}},
		"1e-4:1e-1":                         {Lo: 1e-4, Hi: 0.1, Log: true},
		"1e-4:1e-1:linear":                  {Lo: 1e-4, Hi: 0.1},
		"0:1":                               {Lo: 0, Hi: 1},
		"-1:1":                              {Lo: -1, Hi: 1},
		"2:8:log":                           {Lo: 2, Hi: 8, Log: true},
		"16:128:whole:linear":               {Lo: 16, Hi: 128, Whole: true},
	} {
		have, err := Parse("x", text, false)
		want.Name = "x"
		if err != nil || !same(have, want) {
			t.Errorf("%q is %+v, %v; want %+v", text, have, err, want)
			continue
		}
		if again, err := Parse("x", have.String(), false); err != nil || !same(again, have) {
			t.Errorf("%q is written as %q, which reads back as %+v, %v", text, have.String(), again, err)
		}
	}
	for text, want := range map[string]string{
		"1:":          "its upper end is no number",
		"1:x":         "its upper end is no number",
		"2:1":         "the first number must be the smaller one",
		"1:1":         "the first number must be the smaller one",
		"NaN:1":       "the first number must be the smaller one",
		"1:Inf":       "the first number must be the smaller one",
		"0:1:log":     "a range by factors begins above 0",
		"1:2:slow":    `"slow" is none of log, linear, whole`,
		"1.5:3:whole": "its ends must be whole",
		"a||b":        "an empty choice",
		"":            "an empty choice",
		"a|b|a":       "a stands there twice",
	} {
		if d, err := Parse("x", text, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %+v, %v; want %q", text, d, err, want)
		}
	}
}

func same(a, b Dimension) bool {
	return a.Name == b.Name && slices.Equal(a.Choices, b.Choices) && a.Lo == b.Lo && a.Hi == b.Hi && a.Log == b.Log && a.Whole == b.Whole
}

func dimension(t *testing.T, name, text string, whole bool) Dimension {
	t.Helper()
	d, err := Parse(name, text, whole)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Numbers by factors are spread evenly over the decades, choices evenly over themselves, and all have few digits.
func TestDraw(t *testing.T) {
	s := Space{dimension(t, "lr", "1e-4:1e-1", false), dimension(t, "layers", "a|b|c|d", false), dimension(t, "n", "1:4", true)}
	const n = 4000
	decades, choices, numbers := map[float64]int{}, map[string]int{}, map[string]int{}
	for trial := range n {
		v := s.draw(1, trial, 0)
		x, err := strconv.ParseFloat(v[0], 64)
		if err != nil || x < 1e-4 || x > 1e-1 || len(strings.TrimLeft(strings.ReplaceAll(v[0], ".", ""), "0")) > 3 && !strings.Contains(v[0], "e") {
			t.Fatalf("%q, %v", v[0], err)
		}
		decades[math.Floor(math.Log10(x)+1e-12)]++
		choices[v[1]]++
		numbers[v[2]]++
	}
	// Binomial with n = 4000, p = 1/3 or 1/4: five standard deviations are 150 and 137.
	for d, count := range decades {
		if d < -1 && math.Abs(float64(count)-n/3) > 150 {
			t.Errorf("%d of %d between 1e%g and ten times that", count, n, d)
		}
	}
	for _, counts := range []map[string]int{choices, numbers} {
		for v, count := range counts {
			if math.Abs(float64(count)-n/4) > 137 {
				t.Errorf("%s is drawn %d of %d times", v, count, n)
			}
		}
	}
}

// What is drawn of a setting depends on the seed, its name and the trial: neither on other settings nor on other trials.
func TestAddressed(t *testing.T) {
	lr, l2 := dimension(t, "lr", "1e-4:1e-1", false), dimension(t, "l2", "0.1:1", false)
	alone := Space{lr}.Points(20, 7, nil)
	more := Space{l2, lr}.Points(40, 7, nil)
	for i, p := range alone {
		if more[i][1] != p[0] {
			t.Errorf("trial %d has lr %s; beside another setting %s", i+1, p[0], more[i][1])
		}
	}
	if other := (Space{lr}).Points(20, 8, nil); slices.EqualFunc(alone, other, slices.Equal) {
		t.Error("another seed draws the same")
	}
	if alone[0][0] != "0.000756" { // on every machine, in every release
		t.Errorf("seed 7 begins with %s", alone[0][0])
	}
}

// More points begin with those that there are, and are those that as many would have been from the start, unless the space has no more.
func TestMore(t *testing.T) {
	s := Space{dimension(t, "lr", "1e-4:1e-1", false), dimension(t, "a", "x|y", false)}
	few := s.Points(5, 3, []string{"0.001", "x"})
	if have, want := s.More(few, 12, 3), s.Points(12, 3, []string{"0.001", "x"}); len(have) != 12 || !slices.EqualFunc(have, want, slices.Equal) {
		t.Errorf("%v; want %v", have, want)
	}
	small := Space{s[1], dimension(t, "n", "1:2", true)}
	have := small.More([][]string{{"y", "2"}, {"x", "2"}}, 9, 3)
	if want := [][]string{{"y", "2"}, {"x", "2"}, {"x", "1"}, {"y", "1"}}; !slices.EqualFunc(have, want, slices.Equal) {
		t.Errorf("%v; want %v", have, want)
	}
	if again := small.More(have, 9, 3); len(again) != 4 {
		t.Errorf("a space of 4 points has %v", again)
	}
}

// No trial comes twice, a small space is tried whole, and the first stays the first.
func TestPoints(t *testing.T) {
	s := Space{dimension(t, "a", "x|y", false), dimension(t, "n", "1:3", true)}
	if n := s.Size(); n != 6 {
		t.Errorf("the space has %d points; want 6", n)
	}
	want := [][]string{{"y", "2"}, {"x", "1"}, {"x", "2"}, {"x", "3"}, {"y", "1"}, {"y", "3"}}
	if have := s.Points(30, 0, []string{"y", "2"}); !slices.EqualFunc(have, want, slices.Equal) {
		t.Errorf("%v; want %v", have, want)
	}
	for n := 1; n <= 6; n++ {
		seen := map[string]bool{}
		for _, p := range s.Points(n, 3, nil) {
			seen[fmt.Sprint(p)] = true
		}
		if len(seen) != n {
			t.Errorf("%d points are %v", n, seen)
		}
	}
	// A range whose ends round to few numbers of three digits: all of them, and no endless search for more.
	narrow := Space{dimension(t, "x", "1:1.02", false)}
	if have := narrow.Points(50, 0, nil); len(have) != 3 {
		t.Errorf("%v; want 1, 1.01 and 1.02", have)
	}
	if n := (Space{narrow[0], s[0]}).Size(); n != 0 {
		t.Errorf("a range of numbers has %d points", n)
	}
}

// Whatever can be read is written so that it reads back, and draws what it contains.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"1e-4:1e-1", "32|64|128,64", "0:1:linear", "1:9:whole:log", "-1:1", "a(b|c)|d", "1:2:", "NaN:1", "1e-300:1e300", "0x1p-3:1", "5:5"} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, whole bool) {
		d, err := Parse("x", text, whole)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "tune: x is ") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if again, err := Parse("x", d.String(), false); err != nil || !same(again, d) {
			t.Errorf("%q is written as %q, which reads back as %+v, %v", text, d.String(), again, err)
		}
		for _, u := range []float64{0, 0.3, 0.999999999} {
			if v := d.at(u); !d.Contains(v) {
				t.Errorf("%q at %v is %s, which it does not contain", text, u, v)
			}
		}
	})
}
