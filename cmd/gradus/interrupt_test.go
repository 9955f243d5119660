//go:build unix

package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// long is a training that takes so long that a test can interrupt it, and saves all the time.
var long = []string{"train", "digits", "--epochs", "200", "--batch", "8", "--seed", "3", "--threads", "1", "--save-every", "10ms"}

// start begins a command and waits until it has saved something.
func start(t *testing.T, dir string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := command(dir, args...)
	var err bytes.Buffer
	cmd.Stderr = &err
	if e := cmd.Start(); e != nil {
		t.Fatal(e)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if found, _ := filepath.Glob(dir + "/runs/*/last.gradus"); len(found) > 0 {
			return cmd, &err
		}
		if time.Now().After(end) {
			t.Fatalf("nothing has been saved:\n%s", err.String())
		}
	}
}

// Ctrl-C and SIGTERM finish the batch, save, say how to go on, and end with 130. The training that goes on ends with the
// weights of the one that was never interrupted, and with its table of epochs.
func TestInterrupt(t *testing.T) {
	whole := t.TempDir()
	ok(t, whole, long...)
	want := sum(t, whole, "1")
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := t.TempDir()
		cmd, text := start(t, dir, long...)
		cmd.Process.Signal(signal)
		cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != 130 {
			t.Fatalf("%v: exit %d; want 130\n%s", signal, code, text)
		}
		if lines := strings.Split(strings.TrimSpace(text.String()), "\n"); !strings.HasSuffix(lines[len(lines)-1], "steps; go on with: gradus train --resume 1") {
			t.Errorf("%v: the last line is %q", signal, lines[len(lines)-1])
		}
		if r := ok(t, dir, "runs", "ls"); !strings.Contains(r.out, "interrupted") {
			t.Errorf("runs ls:\n%s", r.out)
		}
		r := ok(t, dir, "train", "--resume", "1")
		checkWentOn(t, r)
		if have := sum(t, dir, "1"); have != want {
			t.Errorf("%v: resumed, the weights are %s; want %s\n%s", signal, have, want, r.err)
		}
		if n := strings.Count(read(t, dir, "runs/latest/metrics.csv"), "\n"); n != 201 {
			t.Errorf("%v: metrics.csv has %d lines; want a header and 200 epochs", signal, n)
		}
		if r := ok(t, dir, "train", "--resume"); !strings.Contains(r.out, "result") || sum(t, dir, "1") != want {
			t.Errorf("to resume what is finished shows\n%s%s", r.out, r.err)
		}
	}
}

// A training that began with a model's weights and a head of its own goes on as one that was never interrupted.
func TestInterruptNewHead(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	for _, d := range []string{whole, dir} {
		ok(t, d, "train", "digits", "--epochs", "1", "--seed", "5", "--quiet")
		if err := os.Rename(filepath.Join(d, "runs", "1-digits-64-32-10", "last.gradus"), filepath.Join(d, "m.gradus")); err != nil {
			t.Fatal(err)
		}
		os.RemoveAll(filepath.Join(d, "runs"))
	}
	args := append([]string{"train", "digits", "--from", "m.gradus", "--new-head"}, long[2:]...)
	ok(t, whole, args...)
	cmd, text := start(t, dir, args...)
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Fatalf("exit %d; want 130\n%s", code, text)
	}
	checkWentOn(t, ok(t, dir, "train", "--resume", "1"))
	if have, want := sum(t, dir, "1"), sum(t, whole, "1"); have != want {
		t.Errorf("resumed, the weights are %s; want %s", have, want)
	}
}

// checkWentOn demands that a training was not simply begun again, which gives the same weights, too.
func checkWentOn(t *testing.T, r outcome) {
	t.Helper()
	if !regexp.MustCompile(`(?m)^resume +runs/1-digits-64-32-10 at step [1-9]`).MatchString(r.err) ||
		!strings.Contains(r.err, "after 0 epochs") && strings.Contains(r.err, "epoch   1/200") {
		t.Errorf("it did not go on:\n%s", r.err)
	}
}

// The second Ctrl-C ends the program at once.
func TestInterruptTwice(t *testing.T) {
	dir := t.TempDir()
	cmd, _ := start(t, dir, long...)
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	for stopped := false; !stopped; { // again and again: two signals at once may be merged into one
		cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-ended:
			stopped = true
		case <-time.After(time.Millisecond):
		}
	}
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit %d; want 130", code)
	}
	ok(t, dir, "train", "--resume")
}

// A training that is killed at any moment, again and again, ends with the same weights as the unbroken one.
func TestKill(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	begun := time.Now()
	ok(t, whole, long...)
	took := time.Since(begun)
	want := sum(t, whole, "1")

	rng := rand.New(rand.NewPCG(1, uint64(os.Getpid()))) // any moment will do
	kills, args := 6, long
	if os.Getenv("GRADUS_LONG") != "" {
		kills = 20
	}
	for i := 0; i < kills; {
		cmd := command(dir, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Int64N(int64(took)/4 + 1)))
		cmd.Process.Kill()
		cmd.Wait()
		if found, _ := filepath.Glob(dir + "/runs/1-*/config.yaml"); len(found) == 0 {
			os.RemoveAll(dir + "/runs") // killed before it had begun
			continue
		}
		args = []string{"train", "--resume", "1", "--save-every", "10ms"}
		i++
	}
	r := ok(t, dir, "train", "--resume", "1")
	checkWentOn(t, r)
	if have := sum(t, dir, "1"); have != want {
		t.Errorf("killed %d times, the weights are %s; want %s\n%s", kills, have, want, r.err)
	}
	if all, _ := filepath.Glob(dir + "/runs/1-*/.*.tmp"); len(all) > 0 {
		t.Errorf("left behind: %v", all)
	}
}

// Two trainings cannot write to one folder.
func TestLock(t *testing.T) {
	dir := t.TempDir()
	cmd, _ := start(t, dir, long...)
	r := gradus(t, dir, "train", "--resume", "1")
	if r.code != 1 || !strings.Contains(r.err, "is writing to this folder") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	if r := ok(t, dir, "runs", "ls"); !strings.Contains(r.out, "running") {
		t.Errorf("runs ls does not show that it runs:\n%s", r.out)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
}

// Trainings that begin at once take different numbers.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	var all []*exec.Cmd
	for range 6 {
		cmd := command(dir, "train", "iris", "--epochs", "1")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	if r := ok(t, dir, "runs", "ls"); strings.Count(r.out, "finished") != 6 || !strings.Contains(r.out, "\n6-iris") {
		t.Errorf("the runs are\n%s", r.out)
	}
}
