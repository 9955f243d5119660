//go:build unix

package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gradus-nn/gradus/internal/search"
)

// search is a search of digits that takes long enough to be interrupted.
var searchDigits = []string{"tune", "digits", "--trials", "30", "--epochs", "27", "--seed", "3", "--lr", "1e-4:1e-1", "--layers", "16|32|64", "--batch", "8|16|32"}

func tuneReport(t *testing.T, dir string) *search.Report {
	t.Helper()
	r := &search.Report{}
	if err := json.Unmarshal([]byte(read(t, dir, "runs/1-digits-tune/tune.json")), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// ranking is what a search has come to without its times.
func ranking(r *search.Report) string {
	for i := range r.Places {
		r.Places[i].Mark.Seconds = 0
	}
	text, _ := json.Marshal(r.Places)
	return string(text) + r.Result.Result.SHA256
}

// marks sorts the results of trials, and leaves out how long they took.
func marks(journal string) string {
	lines := strings.Split(regexp.MustCompile(`"seconds":[^}]*`).ReplaceAllString(journal, ""), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// A search that is killed at any moment, again and again, and goes on, ends with the same ranking, the same best trial and the
// same weights as the unbroken one, with any number of trials at a time; and they are those that the best trial's own
// config.yaml gives.
func TestTuneKill(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	begun := time.Now()
	ok(t, whole, searchDigits...)
	took := time.Since(begun)
	want := tuneReport(t, whole)

	rng := rand.New(rand.NewPCG(1, uint64(os.Getpid()))) // any moment will do
	args, kills := append(searchDigits, "--save-every", "10ms", "--parallel", "3"), 0
	for range 40 {
		if kills == 5 {
			break
		}
		cmd := command(dir, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Int64N(int64(took)/4 + 1)))
		cmd.Process.Kill()
		cmd.Wait()
		if found, _ := filepath.Glob(dir + "/runs/1-*/tune.yaml"); len(found) == 0 {
			os.RemoveAll(dir + "/runs") // killed before it had begun
			continue
		}
		args = []string{"tune", "--resume", "1", "--save-every", "10ms", "--parallel", "1"}
		kills++
	}
	if r := ok(t, dir, "tune", "--resume"); kills < 5 || !regexp.MustCompile(`(?m)^(resume +runs/1-digits-tune with \d+ results|note +runs/1-digits-tune has come to its end)`).MatchString(r.err) {
		t.Errorf("killed %d times, it did not go on:\n%s", kills, r.err)
	}
	if have := ranking(tuneReport(t, dir)); have != ranking(want) {
		t.Errorf("killed and resumed, the ranking is\n%s\nwant\n%s", have, ranking(want))
	}

	ok(t, whole, "train", "runs/1-digits-tune/config.yaml")
	if a, b := sum(t, whole, "1"), sum(t, whole, "2"); a != b {
		t.Errorf("the best trial has the weights %s; trained alone %s", a, b)
	}
	if r := ok(t, whole, "runs", "ls", "--runs", "runs/1-digits-tune/trials"); strings.Count(r.out, "\n") != 31 {
		t.Errorf("runs ls of the trials:\n%s", r.out)
	}
	ok(t, whole, "eval", "1") // used like a run

	last := want.Places[len(want.Places)-1]
	if o := read(t, whole, last.Mark.Run+"/result.json"); last.Rungs != 1 || last.Mark.Epochs != 3 || !strings.Contains(o, `"epochs": 3,`) {
		t.Errorf("the worst trial was trained on: %+v\n%s", last, o)
	}

	// A power cut may take results with it that later checkpoints are built on.
	os.Remove(whole + "/runs/1-digits-tune/tune.json")
	journal := whole + "/runs/1-digits-tune/trials.jsonl"
	lines := strings.SplitAfter(read(t, whole, "runs/1-digits-tune/trials.jsonl"), "\n")
	if err := os.WriteFile(journal, []byte(strings.Join(lines[:7], "")), 0o666); err != nil {
		t.Fatal(err)
	}
	ok(t, whole, "tune", "--resume", "1")
	if have := ranking(tuneReport(t, whole)); have != ranking(want) {
		t.Errorf("without most of its results, the ranking is\n%s\nwant\n%s", have, ranking(want))
	}
	if have, want := marks(read(t, whole, "runs/1-digits-tune/trials.jsonl")), marks(strings.Join(lines, "")); have != want {
		t.Errorf("without most of its results, all results are\n%s\nwant\n%s", have, want)
	}
}

// The test examples judge one trial alone.
func TestTuneTest(t *testing.T) {
	dir := t.TempDir()
	r := ok(t, dir, "tune", "iris", "--trials", "4", "--epochs", "3", "--lr", "0.001|0.01|0.1", "--opt", "adam|sgd")
	tested := 0
	all, _ := filepath.Glob(dir + "/runs/1-iris-tune/trials/*/result.json")
	for _, name := range all {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "test_acc") {
			tested++
		}
	}
	if len(all) != 4 || tested != 1 {
		t.Errorf("%d of %d trials were judged by the test examples; want 1 of 4\n%s", tested, len(all), r.out)
	}
}

// A search that is given more trials begins with the same ones and ends as if it had had them all from the start: with the same
// ranking and the same weights, though there are more stages than before, where trials are judged earlier.
func TestTuneGrow(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	args := []string{"tune", "digits", "--epochs", "9", "--seed", "3", "--lr", "1e-4:1e-1", "--layers", "16|32"}
	ok(t, whole, append(args, "--trials", "14")...)
	ok(t, dir, append(args, "--trials", "2")...)
	journal := read(t, dir, "runs/1-digits-tune/trials.jsonl")
	for _, trials := range []string{"4", "14"} {
		if r := ok(t, dir, "tune", "--resume", "1", "--trials", trials); !strings.Contains(r.err, "grown from") {
			t.Errorf("--trials %s: %s", trials, r.err)
		}
	}
	if have, want := ranking(tuneReport(t, dir)), ranking(tuneReport(t, whole)); have != want {
		t.Errorf("grown, the ranking is\n%s\nwant\n%s", have, want)
	}
	if !strings.HasPrefix(read(t, dir, "runs/1-digits-tune/trials.jsonl"), journal) {
		t.Error("what had been trained was trained again")
	}
	ok(t, dir, "eval", "1")
	if r := ok(t, dir, "tune", "--resume", "1"); !strings.Contains(r.err, "has come to its end already") {
		t.Errorf("a third time: %s", r.err)
	}
	for _, c := range [][2]string{
		{"--trials=3", "gradus tune: --trials is 3, but the search has 14 trials; want more, or leave it out"},
		{"--lr=1e-3:1", "--lr cannot change"},
	} {
		if r := gradus(t, dir, "tune", "--resume", "1", c[0]); r.code != 2 || !strings.Contains(r.err, c[1]) {
			t.Errorf("%s: exit %d, %s", c[0], r.code, r.err)
		}
	}
}

// A space that has no more points than trials is tried whole, after those that had been tried.
func TestTuneGrowWhole(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "tune", "iris", "--trials", "4", "--epochs", "3", "--lr", "0.001|0.01|0.1", "--opt", "adam|sgd")
	settings := func() map[int]string {
		r := &search.Report{}
		if err := json.Unmarshal([]byte(read(t, dir, "runs/1-iris-tune/tune.json")), r); err != nil {
			t.Fatal(err)
		}
		all := map[int]string{}
		for _, p := range r.Places {
			all[p.Trial] = p.Values[0].Text + " " + p.Values[1].Text
		}
		return all
	}
	first := settings()
	for range 2 { // the second time the space has no more
		ok(t, dir, "tune", "--resume", "1", "--trials", "50")
		ok(t, dir, "tune", "--resume", "1")
	}
	whole, different := settings(), map[string]bool{}
	for n, text := range whole {
		different[text] = true
		if first[n] != "" && first[n] != text {
			t.Errorf("trial %d was %s and is %s", n, first[n], text)
		}
	}
	if len(whole) != 6 || len(different) != 6 {
		t.Errorf("the trials are %v; want all 6 points", whole)
	}
}

// Ctrl-C says how to go on.
func TestTuneInterrupt(t *testing.T) {
	dir := t.TempDir()
	cmd := command(dir, searchDigits...)
	var err strings.Builder
	cmd.Stderr = &err
	if e := cmd.Start(); e != nil {
		t.Fatal(e)
	}
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if text, _ := os.ReadFile(dir + "/runs/1-digits-tune/trials.jsonl"); len(text) > 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no trial has ended")
		}
	}
	cmd.Process.Signal(syscall.SIGINT)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || !regexp.MustCompile(`interrupted with \d+ results; go on with: gradus tune --resume 1\n$`).MatchString(err.String()) {
		t.Errorf("exit %d\n%s", code, err.String())
	}
	if r := gradus(t, dir, "train", "--resume", "1"); r.code != 3 || r.err != "gradus: runs/1-digits-tune is a search; gradus tune --resume 1 goes on\n" {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
	if r := ok(t, dir, "runs", "ls"); !strings.Contains(r.out, "unfinished") {
		t.Errorf("runs ls:\n%s", r.out)
	}
	// What a crash has left of a line is no obstacle; what somebody wrote into the middle is said to be wrong.
	journal := dir + "/runs/1-digits-tune/trials.jsonl"
	text, _ := os.ReadFile(journal)
	os.WriteFile(journal, append([]byte("nonsense\n"), text...), 0o666)
	if r := gradus(t, dir, "tune", "--resume", "1"); r.code != 3 || !strings.Contains(r.err, "trials.jsonl: line 1 is no result of a trial") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	os.WriteFile(journal, append(text, `{"trial":30,"rung":0,"val_corr`...), 0o666)
	ok(t, dir, "tune", "--resume", "1")
}
