package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gradus-nn/gradus/internal/peak"
)

// panicEnv lets the test program panic as the command would.
const panicEnv = "GRADUS_TEST_PANIC"

// program is the real command, built once.
var program string

func TestMain(m *testing.M) {
	peak.Launch()
	if os.Getenv(panicEnv) != "" { // a child of TestPanic
		os.Exit(guarded(newConsole(), func() error { panic("index out of range") }))
	}
	dir, err := os.MkdirTemp("", "gradus-test-")
	if err == nil {
		program = filepath.Join(dir, "gradus")
		var text []byte
		if text, err = exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
			err = fmt.Errorf("%w\n%s", err, text)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the command cannot be built:", err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// An outcome is what a command left behind.
type outcome struct {
	out, err string
	code     int
}

// command returns the command in a folder, with an environment of nothing but what is given.
func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + os.TempDir(), "LANG=C.UTF-8"}
	return cmd
}

// patience is how long a command may take before a test gives it up: the machine may be busy, but not hang.
const patience = 5 * time.Minute

// finish runs a command to its end.
func finish(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var out, err bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &out
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &err
	}
	if e := cmd.Start(); e != nil {
		t.Fatal(e)
	}
	timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer timer.Stop()
	var exit *exec.ExitError
	if e := cmd.Wait(); e != nil && !errors.As(e, &exit) {
		t.Fatal(e)
	}
	return outcome{out.String(), err.String(), cmd.ProcessState.ExitCode()}
}

// run runs the command in a folder.
func gradus(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	return finish(t, command(dir, args...))
}

// ok runs the command and demands that it succeeds.
func ok(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	r := gradus(t, dir, args...)
	if r.code != 0 {
		t.Fatalf("gradus %q: exit %d\n%s%s", args, r.code, r.out, r.err)
	}
	return r
}

// sum returns the SHA-256 of a model's weights, as gradus inspect prints it.
func sum(t *testing.T, dir, model string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^sha256 +([0-9a-f]{64}) `).FindStringSubmatch(ok(t, dir, "inspect", model).out)
	if m == nil {
		t.Fatalf("inspect %s prints no SHA-256", model)
	}
	return m[1]
}

// checkSentence demands one sentence on the standard error, and nothing that only programmers understand.
func checkSentence(t *testing.T, r outcome, args ...string) {
	t.Helper()
	if n := strings.Count(r.err, "\n"); n != 1 || !strings.HasPrefix(r.err, "gradus") {
		t.Errorf("gradus %q: %d lines on the standard error; want one that begins with gradus\n%s", args, n, r.err)
	}
	for _, ugly := range []string{"panic", "goroutine", ".go:", "0x", "%!", "\x1b"} {
		if strings.Contains(r.err, ugly) {
			t.Errorf("gradus %q: %q on the standard error:\n%s", args, ugly, r.err)
		}
	}
}

// masked replaces what differs from run to run: times and the machine.
func masked(text string) string {
	for _, m := range []struct{ from, to string }{
		{`\d+(\.\d)? (ms|s)\b|\d+ min \d+ s`, "TIME"},
		{`\d+ threads?`, "THREADS"},
	} {
		text = regexp.MustCompile(m.from).ReplaceAllString(text, m.to)
	}
	return text
}
