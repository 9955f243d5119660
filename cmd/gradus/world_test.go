//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shell runs a line of sh in which $G is the command.
func shell(t *testing.T, dir, line string, env ...string) outcome {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(command(dir).Env, "PATH="+os.Getenv("PATH"), "G="+program)
	cmd.Env = append(cmd.Env, env...)
	return finish(t, cmd)
}

// Whoever reads the results may leave; a training goes on to its end all the same, and is saved.
func TestReaderLeaves(t *testing.T) {
	dir := t.TempDir()
	r := shell(t, dir, `{ "$G" train iris --epochs 20; echo "exit $?" >&2; } | head -n 1`)
	if !strings.Contains(r.err, "epoch 20/20") || !strings.Contains(r.err, "exit 0") || strings.Contains(r.err, "pipe") {
		t.Errorf("%q\n%s", r.out, r.err)
	}
	if r := ok(t, dir, "runs", "ls"); !strings.Contains(r.out, "finished") {
		t.Errorf("the run is not saved:\n%s", r.out)
	}
	if r := shell(t, dir, `"$G" data ls | true`); r.err != "" {
		t.Errorf("data ls | true: %s", r.err)
	}
}

// What cannot be printed is an error; what need not be read is none.
func TestStreams(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		line string
		code int
		want string // on the standard error
	}{
		{`"$G" data ls > /dev/full`, 1, "gradus: cannot write the results to the standard output: no space left on device\n"},
		{`"$G" version --json > /dev/full`, 1, "no space left on device"},
		{`"$G" version >&-`, 0, ""},
		{`"$G" version <&-`, 0, ""},
		{`"$G" train iris --epochs 1 <&- >&- 2>&-`, 0, ""},
		{`"$G" predict latest <&-`, 3, "standard input"},
		{`"$G" predict latest </dev/null`, 3, "no rows of numbers; want 4 numbers a row: sepal length (cm)"},
		{`head -c 100000000 /dev/zero | "$G" predict latest`, 3, "a line of more than 4194304 bytes"},
	} {
		r := shell(t, dir, c.line)
		if r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("%s: exit %d, %q; want %d, %q", c.line, r.code, r.err, c.code, c.want)
		}
	}
}

// A terminal that is none, no home, another locale, no colours: the results stay the same.
func TestEnvironments(t *testing.T) {
	dir := t.TempDir()
	want := masked(ok(t, dir, "train", "iris", "--epochs", "2").out)
	for _, env := range []string{"HOME=", "TERM=dumb", "NO_COLOR=1", "LC_ALL=de_DE.UTF-8", "LC_ALL=C", "TMPDIR=/nonexistent", "COLUMNS=3", "GRADUS_DEBUG=1"} {
		os.RemoveAll(dir + "/runs")
		cmd := command(dir, "train", "iris", "--epochs", "2")
		cmd.Env = append(cmd.Env, env)
		r := finish(t, cmd)
		if r.code != 0 || masked(r.out) != want || strings.Contains(r.err, "\x1b") {
			t.Errorf("%s: exit %d\n%s%s", env, r.code, r.out, r.err)
		}
	}
	cmd := command(dir, "doctor")
	cmd.Env = nil
	cmd.Env = append(cmd.Env, "PATH=") // no HOME at all
	if r := finish(t, cmd); r.code != 0 || !strings.Contains(r.out, "$HOME is not set") {
		t.Errorf("without HOME: exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// Limits of the system end as a sentence, never as a stack trace; too little for a file leaves no half of it.
func TestLimits(t *testing.T) {
	dir := t.TempDir()
	r := shell(t, dir, `ulimit -f 100; exec "$G" train digits --layers 64,500,10 --epochs 2`)
	if r.code != 1 || !strings.Contains(r.err, "file too large") || !strings.Contains(r.err, "ulimit -f") || strings.Contains(r.err, "goroutine") {
		t.Errorf("ulimit -f: exit %d\n%s", r.code, r.err)
	}
	if left, _ := filepath.Glob(dir + "/runs/*/.*.tmp"); len(left) > 0 {
		t.Errorf("ulimit -f: left behind %v", left)
	}
	if r := shell(t, dir, `ulimit -n 6; exec "$G" train iris --epochs 2`); r.code != 1 || r.err != "gradus: only 6 files may be open at once, and at least 16 are needed; raise the limit (ulimit -n 64)\n" {
		t.Errorf("ulimit -n 6: exit %d\n%s", r.code, r.err)
	}
	if r := shell(t, dir, `ulimit -n 16; exec "$G" train iris --epochs 2`); r.code != 0 {
		t.Errorf("ulimit -n 16: exit %d\n%s", r.code, r.err)
	}
}

// A folder that cannot be written to is said to be so before anything is trained.
func TestReadOnlyFolder(t *testing.T) {
	if _, err := os.Stat("/proc/self"); err == nil { // where not even root can make folders
		r := gradus(t, t.TempDir(), "train", "iris", "--runs", "/proc/gradus")
		if r.code != 1 || !strings.Contains(r.err, "/proc/gradus") {
			t.Errorf("--runs /proc/gradus: exit %d\n%s", r.code, r.err)
		}
		checkSentence(t, r, "train iris --runs /proc/gradus")
	}
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	if r := gradus(t, dir, "train", "iris"); r.code != 1 || !strings.Contains(r.err, "permission denied") {
		t.Errorf("train: exit %d\n%s", r.code, r.err)
	}
	if r := gradus(t, dir, "doctor"); r.code != 1 || !strings.Contains(r.out, "WRONG") {
		t.Errorf("doctor: exit %d\n%s", r.code, r.out)
	}
}

// The folder of the runs can be a file, a dangling link, or vanish while a training runs.
func TestRunsFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("nowhere/at/all", dir+"/runs"); err != nil {
		t.Fatal(err)
	}
	r := gradus(t, dir, "train", "iris")
	if r.code != 1 {
		t.Errorf("a dangling link: exit %d", r.code)
	}
	checkSentence(t, r, "train iris, runs a dangling link")

	dir = t.TempDir()
	cmd, text := start(t, dir, long...)
	if err := os.Rename(dir+"/runs", dir+"/gone"); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // the folder may be made again, or not: somebody has to say so
	if code := cmd.ProcessState.ExitCode(); code > 1 || !strings.Contains(text.String(), "runs/1-digits") || strings.Contains(text.String(), "goroutine") {
		t.Errorf("its folder taken away: exit %d\n%s", code, text)
	}
}

// A panic is a sentence with exit code 1; the stack is for those who ask for it.
func TestPanic(t *testing.T) {
	for _, debug := range []string{"", "1"} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestPanic$")
		cmd.Env = append(os.Environ(), panicEnv+"=1", "GRADUS_DEBUG="+debug)
		r := finish(t, cmd)
		if r.code != 1 || !strings.Contains(r.err, "a defect in gradus, not in your input: index out of range; please report it") {
			t.Errorf("exit %d\n%s", r.code, r.err)
		}
		if stack := strings.Contains(r.err, "goroutine"); stack != (debug != "") {
			t.Errorf("GRADUS_DEBUG=%q: stack shown: %v", debug, stack)
		}
	}
}
