package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/internal/scores"
)

// eval, train and the run's files tell the same figures; --fail-under knows each of them, and which way is worse.
func TestFigures(t *testing.T) {
	dir := t.TempDir()
	writeTable(t, dir, "wine.csv", tabular.Wine)
	trained := ok(t, dir, "train", "wine.csv", "--target", "class", "--epochs", "5")
	r := ok(t, dir, "eval", "--json")
	var report struct {
		Metrics     map[string]float64
		Classes     []scores.Score
		Calibration scores.Calibration
	}
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatal(err)
	}
	names := []string{"acc", "balanced_acc", "precision", "recall", "f1", "roc_auc", "log_loss", "brier", "ece", "loss"}
	var outcome struct{ Metrics map[string]float64 }
	result, err := os.ReadFile(dir + "/runs/latest/result.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(result, &outcome); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		v, have := report.Metrics[name]
		if w, too := outcome.Metrics["test_"+name]; !have || !too || v != w {
			t.Errorf("%s is %v (%v) by eval; train said %v (%v)", name, v, have, w, too)
		}
		m, _ := scores.Find(name)
		worse, better := "0", "1"
		if m.Less {
			worse, better = "1", "0"
		}
		if name == "loss" || name == "log_loss" {
			worse = "100"
		}
		ok(t, dir, "eval", "--fail-under", name+"="+worse)
		if r := gradus(t, dir, "eval", "--fail-under", "acc=0,"+name+"="+better); v != 1 && v != 0 && (r.code != 4 || !strings.Contains(r.err, " of --fail-under")) {
			t.Errorf("%s=%v is %v: exit %d, %s", name, better, v, r.code, r.err)
		}
	}
	if len(report.Calibration.Bins) != 10 || len(report.Classes) != 3 || report.Classes[0].AUC == nil {
		t.Errorf("%+v", report)
	}
	shown := ok(t, dir, "eval").out
	for _, part := range []string{"scores   balanced ", " · auc ", "log loss ", "probabilities off by", "    auc\n"} {
		if !strings.Contains(shown, part) {
			t.Errorf("no %q in\n%s", part, shown)
		}
	}
	line := shown[strings.Index(shown, "scores "):]
	line = line[:strings.Index(line, "\n")]
	if !strings.Contains(trained.out, line) {
		t.Errorf("train does not say %q:\n%s", line, trained.out)
	}
	for text, want := range map[string]string{
		"rmse=3": "the model has no rmse on these data", "accuracy=1": "the figures are acc, balanced_acc", "acc=0.5,": "such as acc=0.95", "ece=5": "between 0 and 1",
	} {
		if r := gradus(t, dir, "eval", "--fail-under", text); r.code != 2 || !strings.Contains(r.err, want) {
			t.Errorf("--fail-under %s: exit %d, %s", text, r.code, r.err)
		}
	}
	// what was said about each test example, with the line that it is from
	answers, err := os.ReadFile(dir + "/runs/latest/predictions.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(answers)), "\n")
	if len(rows) != 1+36 || !strings.HasPrefix(rows[0], "example,origin,true,prediction,p_") || !strings.HasPrefix(rows[1], "0,wine.csv:") {
		t.Errorf("%d rows of answers:\n%s\n%s", len(rows), rows[0], rows[1])
	}
}
