package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/runs"
)

// Wrong command lines of the commands that search and compare: one sentence, the right exit code, nothing left behind.
func TestSearchWrongInput(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"space.yaml": "space:\n  lr: 1e-4:1e-1\n", "twice.yaml": "space:\n  lr: 1e-4:1e-1\n  learning-rate: 1\n", "seed.yaml": "space:\n  seed: 1|2\n",
		"type.yaml": "space: 7\n", "form.yaml": "gradus-tune: 99\n", "unknown.yaml": "space:\n  lr: 1e-3\nsettings:\n  data: iris\n  speed: 3\n",
		"deep.yaml": "space:\n  lr: " + strings.Repeat("[", 100_000) + "\n", "many.yaml": "space:\n  lr: &a [1, 2]\n  batch: &b [*a, *a]\n  l2: [*b, *b]\n",
		"range.yaml": "space:\n  opt: 1:2\n", "picture.svg": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before := names(t, dir)
	for _, c := range []struct {
		line string
		code int
		want string
	}{
		{"tune nowhere", 3, `there is no set "nowhere"`},
		{"tune iris --trials 0", 2, "--trials is 0; want 1 to 100000"},
		{"tune iris --trials many", 2, "want a whole number"},
		{"tune iris --method grid", 2, `--method is "grid"; want halving`},
		{"tune iris --lr 1:0.1", 2, `--lr is "1:0.1": the first number must be the smaller one`},
		{"tune iris --lr a|b", 2, `lr is "a"; want a number`},
		{"tune iris --lr -1:1", 2, "lr is -"},
		{"tune iris --lr 0:1:log", 2, "begins above 0"},
		{"tune iris --batch 1.5:3", 2, "its ends must be whole"},
		{"tune iris --seed 1|2", 2, "--seed cannot be searched"},
		{"tune iris --val 0.1:0.2", 2, "--val cannot be searched"},
		{"tune iris --opt adam||sgd", 2, "an empty choice"},
		{"tune iris --layers 0|3", 2, "has a layer of 0 units"},
		{"tune iris --method halving --epochs 10|20", 2, "--method is halving, which needs one number of epochs"},
		{"tune iris --lr 1e-3:1e-1 --lr 1e-2:1", 2, "--lr is given twice"},
		{"tune iris --parallel 0", 2, "--parallel is 0"},
		{"tune iris --space nowhere.yaml", 3, "nowhere.yaml: no such file"},
		{"tune space.yaml --space space.yaml", 2, "two files with a space"},
		{"tune iris --space twice.yaml", 3, "learning-rate is no setting that can be searched"},
		{"tune iris --space seed.yaml", 3, "seed cannot be searched"},
		{"tune iris --space type.yaml", 3, "type.yaml: line 1"},
		{"tune iris --space form.yaml", 3, "use a newer gradus"},
		{"tune iris --space range.yaml", 3, "it is no number and has no range"},
		{"tune iris --space deep.yaml", 3, "deep.yaml: line 2: lists within lists, more than 100 deep"},
		{"train deep.yaml", 3, "deep.yaml: line 2: lists within lists, more than 100 deep"},
		{"tune iris --space many.yaml", 3, "many.yaml: batch is neither a value, nor a range"},
		{"tune unknown.yaml", 3, `unknown.yaml: line 5, column 3: unknown field "speed"`},
		{"tune --resume", 3, "there is no run in runs yet"},
		{"tune --resume --lr 1", 2, "--lr cannot change when a run is resumed"},
		{"tune --resume --method random", 2, "--method cannot change when a run is resumed"},

		{"lr-find nowhere", 3, `there is no set "nowhere"`},
		{"lr-find iris --range 1", 2, `--range is "1"; want two rates above 0`},
		{"lr-find iris --range 1:0.1", 2, `--range is "1:0.1"; want two rates above 0, the smaller first`},
		{"lr-find iris --range 0:1", 2, "want two rates above 0"},
		{"lr-find iris --steps 3", 2, "--steps is 3; want 20 or more"},
		{"lr-find iris -o x.gif", 2, "want a name that ends in .svg or .png"},
		{"lr-find iris -o picture.svg", 2, "picture.svg exists; --yes replaces it"},

		{"diff 1", 2, "want two models or runs"},
		{"diff 1 2", 3, "1 is neither a file nor a run"},
		{"config nowhere", 3, `there is no set "nowhere"`},
		{"config iris --lr 0", 2, "gradus config: --lr is 0; want a number above 0"},
		{"config a b", 2, "gradus config takes one DATA"},
		{"runs show", 3, "there is no run in runs yet"},
		{"runs show 7/3", 3, `no run is called "7/3"`},
		{"runs compare 1", 2, "want two runs or more"},
		{"runs compare 1 2", 3, `no run is called "1"`},
		{"runs rm", 2, "which runs?"},
		{"runs rm 3", 3, `no run is called "3"`},
		{"runs rm .", 2, "is no run in runs, and nothing else is removed"},
		{"runs rm / --yes", 2, "is no run in runs, and nothing else is removed"},
	} {
		args := strings.Fields(c.line)
		r := gradus(t, dir, args...)
		if r.code != c.code || !strings.Contains(r.err, c.want) || r.out != "" {
			t.Errorf("gradus %s: exit %d, %q, %q on the standard output; want exit %d and %q", c.line, r.code, r.err, r.out, c.code, c.want)
		}
		checkSentence(t, r, args...)
	}
	if after := names(t, dir); after != before {
		t.Errorf("the folder held %s and holds %s", before, after)
	}
	for _, line := range []string{"tune", "lr-find", "diff", "config", "runs show", "runs compare", "runs rm"} {
		r := ok(t, dir, append([]string{"help"}, strings.Fields(line)...)...)
		for l := range strings.Lines(r.out) {
			if n := len([]rune(strings.TrimRight(l, "\n"))); n > columns {
				t.Errorf("gradus help %s: a line of %d columns: %s", line, n, l)
			}
		}
	}
}

// What gradus config prints is a file that gradus train takes, and that gives the weights that train would have given.
func TestConfig(t *testing.T) {
	dir := t.TempDir()
	args := []string{"iris", "--lr", "0.003", "--epochs", "3"}
	r := ok(t, dir, append([]string{"config"}, args...)...)
	for _, want := range []string{"lr: 0.003 +# flag", "batch: 32 +# data", "opt: adam +# default", "epochs: 3 +# flag", "data: iris +# flag", "schedule: constant +# default"} {
		if !matches(want, r.out) {
			t.Errorf("no line %q in\n%s", want, r.out)
		}
	}
	if err := os.WriteFile(dir+"/my.yaml", []byte(r.out), 0o666); err != nil {
		t.Fatal(err)
	}
	ok(t, dir, append([]string{"train"}, args...)...)
	ok(t, dir, "train", "my.yaml")
	if a, b := sum(t, dir, "1"), sum(t, dir, "2"); a != b {
		t.Errorf("from the command line %s, from the file %s", a, b)
	}
	r = ok(t, dir, "config", "1", "--batch", "16")
	for _, want := range []string{"lr: 0.003 +# runs/1-iris-4-32-3/config.yaml", "batch: 16 +# flag"} {
		if !matches(want, r.out) {
			t.Errorf("no line %q in\n%s", want, r.out)
		}
	}
	var document struct {
		Schema   string
		Settings []setting
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "config", "--recipe", "nielsen-ch3-l2", "--json").out), &document); err != nil || document.Schema != "gradus.config/1" {
		t.Fatalf("%+v, %v", document, err)
	}
	for _, s := range document.Settings {
		if s.Name == "l2" && s.From != "recipe nielsen-ch3-l2" {
			t.Errorf("%+v", s)
		}
	}
}

// Two runs differ in what was asked for, and in their weights; a run differs from itself in nothing.
func TestDiffAndCompare(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "iris", "--epochs", "3", "--seed", "1")
	ok(t, dir, "train", "iris", "--epochs", "3", "--seed", "1", "--lr", "0.01")
	ok(t, dir, "train", "iris", "--epochs", "3", "--seed", "1", "--layers", "4,16,3")
	r := ok(t, dir, "diff", "1", "1", "--exit-code")
	if !strings.Contains(r.out, "weights  the same, bit for bit") {
		t.Errorf("%s", r.out)
	}
	if r := gradus(t, dir, "diff", "1", "2", "--exit-code", "--part", "test"); r.code != 4 || !matches(`settings lr: 0.004 \| 0.01`, r.out) ||
		!matches(`layer0.W +4×32 +\d+ of 128`, r.out) || !matches(`answers +iris test +30 examples`, r.out) {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if r := ok(t, dir, "diff", "1", "3"); !matches(`layers +layer 0: dense 32 init=he \| dense 16 init=he`, r.out) || !matches(`layer0.W +4×32 \| 4×16`, r.out) {
		t.Errorf("%s", r.out)
	}

	r = ok(t, dir, "runs", "compare", "1", "2", "-o", "curves.svg")
	if !matches(`run +result +epochs +time +lr +schedule\n1-iris-4-32-3 .* 0.004 +one-cycle\n2-iris-4-32-3 .* 0.01 +constant\nthe other \d+ settings are the same`, r.out) || r.err != "wrote    curves.svg\n" {
		t.Errorf("%s%s", r.out, r.err)
	}
	if svg := read(t, dir, "curves.svg"); !strings.Contains(svg, "1-iris-4-32-3") || !strings.Contains(svg, "2-iris-4-32-3") {
		t.Error("the picture does not name both runs")
	}
	ok(t, dir, "train", "iris", "--epochs", "3", "--seed", "2")
	if r := ok(t, dir, "runs", "compare", "1", "4"); !strings.Contains(r.err, "not judged by the same examples") {
		t.Errorf("another seed is another division, but: %s", r.err)
	}
	if r := ok(t, dir, "runs", "show", "2"); !matches(`settings data +iris`, r.out) || !matches(`lr +0.01`, r.out) || !matches(`files +best.gradus`, r.out) {
		t.Errorf("%s", r.out)
	}
	if r := ok(t, dir, "__complete", "eval", "2"); !strings.HasPrefix(r.out, "2-iris-4-32-3\n") {
		t.Errorf("completion of 2 is %q", r.out)
	}
	if r := ok(t, dir, "__complete", "train", "--resume", ""); !strings.HasPrefix(r.out, "latest\n1-iris-4-32-3\n") {
		t.Errorf("completion of train --resume is %q", r.out)
	}
}

// What is removed is gone with its name; latest leads to what is left; what is being trained, and what is no run, stays.
func TestRunsRm(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		ok(t, dir, "train", "iris", "--epochs", "1")
	}
	if r := gradus(t, dir, "runs", "rm", "2"); r.code != 2 || !strings.Contains(r.err, "--yes removes 1 without a question") {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
	if r := gradus(t, dir, "runs", "rm", "2", "9", "--yes"); r.code != 3 {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
	unlock, err := (&runs.Run{Dir: dir + "/runs/2-iris-4-32-3"}).Lock()
	if err != nil {
		t.Fatal(err)
	}
	if r := gradus(t, dir, "runs", "rm", "2", "--yes"); r.code != 1 || !strings.Contains(r.err, "is writing to this folder") {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
	unlock()
	if have := names(t, dir+"/runs"); have != ".lock 1-iris-4-32-3 2-iris-4-32-3 3-iris-4-32-3 latest" && have != "1-iris-4-32-3 2-iris-4-32-3 3-iris-4-32-3 latest" {
		t.Errorf("runs has %s", have)
	}
	ok(t, dir, "runs", "rm", "latest", "1", "--yes")
	if r := ok(t, dir, "runs", "ls"); strings.Count(r.out, "\n") != 2 || !strings.Contains(r.out, "2-iris") {
		t.Errorf("%s", r.out)
	}
	ok(t, dir, "eval") // the latest is run 2 now
	ok(t, dir, "runs", "rm", "2", "--yes")
	if found, _ := filepath.Glob(dir + "/runs/*"); len(found) > 0 {
		t.Errorf("left behind: %v", found)
	}
}

func TestLRFind(t *testing.T) {
	dir := t.TempDir()
	r := ok(t, dir, "lr-find", "digits", "-o", "rates.svg")
	if !matches(`range +adam, \d+ steps of 32 examples`, r.out) || !matches(`rate +0.0\d+ `, r.out) || !matches(`usual +gradus train takes 0.004 at the height of a one-cycle schedule`, r.out) {
		t.Errorf("%s", r.out)
	}
	if have := names(t, dir); have != "rates.svg" {
		t.Errorf("it left %s", have)
	}
	var report struct {
		Schema string
		Rate   float64
		Smooth []float64
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "lr-find", "iris", "--json").out), &report); err != nil || report.Schema != "gradus.lr-find/1" || report.Rate <= 0 || len(report.Smooth) < 20 {
		t.Errorf("%+v, %v", report, err)
	}
	if r := ok(t, dir, "lr-find", "iris"); !strings.Contains(r.out, "Range test") {
		t.Errorf("no curve in the terminal:\n%s", r.out)
	}
}

// matches reports whether some lines of a text are as the expression says.
func matches(expression, text string) bool {
	return regexp.MustCompile("(?m)" + expression).MatchString(text)
}

// A dry run shows what a training would show before it begins, and leaves nothing.
func TestDryRun(t *testing.T) {
	dir := t.TempDir()
	r := ok(t, dir, "train", "iris", "--lr", "0.01", "--dry-run")
	if !matches(`data +iris`, r.out) || !matches(`train +adam, rate 0.01`, r.out) || !matches(`dry run +loss of a batch 0\.5555, after a step 0\.4538 · 4 steps an epoch`, r.out) {
		t.Errorf("%s", r.out)
	}
	if have := names(t, dir); have != "" {
		t.Errorf("it left %s", have)
	}
	if r := gradus(t, dir, "train", "--dry-run", "--resume"); r.code != 2 || !strings.Contains(r.err, "--dry-run tries a new training") {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
	if r := gradus(t, dir, "train", "iris", "--dry-run", "--layers", "4,3,2"); r.code != 2 {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
}
