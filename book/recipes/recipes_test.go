package recipes_test

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/book/recipes"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/session"
)

// fashion is where the images of clothes are, if somebody has put them beside the repository.
const fashion = "../../../shared/data/fashion-mnist"

// run trains by a recipe, the way that gradus train --recipe does, and judges it.
func run(t *testing.T, r recipes.Recipe, seed uint64) []recipes.Outcome {
	t.Helper()
	q, err := r.Request()
	if err != nil {
		t.Fatal(err)
	}
	if q.Seed = &seed; r.Data != "" {
		folder := fashion
		q.Data = &folder
	}
	report, err := session.Train(t.Context(), session.TrainOptions{
		Request: q, Root: t.TempDir(), Out: io.Discard, Progress: progress.Config{Mode: progress.None, To: io.Discard},
	})
	if err != nil {
		t.Fatalf("%s: %v", r.Name, err)
	}
	outcomes, err := r.Judge(report.Run)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if !o.Within() && o.BestOf == 0 {
			t.Errorf("%s, seed %d: %s is %.4f, want %s (published %s)", r.Name, seed, o.Figure, o.Have, o.Band(), o.Published)
		}
	}
	return outcomes
}

// The two that are done soonest; the others take GRADUS_LONG=1.
func TestShortRecipes(t *testing.T) {
	for _, name := range []string{"saito-ch6-opt-momentum", "saito-ch4-relu"} {
		r, err := recipes.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		run(t, r, 0)
	}
}

// Every recipe with three seeds. With -v it prints the rows of docs/recipes.md.
func TestAllRecipes(t *testing.T) {
	if os.Getenv("GRADUS_LONG") == "" {
		t.Skip("takes 20 minutes on two cores; GRADUS_LONG=1 runs it")
	}
	slowest, others := math.Inf(1), 0.0 // the smallest loss of plain descent, and the largest of the other optimisers
	for _, r := range recipes.All() {
		t.Run(r.Name, func(t *testing.T) {
			if _, err := os.Stat(fashion); r.Data != "" && err != nil {
				t.Skipf("needs %s", r.Data)
			}
			have, best := make([][]string, len(r.Claims)), make([]float64, len(r.Claims))
			for seed := range uint64(3) {
				for i, o := range run(t, r, seed) {
					have[i] = append(have[i], fmt.Sprintf("%.4f", o.Have))
					best[i] = max(best[i], o.Have)
					switch {
					case r.Name == "saito-ch6-opt-sgd":
						slowest = min(slowest, o.Have)
					case strings.HasPrefix(r.Name, "saito-ch6-opt-"):
						others = max(others, o.Have)
					}
				}
			}
			for i, c := range r.Claims {
				if o := (recipes.Outcome{Claim: c, Have: best[i]}); c.BestOf == 3 && !o.Within() {
					t.Errorf("%s: the best of three is %.4f, want %s (published %s)", r.Name, o.Have, o.Band(), o.Published)
				}
				t.Logf("| `%s` | %s | %s | %s | %s | %s |", r.Name, c.Figure, c.Published, c.Source, c.Band(), strings.Join(have[i], ", "))
			}
		})
	}
	if !(slowest > others) {
		t.Errorf("plain descent ends at a loss of %v, another optimiser at %v; want plain descent the worst", slowest, others)
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range recipes.All() {
		if seen[r.Name] {
			t.Errorf("two recipes are called %s", r.Name)
		}
		seen[r.Name] = true
		q, err := r.Request()
		if err != nil {
			t.Error(err)
		} else if (q.Data == nil) != (r.Data != "") {
			t.Errorf("%s: data are named here and there, or nowhere", r.Name)
		}
		for _, c := range r.Claims {
			if c.Published == "" || c.Source == "" || !(c.Low < c.High) {
				t.Errorf("%s: claim %+v", r.Name, c)
			}
		}
	}
	if _, err := recipes.ByName("saito-ch5"); err == nil || !strings.Contains(err.Error(), "saito-ch4-relu") {
		t.Errorf("error %v", err)
	}
}

// A run whose figures are known: 0.91 at first, 0.97 at best, 0.96 and a loss of 0.25 at the end.
func TestJudge(t *testing.T) {
	dir := t.TempDir()
	lines := `{"epoch":1,"step":10,"train_loss":0.5,"val_acc":0.91}
{"epoch":2,"step":20,"train_loss":null,"val_acc":0.97}
{"epoch":3,"step":30,"train_loss":0.25,"val_acc":0.96}
`
	if err := os.WriteFile(filepath.Join(dir, "metrics.jsonl"), []byte(lines), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		figure    recipes.Figure
		low, high float64
		have      float64
		within    bool
	}{
		{recipes.FirstAccuracy, 0.9, 1, 0.91, true},
		{recipes.BestAccuracy, 0.98, 1, 0.97, false},
		{recipes.LastAccuracy, 0.9, 0.95, 0.96, false},
		{recipes.LastLoss, 0.25, 0.25, 0.25, true},
	} {
		r := recipes.Recipe{Claims: []recipes.Claim{{Figure: c.figure, Low: c.low, High: c.high}}}
		o, err := r.Judge(dir)
		if err != nil || len(o) != 1 || o[0].Have != c.have || o[0].Within() != c.within {
			t.Errorf("%s: %+v, error %v", c.figure, o, err)
		}
	}
	r := recipes.Recipe{Claims: []recipes.Claim{{Figure: recipes.LastLoss, High: 0.6}, {Figure: recipes.LastAccuracy, High: 1}}}
	if err := os.WriteFile(filepath.Join(dir, "metrics.jsonl"), []byte(`{"epoch":1,"train_loss":null}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if o, err := r.Judge(dir); err != nil || o[0].Within() || o[1].Within() {
		t.Errorf("figures that are not there: %+v, error %v", o, err)
	}
	if o := (recipes.Outcome{Claim: recipes.Claim{High: 1}, Have: math.NaN()}); o.Within() {
		t.Error("NaN is within a band")
	}
	if _, err := (recipes.Recipe{}).Judge(t.TempDir()); err == nil {
		t.Error("a folder without a run was judged")
	}
}
