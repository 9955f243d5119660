package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// quick is a training of MNIST that takes a moment.
var quick = []string{"train", "mnist", "--limit", "2000", "--epochs", "2", "--seed", "7"}

// The transcript that a user sees where the output is no terminal: results on the standard output, one line an epoch on
// the standard error. The numbers are the same on every machine, because the bits are.
func TestTrainTranscript(t *testing.T) {
	dir := t.TempDir()
	r := ok(t, dir, quick...)
	const out = `data     mnist  2,000 train · 10,000 test   784 → 10 classes
model    784 → 128 relu → 10 softmax   101,770 parameters   cross-entropy cost
train    adam, rate 0.004 one-cycle · batch 64 · 2 epochs · seed 7 · THREADS
baseline always "7": 10.28 %  (1028 / 10000)
result   test 88.39 %  (8839 / 10000)   after 2 epochs, TIME
scores   balanced 88.28 % · f1 88.25 % · auc 0.9886
         log loss 0.3974 · brier 0.0885 · probabilities off by 3.00 %, too low
saved    runs/1-mnist-784-128-10
next     gradus eval 1 --top-losses 25    the examples it gets most wrong
         gradus inspect 1                 layers, weights, checksum
`
	const err = `epoch 1/2  train_loss 1.2488  test 85.60 %  (8560 / 10000)  best TIME
epoch 2/2  train_loss 0.3543  test 88.39 %  (8839 / 10000)  best TIME
`
	if have := masked(r.out); have != out {
		t.Errorf("the standard output is\n%swant\n%s", have, out)
	}
	if have := masked(r.err); have != err {
		t.Errorf("the standard error is\n%swant\n%s", have, err)
	}
	if log := read(t, dir, "runs/latest/log.txt"); masked(log) != masked(strings.Replace(out, "result", err+"result", 1)) {
		t.Errorf("log.txt is\n%s", log)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A run folder holds what its documentation promises, and config.yaml repeats the run.
func TestRunFolder(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, append(quick, "--monitor", "all", "--l2", "0.1")...)
	const want = "best.gradus config.yaml confusion.csv data.json env.json last.gradus log.txt metrics.csv metrics.jsonl plots predictions.csv previous.gradus report.html result.json"
	if have := names(t, dir+"/runs/1-mnist-784-128-10"); have != want {
		t.Errorf("the run has %s; want %s", have, want)
	}
	for _, name := range []string{"env.json", "data.json", "result.json"} {
		var v struct{ Schema string }
		if err := json.Unmarshal([]byte(read(t, dir, "runs/latest/"+name)), &v); err != nil || v.Schema == "" {
			t.Errorf("%s: schema %q, %v", name, v.Schema, err)
		}
	}
	table, err := csv.NewReader(strings.NewReader(read(t, dir, "runs/latest/metrics.csv"))).ReadAll()
	if err != nil || len(table) != 3 || strings.Join(table[0][:6], " ") != "epoch step train_loss train_acc val_loss val_acc" || table[1][3] == "" {
		t.Errorf("metrics.csv is %v, %v", table, err)
	}
	if n := strings.Count(read(t, dir, "runs/latest/metrics.jsonl"), "\n"); n != 2 {
		t.Errorf("metrics.jsonl has %d lines; want 2", n)
	}
	confusion, err := csv.NewReader(strings.NewReader(read(t, dir, "runs/latest/confusion.csv"))).ReadAll()
	if err != nil || len(confusion) != 11 || len(confusion[10]) != 11 {
		t.Errorf("confusion.csv is %v, %v", confusion, err)
	}

	ok(t, dir, "train", "runs/1-mnist-784-128-10/config.yaml")
	if a, b := sum(t, dir, "1"), sum(t, dir, "2"); a != b {
		t.Errorf("config.yaml gives %s; the run had %s", b, a)
	}
	first := strings.SplitN(read(t, dir, "runs/1-mnist-784-128-10/config.yaml"), "\n", 2)[1]
	second := strings.SplitN(read(t, dir, "runs/2-mnist-784-128-10/config.yaml"), "\n", 2)[1]
	if first != second {
		t.Errorf("the settings of the repeated run are\n%s, not\n%s", second, first)
	}
	ok(t, dir, "train", "runs/1-mnist-784-128-10/config.yaml", "seed=8", "--name", "other seed/8")
	if a, b := sum(t, dir, "1"), sum(t, dir, "3-other-seed-8"); a == b {
		t.Error("another seed gives the same weights")
	}
}

// Threads and the path of the arithmetic change no bit. The paths are those of the machine.
func TestSameBits(t *testing.T) {
	small := []string{"train", "digits", "--epochs", "2", "--seed", "7", "--layers", "64,40,10"} // the reference takes its time
	for _, c := range []struct{ train, how []string }{
		{quick, []string{"--threads 1", "--threads 2", "--threads 8", "--kernel avx2", "--kernel avx512"}},
		{small, []string{"--threads 1", "--threads 2", "--kernel reference", "--kernel avx2", "--kernel avx512"}},
	} {
		sameBits(t, c.train, c.how)
	}
}

func sameBits(t *testing.T, train, ways []string) {
	dir := t.TempDir()
	want := ""
	for _, how := range ways {
		r := gradus(t, dir, append(train, strings.Fields(how)...)...)
		if r.code == 2 && strings.Contains(r.err, "no path") {
			t.Logf("%q: %s", how, r.err)
			continue
		}
		have := sum(t, dir, "latest")
		if want == "" {
			want = have
		}
		if r.code != 0 || have != want {
			t.Errorf("%q: exit %d, weights %s; want %s\n%s", how, r.code, have, want, r.err)
		}
	}
}

// The environment can choose the path of the arithmetic, too; one that does not exist is refused.
func TestKernelEnvironment(t *testing.T) {
	dir := t.TempDir()
	cmd := command(dir, "train", "iris", "--epochs", "1")
	cmd.Env = append(cmd.Env, "GRADUS_KERNEL=reference")
	if r := finish(t, cmd); r.code != 0 || !strings.Contains(read(t, dir, "runs/latest/env.json"), `"kernel": "reference"`) {
		t.Errorf("GRADUS_KERNEL=reference: exit %d\n%s", r.code, r.err)
	}
	cmd = command(dir, "train", "iris")
	cmd.Env = append(cmd.Env, "GRADUS_KERNEL=mmx")
	if r := finish(t, cmd); r.code != 2 || !strings.Contains(r.err, `no path "mmx"`) {
		t.Errorf("GRADUS_KERNEL=mmx: exit %d, %s", r.code, r.err)
	}
}

// With --json the standard output is exactly one document, with --quiet one line; progress can be JSON as well, or nothing.
func TestForms(t *testing.T) {
	dir := t.TempDir()
	small := []string{"train", "iris", "--epochs", "3"}
	r := ok(t, dir, append(small, "--json")...)
	var report struct {
		Schema string
		Run    string
		Recipe struct{ Epochs int }
		Result struct {
			Status  string
			SHA256  string
			Metrics map[string]float64
		}
	}
	if err := json.Unmarshal([]byte(r.out), &report); err != nil || report.Schema != "gradus.train/1" || report.Result.Status != "finished" || len(report.Result.SHA256) != 64 || report.Recipe.Epochs != 3 {
		t.Errorf("--json: %v, %+v\n%s", err, report, r.out)
	}
	if r := ok(t, dir, append(small, "--quiet")...); strings.Count(r.out, "\n") != 1 || r.err != "" || !strings.HasPrefix(r.out, "test ") {
		t.Errorf("--quiet: %q and %q", r.out, r.err)
	}
	r = ok(t, dir, append(small, "--progress", "json", "--json")...)
	for line := range strings.Lines(r.err) {
		if !json.Valid([]byte(line)) {
			t.Errorf("--progress json: %s", line)
		}
	}
	if n := strings.Count(r.err, "gradus.epoch/1"); n != 3 {
		t.Errorf("--progress json: %d epochs; want 3", n)
	}
	if r := ok(t, dir, append(small, "--progress", "none")...); r.err != "" || r.out == "" {
		t.Errorf("--progress none: %q on the standard error", r.err)
	}
	for _, file := range []string{"eval", "inspect latest", "predict latest --index 1", "runs ls", "data ls", "version", "doctor"} {
		r := ok(t, dir, append(strings.Fields(file), "--json")...)
		var v struct{ Schema string }
		if err := json.Unmarshal([]byte(r.out), &v); err != nil || !strings.HasPrefix(v.Schema, "gradus.") {
			t.Errorf("%s --json: %v\n%s", file, err, r.out)
		}
	}
}

// The recipes of the books are a matter of flags: names of Nielsen and Saito, sizes or words, with and without dashes.
func TestRecipes(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args  []string
		model string // a part of the lines about network and training
	}{
		{[]string{"--layers", "784,50,10", "--act", "sigmoid", "--init", "normal:0.01", "--opt", "sgd", "lr=0.1", "--batch", "100", "--iters", "30", "--replacement"},
			"784 → 50 sigmoid → 10 softmax   39,760 parameters   cross-entropy cost\ntrain    sgd, rate 0.1 · batch 100 drawn with replacement · 30 steps"},
		{[]string{"--layers", "[784, 30, 10]", "--act", "sigmoid", "--loss", "quadratic", "--init", "large", "--opt", "sgd", "--eta", "3", "--mini_batch_size", "10", "--epochs", "1", "--split", "nielsen"},
			"784 → 30 sigmoid → 10 sigmoid   23,860 parameters   quadratic cost\ntrain    sgd, rate 3 · batch 10 · 1 epochs"},
		{[]string{"--layers", "784-30-10", "--act", "sigmoid", "--output", "sigmoid", "--cost", "cross-entropy", "--init", "nielsen", "--opt", "sgd", "--eta", "0.5", "--lmbda", "5", "--epochs", "1"},
			"784 → 30 sigmoid → 10 sigmoid   23,860 parameters   cross-entropy of each output\ntrain    sgd, rate 0.5 · L2 5 (nielsen)"},
		{[]string{"--layers", "dense 20 relu, residual(dense 20 tanh), dense 10 sigmoid", "--epochs", "1"},
			"784 → 20 relu → residual → 10 sigmoid"},
		{[]string{"optimizer=momentum", "learning_rate=0.05", "momentum=0.8", "weight_decay=1e-4", "l2-style=saito", "epochs=1", "schedule=warm-up:5:cosine", "clip=1"},
			"momentum, rate 0.05 warm-up:5:cosine · momentum 0.8 · L2 0.0001 (saito) · clip 1"},
	} {
		r := ok(t, dir, append([]string{"train", "--limit", "500"}, c.args...)...)
		if !strings.Contains(r.out, c.model) {
			t.Errorf("%q:\n%swant %s", c.args, r.out, c.model)
		}
		ok(t, dir, "eval", "--part", "train", "--top", "3")
	}
	// Nielsen's large weights cover the biases.
	if text := read(t, dir, "runs/2-mnist-784-30-10/config.yaml"); !strings.Contains(text, "dense 30 init=large bias-init=normal:1 sigmoid, dense 10 init=large bias-init=normal:1 sigmoid") {
		t.Errorf("the layers with large weights are\n%s", text)
	}
}

// A batch that is larger than the data, or no divisor of it, is no mistake.
func TestBatchSizes(t *testing.T) {
	dir := t.TempDir()
	if r := ok(t, dir, "train", "iris", "--epochs", "1", "--batch", "1000"); !strings.Contains(r.err, "a batch of 1000 is more than the 120 examples: every epoch is one step") {
		t.Errorf("a large batch is not mentioned: %s", r.err)
	}
	ok(t, dir, "train", "iris", "--epochs", "1", "--batch", "7")
	ok(t, dir, "train", "iris", "--epochs", "1", "--batch", "1", "--threads", "16")
}

// What cannot work is said in words, and what ceases to be a number ends the training: with the step and the layer, exit
// code 1, and the last good weights kept.
func TestDivergence(t *testing.T) {
	dir := t.TempDir()
	r := gradus(t, dir, "train", "linear", "--opt", "sgd", "--lr", "1e20", "--epochs", "5")
	if r.code != 1 || !strings.Contains(r.err, "is not finite") || !strings.Contains(r.err, "layer") || !strings.Contains(r.err, "lower learning rate") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	if r := gradus(t, dir, "eval", "latest"); r.code == 0 && strings.Contains(r.out, "NaN") {
		t.Errorf("what was kept are no numbers:\n%s", r.out)
	}
	if r := ok(t, dir, "runs", "ls"); !strings.Contains(r.out, "failed") {
		t.Errorf("runs ls does not tell that the run failed:\n%s", r.out)
	}
	r = ok(t, dir, "train", "digits", "--opt", "sgd", "--lr", "1e-7", "--epochs", "8")
	if !strings.Contains(r.err, "warn ") {
		t.Errorf("no warning about a learning rate of 1e-7:\n%s", r.err)
	}
}
