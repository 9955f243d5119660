package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Saito's two-layer net: four tensors, all 39,760 parameters, at 1e-7 or better.
func TestCheckRecipe(t *testing.T) {
	var report checkReport
	if err := json.Unmarshal([]byte(ok(t, t.TempDir(), "check", "--recipe", "saito-ch4", "--json").out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Checked != 39760 || len(report.Tensors) != 4 || report.Verdict != "ok" {
		t.Errorf("%d parameters of %d tensors are %s", report.Checked, len(report.Tensors), report.Verdict)
	}
	for _, x := range report.Tensors {
		if x.Relative == nil || !(*x.Relative <= 1e-7) {
			t.Errorf("%s: relative error %v", x.Name, x.Relative)
		}
	}
	if len(report.Before) < 4 {
		t.Errorf("before training: %v", report.Before)
	}
	for _, f := range report.Before {
		if !f.OK {
			t.Errorf("%s: %s", f.Name, f.Says)
		}
	}
}

// A deeper network is sampled, and a small data set checked whole.
func TestCheckNetworks(t *testing.T) {
	dir := t.TempDir()
	r := ok(t, dir, "check", "--data", "iris", "--layers", "4,8,8,3", "--act", "tanh", "--l2", "0.1")
	for _, part := range []string{"network  4 → 8 tanh → 8 tanh → 3 softmax", "layer4.W  8x3", "before training"} {
		if !strings.Contains(r.out, part) {
			t.Errorf("want %q in\n%s", part, r.out)
		}
	}
	if r := ok(t, dir, "check", "--data", "iris", "--init", "uniform:0:1"); !strings.Contains(r.out, "one-sided initialisation") {
		t.Errorf("%s", r.out)
	}
}

// Gradients from elsewhere: right ones end with 0, wrong ones with 4 and a name, files that are none with 3.
func TestCheckFile(t *testing.T) {
	dir := t.TempDir()
	const file = `{"W1": [[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]], "x": [[0.6, 0.9]], "t": [2],
		"grads": {"W1": [[0.21924757, 0.14356243, -0.36281], [0.32887136, 0.21534364, -0.544215]]}}`
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("right.json", file)
	write("wrong.json", strings.Replace(file, `"t": [2]`, `"t": [2], "loss": "quadratic", "output": "softmax"`, 1))
	write("other.txt", "not a gradient")
	write("empty", "")
	if r := ok(t, dir, "check", "right.json"); !strings.Contains(r.out, "W1      2x3") {
		t.Errorf("%s", r.out)
	}
	r := gradus(t, dir, "check", "wrong.json")
	if r.code != 4 || !strings.Contains(r.out, "the gradient of another loss in W1") || !strings.Contains(r.err, "1 of 1 gradients are wrong") {
		t.Errorf("%d\n%s%s", r.code, r.out, r.err)
	}
	for _, args := range [][]string{{"other.txt"}, {"empty"}, {"."}, {"none.json"}} {
		if r := gradus(t, dir, append([]string{"check"}, args...)...); r.code != 3 && r.code != 1 || r.out != "" || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%v: %d\n%s%s", args, r.code, r.out, r.err)
		}
	}
	for _, args := range [][]string{{"a", "b"}, {"right.json", "--layers", "2,3"}, {"--recipe", "none"}, {"--zoo", "right.json"}, {"--batch", "0"}, {"--tolerance", "NaN"}} {
		if r := gradus(t, dir, append([]string{"check"}, args...)...); r.code != 2 || r.out != "" {
			t.Errorf("%v: %d\n%s%s", args, r.code, r.out, r.err)
		}
	}
}

// The zoo's table.
func TestCheckZoo(t *testing.T) {
	r := ok(t, t.TempDir(), "check", "--zoo")
	if !strings.HasPrefix(r.out, "bug") || !strings.Contains(r.out, "`/2*h`") {
		t.Errorf("%s", r.out)
	}
}
