package main

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
)

// The area below the curve is the one that eval tells, and the point of the model's answers stands for the examples that it has right.
func TestROC(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "moons", "--epochs", "5", "--quiet")
	ok(t, dir, "plot", "roc", "1", "-o", "roc.svg", "--csv", "roc.csv")
	rows, err := csv.NewReader(strings.NewReader(read(t, dir, "roc.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	area, x, y := 0.0, 0.0, 0.0
	var answers [2]float64
	for _, row := range rows[1:] {
		to, err := strconv.ParseFloat(row[1], 64)
		found, err2 := strconv.ParseFloat(row[2], 64)
		if err != nil || err2 != nil || to < 0 || to > 1 || found < 0 || found > 1 {
			t.Fatalf("%q is no point of the curve", row)
		}
		switch row[0] {
		case "every threshold":
			area += (to - x) * (found + y) / 2
			x, y = to, found
		case "as it answers":
			answers = [2]float64{to, found}
		}
	}
	var report struct {
		Examples, Correct int
		Metrics           map[string]float64
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "eval", "1", "--json").out), &report); err != nil {
		t.Fatal(err)
	}
	if x != 1 || y != 1 || math.Abs(area-report.Metrics["roc_auc"]) > 1e-9 { // a sum of some hundred shares in float64
		t.Errorf("the curve ends at (%v, %v) with an area of %v; want (1, 1) and %v", x, y, area, report.Metrics["roc_auc"])
	}
	// Half of the examples are of each class.
	if right := (1 - answers[0] + answers[1]) / 2 * float64(report.Examples); math.Round(right) != float64(report.Correct) {
		t.Errorf("the point %v stands for %v right answers; want %d", answers, right, report.Correct)
	}
	if !strings.Contains(read(t, dir, "runs/latest/report.html"), "gradus plot roc 1") || read(t, dir, "runs/latest/plots/roc.svg") == "" {
		t.Error("the report lacks the curve")
	}

	ok(t, dir, "train", "iris", "--epochs", "1", "--quiet")
	ok(t, dir, "train", "diabetes", "--epochs", "1", "--quiet")
	for run, says := range map[string]string{"2": "knows 3 classes", "3": "answers with numbers"} {
		args := []string{"plot", "roc", run}
		r := gradus(t, dir, args...)
		if r.code != 3 || !strings.Contains(r.err, says) {
			t.Errorf("gradus %q: exit %d, %s; want 3, %q", args, r.code, r.err, says)
		}
		checkSentence(t, r, args...)
	}
}
