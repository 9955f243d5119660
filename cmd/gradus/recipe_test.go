package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gradus-nn/gradus/book/recipes"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/session"
)

// A figure outside its band is exit code 4, unless it is that of the best of several runs; inside, and with other settings, it is none.
func TestVerdicts(t *testing.T) {
	dir := t.TempDir()
	line := `{"epoch":1,"train_loss":1.5,"val_acc":0.5}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "metrics.jsonl"), []byte(line), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		low, high float64
		bestOf    int
		changed   bool
		want      string
		code      int
	}{
		{0.4, 0.6, 0, false, "within", 0},
		{0.6, 0.7, 0, false, "outside", exit.Check},
		{0.6, 0.7, 3, false, "outside", 0},
		{0.6, 0.7, 0, true, "changed", 0},
	} {
		r := publishedRun{recipes.Recipe{Name: "r", Claims: []recipes.Claim{{Figure: recipes.LastAccuracy, Low: c.low, High: c.high, BestOf: c.bestOf}}}, c.changed}
		v, err := r.compare(&session.TrainReport{Run: dir})
		if len(v) != 1 || v[0].Verdict != c.want || exit.Code(err) != c.code || *v[0].Have != 0.5 {
			t.Errorf("%+v: %+v, %v", c, v, err)
		}
	}
}
