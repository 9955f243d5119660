package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/model"
)

// A network that begins with the weights of a model keeps them all but for the head, which begins anew where the classes are others:
// the rest is the model's, bit for bit, the recipe says so, and repeats and goes on with the same weights.
func TestNewHead(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "moons", "--epochs", "3", "--name", "first", "--quiet")
	r := ok(t, dir, "train", "spiral", "--from", "1", "--freeze", "all-but-last", "--epochs", "2", "--name", "second", "--progress", "none")
	for _, line := range []string{
		"model    2 → 32 relu → 3 softmax   195 parameters   cross-entropy cost\n",
		"head     layer2 begins anew, drawn by the seed: the model has 2 classes, these data have 3\n",
		"frozen   layer0   99 of 195 parameters learn\n",
	} {
		if !strings.Contains(r.out, line) {
			t.Errorf("no line %qin\n%s", line, r.out)
		}
	}
	before, after := params(t, dir, "runs/1-first"), params(t, dir, "runs/2-second")
	if before["layer0.W"] != after["layer0.W"] || before["layer0.b"] != after["layer0.b"] {
		t.Error("the layer before the head has other weights than the model's")
	}

	const config = "runs/2-second/config.yaml"
	if !strings.Contains(read(t, dir, config), "new-head: true") {
		t.Errorf("the recipe does not say that the head began anew:\n%s", read(t, dir, config))
	}
	ok(t, dir, "train", config, "--name", "again", "--quiet")
	want := sum(t, dir, "2")
	if have := sum(t, dir, "3"); have != want {
		t.Errorf("config.yaml gives weights %s, want %s", have, want)
	}
	for _, saved := range []string{"last.gradus", "best.gradus", "previous.gradus"} { // as if stopped before the first was written
		os.Remove(filepath.Join(dir, "runs/3-again", saved))
	}
	if r := ok(t, dir, "train", "--resume", "3"); sum(t, dir, "3") != want || !strings.Contains(r.out, "head     layer2 begins anew") {
		t.Errorf("begun again, the run ends with weights %s, want %s\n%s", sum(t, dir, "3"), want, r.out)
	}
	ok(t, dir, "train", config, "seed=1", "--name", "other", "--quiet")
	if other := params(t, dir, "runs/4-other"); other["layer2.W"] == after["layer2.W"] || other["layer0.W"] != before["layer0.W"] {
		t.Error("another seed draws the same head, or another layer before it")
	}
}

// The head is kept where the classes are the model's, and where somebody wants it; it goes with its loss where the task is another one.
func TestWhichHead(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, class func(i int) string) {
		text := "a,b,y\n"
		for i := range 60 {
			text += strings.Join([]string{string('0' + rune(i%10)), string('0' + rune(i/6)), class(i)}, ",") + "\n"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("low.csv", func(i int) string { return []string{"low", "high"}[i%10/5] })
	write("red.csv", func(i int) string { return []string{"red", "blue"}[i%10/5] })
	write("number.csv", func(i int) string { return string('0'+rune(i%10)) + "." + string('0'+rune(i/6)) })
	turned := strings.Replace(read(t, dir, "low.csv"), "a,b,", "b,a,", 1)
	if err := os.WriteFile(filepath.Join(dir, "turned.csv"), []byte(turned), 0o666); err != nil {
		t.Fatal(err)
	}
	ok(t, dir, "train", "low.csv", "--target", "y", "--epochs", "2", "--name", "first", "--quiet")
	const anew = "head     layer2 begins anew, drawn by the seed: "
	for _, c := range []struct {
		args string
		code int
		says string
		head bool // begins anew
	}{
		{"low.csv", 0, "from     runs/1-first/", false},
		{"low.csv --new-head", 0, anew + "as asked\n", true},
		{"red.csv", 0, anew + "the model's classes are high, low; here they are blue, red\n", true},
		{"red.csv --new-head=false", 0, "model    2 → 32 relu → 2 softmax", false},
		{"number.csv", 0, "model    2 → 32 relu → 1   129 parameters   mse cost\n", true},
		{"number.csv --new-head=false", 2, "the model was trained on a task of another kind; --new-head begins its last layer anew", false},
		{"low.csv --freeze 0,2", 2, "leaves no layer to learn", false},
		{"turned.csv", 0, "warn     the columns of turned.csv are b, a; the model's first layer was trained on a, b\n", false},
		{"red.csv --freeze 0,2", 2, "layer 2 is the head, which begins anew", false},
	} {
		args := append([]string{"train", "--from", "1", "--target", "y", "--epochs", "1"}, strings.Fields(c.args)...)
		r := gradus(t, dir, args...)
		if r.code != c.code || !strings.Contains(r.out+r.err, c.says) || strings.Contains(r.out, anew) != c.head {
			t.Errorf("gradus %q: exit %d, want %d and %q\n%s%s", args, r.code, c.code, c.says, r.out, r.err)
		}
	}
	for args, says := range map[string]string{
		"iris --from 1":   "which takes 2 numbers an example; iris train has 4",
		"iris --new-head": "--new-head is for a network that begins with the weights of another",
	} {
		r := gradus(t, dir, append([]string{"train"}, strings.Fields(args)...)...)
		if r.code != 2 || !strings.Contains(r.err, says) {
			t.Errorf("gradus train %s: exit %d, %s; want %q", args, r.code, r.err, says)
		}
	}
}

// params are the weights of a run's last model, as bytes.
func params(t *testing.T, dir, run string) map[string]string {
	t.Helper()
	m, err := model.Load(filepath.Join(dir, run, "last.gradus"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, p := range m.Params {
		all[p.Name] = string(p.Data)
	}
	return all
}
