package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// Every wrong command line and every bad input is answered by one sentence, the right exit code, and nothing on the
// standard output; and it leaves nothing behind.
func TestWrongInput(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/folder", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(dir+"/fifo", 0o666); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"empty.gradus": "", "text.gradus": "this is no model\n", "-dash.gradus": "x", "text.png": "no picture",
		"bad.yaml": "lr: [1\n", "unknown.yaml": "data: iris\nlearning: 3\n", "type.yaml": "data: iris\nbatch: many\n",
		"value.yaml": "data: iris\nlr: -3\n", "newer.yaml": "gradus: 99\n", "big.yaml": strings.Repeat("# long\n", 200_000),
	}
	for name, text := range files {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before := names(t, dir)
	for _, c := range []struct {
		line string // words apart by spaces
		code int
		want string // a part of the sentence
	}{
		{"foo", 2, `unknown command "foo"`},
		{"trian", 2, `did you mean gradus train?`},
		{"help foo", 2, `unknown command "foo"`},
		{"runs lst", 2, `unknown command "lst"; did you mean gradus runs ls?`},
		{"data", 2, "want a command: gradus data ls"},
		{"version x", 2, `gradus version takes no "x"`},
		{"completion", 2, "want one of bash, zsh, fish, powershell"},
		{"completion tcsh", 2, `no script for "tcsh"`},
		{"train --epocs 3", 2, "unknown flag --epocs; did you mean --epochs?"},
		{"train --lern-rate 3", 2, "unknown flag --lern-rate"},
		{"train -epochs 3", 2, "unknown flag -epochs; did you mean --epochs?"},
		{"train epocs=3", 2, `no setting is called "epocs"; did you mean epochs=VALUE?`},
		{"train --color blue", 2, "want auto, always or never"},
		{"train --progress foo", 2, "want auto, bar, lines, json or none"},

		{"train --lr 1 --eta 2", 2, "--lr is given twice, as 1 and as 2"},
		{"train --l2 1 --weight-decay 2", 2, "--l2 is given twice"},
		{"train lr=1 eta=2", 2, "--lr is given twice"},
		{"train mnist --data iris", 2, "two data sets, mnist and --data iris"},
		{"train a b", 2, `takes one DATA, FOLDER or config.yaml, have ["a" "b"]`},
		{"train --resume=3 4", 2, "two runs to resume, 3 and 4"},
		{"train --resume --lr 3", 2, "--lr cannot change when a run is resumed"},
		{"train --val 0.1 --split nielsen", 2, "holds out 10,000 examples already"},
		{"train --opt adam --momentum .5", 2, "adam has none"},
		{"train --opt adamw --l2-style saito", 2, "no meaning with adamw"},
		{"train --act tanh --layers dense-3", 2, "leave --act out"},
		{"train iris --loss binary-cross-entropy --output softmax", 2, "has a sigmoid output"},

		{"train --lr", 2, "--lr needs a value"},
		{"train --lr 0", 2, "--lr is 0; want a number above 0"},
		{"train --lr -1", 2, "--lr is -1; want a number above 0"},
		{"train --lr NaN", 2, "--lr is NaN; want a number above 0"},
		{"train --lr Inf", 2, "--lr is +Inf, more than a float32 holds"},
		{"train --lr 1e308", 2, "--lr is 1e+308, more than a float32 holds"},
		{"train --lr 1e999", 2, "--lr is +Inf, more than a float32 holds"},
		{"train --lr 0,1", 2, `--lr is "0,1"; want a number`},
		{"train eta=0", 2, "--lr is 0; want a number above 0"},
		{"train --batch 0", 2, "--batch is 0; want 1 or more"},
		{"train --batch -5", 2, "--batch is -5; want 1 or more"},
		{"train --batch 7.5", 2, `--batch is "7.5"; want a whole number`},
		{"train --epochs 0", 2, "--epochs is 0; want 1 or more"},
		{"train --epochs 99999999999999999999", 2, "want a whole number"},
		{"train --iters 0", 2, "--iters is 0; want 1 or more"},
		{"train --threads 0", 2, "--threads is 0; want 1 to 1024"},
		{"train --threads 1000000", 2, "--threads is 1000000; want 1 to 1024"},
		{"train --seed 18446744073709551616", 2, "want a whole number from 0 to 18446744073709551615"},
		{"train --seed -1", 2, "want a whole number from 0 to 18446744073709551615"},
		{"train --val 1.5", 2, "--val is 1.5; want a share"},
		{"train iris --val 500", 2, "iris has only 120 examples"},
		{"train iris --val 0.001", 2, "leaves 120 examples to train on and 0 to judge by"},
		{"train --limit -1", 2, "--limit is -1"},
		{"train --split foo", 2, "want standard or nielsen"},
		{"train iris --split nielsen", 2, "iris has 120 in all"},
		{"train iris --scale foo", 2, "want auto"},
		{"train --clip -1", 2, "--clip is -1"},
		{"train --l1 NaN", 2, "--l1 is NaN"},
		{"train --l2 -1", 2, "--l2 is -1"},
		{"train --l2-style foo", 2, "want nielsen"},
		{"train --patience -1", 2, "--patience is -1"},
		{"train --monitor foo", 2, `--monitor has "foo"`},
		{"train --momentum 1", 2, "--momentum is 1; want a number from 0 up to 1"},
		{"train --schedule foo", 2, `--schedule is "foo"`},
		{"train --schedule cosine:2", 2, "--schedule is"},
		{"train --opt foo", 2, `--opt is "foo"`},
		{"train --loss foo", 2, `--loss is "foo"`},
		{"train --init foo", 2, `--init is "foo"`},
		{"train --act dense", 2, `--act is "dense"`},
		{"train --output dense", 2, `--output is "dense"`},
		{"train --output relu", 2, "cross-entropy wants probabilities"},
		{"train --layers=", 2, "--layers is empty"},
		{"train --layers 100,10", 2, "did you mean 784,100,10?"},
		{"train --layers 784,99999999,10", 2, "want 1 to"},
		{"train --layers 784,16777216,16777216,10", 2, "more than"},
		{"train --layers foo", 2, `no layer is called "foo"`},
		{"train --layers dense", 2, "want at least 1 unit, have 0"},
		{"train --kernel foo", 2, `no path "foo" on this machine`},
		{"train --save-every -1s", 2, "--save-every is -1s"},
		{"train --save-every soon", 2, "want a time such as 5s"},

		{"train --data=", 2, "--data is empty"},
		{"train -", 3, `there is no set "-"`},
		{"train iros", 3, `did you mean "iris"?`},
		{"train folder", 3, "folder has no files to train on"},
		{"train fifo", 3, "fifo is a file; want a folder"},
		{"train /dev/zero", 3, "/dev/zero is a file; want a folder"},
		{"train nowhere/", 3, "there is no folder nowhere/"},
		{"train nowhere.yaml", 3, "nowhere.yaml: no such file"},
		{"train bad.yaml", 3, "bad.yaml: line 1"},
		{"train unknown.yaml", 3, `unknown.yaml: line 2, column 1: unknown field "learning"`},
		{"train type.yaml", 3, "type.yaml: line 2, column 8"},
		{"train value.yaml", 3, "lr is -3; want a number above 0"},
		{"train newer.yaml", 3, "use a newer gradus"},
		{"train big.yaml", 3, "more than 1048576 bytes"},
		{"train --resume", 3, "there is no run in runs yet"},
		{"train --resume 7", 3, `no run is called "7"`},
		{"train --runs text.gradus", 1, "want a folder, have a file"},

		{"eval", 3, "there is no run in runs yet"},
		{"eval nothing", 3, "nothing is neither a file nor a run"},
		{"eval -", 3, "- is neither a file nor a run"},
		{"eval folder", 3, "nothing has been saved there yet"},
		{"eval fifo", 3, "have a device or pipe"},
		{"eval /dev/zero", 3, "have a device or pipe"},
		{"eval empty.gradus", 3, "empty.gradus"},
		{"eval text.gradus", 3, "text.gradus"},
		{"eval -dash.gradus", 2, "a name that begins with - is written ./-dash.gradus"},
		{"eval ./-dash.gradus", 3, "-dash.gradus"},
		{"eval -- -dash.gradus", 3, "-dash.gradus"},
		{"eval x y z", 2, "takes one model or run"},
		{"eval --fail-under acc", 2, "such as acc=0.95"},
		{"eval --fail-under acc=95", 2, "want a share between 0 and 1"},
		{"eval --top-losses -1", 2, "want 0 or more"},

		{"inspect", 2, "which file?"},
		{"inspect folder", 3, "nothing has been saved there yet"},
		{"inspect fifo", 3, "have a device or pipe"},
		{"inspect text.gradus", 3, "text.gradus"},
		{"predict", 2, "which model?"},
		{"predict text.gradus --data mnist", 2, "needs --index"},
		{"predict text.gradus x.csv --index 1", 2, "both --index"},
		{"predict text.gradus --top 0", 2, "want 1 or more"},

		{"data show", 2, "want a data set and the number"},
		{"data show mnist x", 2, `"x" is not the number of an example`},
		{"data show mnist -1", 2, "-1 is below 0"},
		{"data show iris 120", 2, "iris train has 0 to 119"},
		{"data show iris 0 --part val", 2, "want train or test"},
		{"data show iris 0 -o x.png", 2, "iris has none"},
		{"data show digits 0 -o text.png", 2, "text.png exists; --yes replaces it"},
		{"data show digits 0 -o folder", 2, "folder is a folder"},
		{"data show digits 0 -o -", 2, "name a file"},
		{"data show digits 0 --yes -o /dev/full", 1, "not a regular file"},
		{"data show digits 0 -o nowhere/x.png", 1, "check that the folder exists"},
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
}

// names lists a folder in a line.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// Every command explains itself within 80 columns, with an example where it has arguments.
func TestHelp(t *testing.T) {
	dir := t.TempDir()
	for _, line := range []string{
		"", "help", "train --help", "eval -h", "help predict", "help inspect", "help data", "help data ls", "help data show",
		"help runs", "help runs ls", "help doctor", "help version", "help completion",
	} {
		r := ok(t, dir, strings.Fields(line)...)
		if r.err != "" || r.out == "" {
			t.Errorf("gradus %s: %q on the standard error", line, r.err)
		}
		for l := range strings.Lines(r.out) {
			if n := len([]rune(strings.TrimRight(l, "\n"))); n > columns {
				t.Errorf("gradus %s: a line of %d columns: %s", line, n, l)
			}
		}
	}
	for _, shell := range shells {
		if r := ok(t, dir, "completion", shell); !strings.Contains(r.out, "gradus") {
			t.Errorf("completion %s is %q", shell, r.out)
		}
	}
}

// Bare gradus is five lines that say what to type next, and only what exists.
func TestWelcome(t *testing.T) {
	r := ok(t, t.TempDir())
	if n := strings.Count(r.out, "\n"); n != 5 {
		t.Errorf("%d lines; want 5:\n%s", n, r.out)
	}
	root := newRoot(newConsole())
	for line := range strings.Lines(r.out) {
		_, after, found := strings.Cut(line, " gradus ")
		if !found {
			continue
		}
		if verb := strings.Fields(after)[0]; verb != "help" {
			if cmd, _, err := root.Find([]string{verb}); err != nil || cmd == root {
				t.Errorf("there is no gradus %s", verb)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"epochs", "batch", "lr", "learning-rate", "l2", "threads"}
	for name, want := range map[string]string{"epoch": "epochs", "bach": "batch", "threds": "threads", "learning-rte": "learning-rate", "zzzzzz": "", "l": "lr"} {
		if have := nearest(name, known); have != want {
			t.Errorf("nearest to %q is %q; want %q", name, have, want)
		}
	}
	if d := distance("trian", "train"); d != 1 {
		t.Errorf("from trian to train is %d; want 1: neighbours swapped", d)
	}
}
