package ours

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
)

func TestServeAnswersEveryLine(t *testing.T) {
	var out strings.Builder
	if err := Serve("xor", Settings{"n": "3"}, strings.NewReader("go\ngo\n"), &out); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(strings.NewReader(out.String()))
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "ready go") {
		t.Fatalf("first line %q, want ready and a version", lines.Text())
	}
	for round := range 2 {
		var answer struct {
			Value float64
			Check string
		}
		if !lines.Scan() {
			t.Fatalf("no answer to round %d", round)
		}
		if err := json.Unmarshal(lines.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if !(answer.Value > 0) || !strings.HasPrefix(answer.Check, "cost 0.") {
			t.Errorf("round %d: %+v, want a time and a cost", round, answer)
		}
	}
	if lines.Scan() {
		t.Errorf("a line too many: %q", lines.Text())
	}
}

func TestServeKnowsItsSides(t *testing.T) {
	err := Serve("none", nil, strings.NewReader(""), &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "training") {
		t.Errorf("error %v, want one that lists the sides", err)
	}
}

func TestParseSettings(t *testing.T) {
	s, err := ParseSettings([]string{"n=12", "data=a=b"})
	if err != nil || s.Int("n", 1) != 12 || s.Int("m", 7) != 7 || s["data"] != "a=b" {
		t.Errorf("settings %v, error %v", s, err)
	}
	if _, err := ParseSettings([]string{"quick"}); err == nil {
		t.Error("no error for an argument without =")
	}
}

// Batch 4, width 3: forward and gradient of 3·3 weights in the hidden layer, three products with 3·10 in the last.
func TestStepCountsItsProducts(t *testing.T) {
	seconds, flop, err := Step(3, 4, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := float64(2*2*4*3*3 + 3*2*4*3*10); flop != want || seconds <= 0 {
		t.Errorf("%g operations in %g s, want %g in some time", flop, seconds, want)
	}
}
