package durable_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/internal/durable"
)

// The same faults once more, given by the kernel to a real process: strace fails, falsifies or kills at the
// n-th system call, for every n that a clean run makes.
func TestRealSystemCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a process for each system call")
	}
	if build.Race() {
		t.Skip("the race detector makes system calls of its own, which would be hit")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("needs strace")
	}
	path := filepath.Join(t.TempDir(), "last.gradus")
	run := func(args ...string) (output []byte, err error) {
		t.Helper()
		if err := durable.Write(path, version(1)); err != nil { // which also sweeps
			t.Fatal(err)
		}
		once := child("once", path)
		cmd := exec.Command(strace, append(append([]string{"-f", "-qq", "-o", path + ".strace"}, args...), once.Args...)...)
		cmd.Env = once.Env
		output, err = cmd.CombinedOutput()
		trace, _ := os.ReadFile(path + ".strace")
		if bytes.Contains(output, []byte("ptrace")) {
			t.Skipf("strace may not trace here: %s", output)
		}
		if err != nil && len(output) == 0 && !bytes.Contains(trace, []byte("killed by SIGKILL")) {
			t.Errorf("strace %v: it failed without a word", args)
		}
		return trace, err
	}
	for call, effects := range map[string][]string{
		"write":    {"error=ENOSPC", "error=EIO", "retval=1000", "signal=KILL"},
		"fsync":    {"error=EIO", "signal=KILL"},
		"renameat": {"error=EXDEV", "signal=KILL"},
	} {
		trace, err := run("-e", "trace="+call)
		if err != nil {
			t.Fatalf("without faults: %v", err)
		}
		count := strings.Count(string(trace), call+"(")
		if count == 0 {
			t.Errorf("a save makes no call of %s:\n%s", call, trace)
		}
		for n := 1; n <= count; n++ {
			for _, effect := range effects {
				inject := fmt.Sprintf("inject=%s:%s:when=%d", call, effect, n)
				_, err := run("-e", "trace="+call, "-e", inject)
				have := readVersion(t, path)
				if have != 1 && have != 2 || err == nil && have != 2 {
					t.Errorf("%s: version %d is there, the process said %v", inject, have, err)
				}
				var exit *exec.ExitError
				if errors.As(err, &exit) && exit.Exited() && strings.Contains(names(t, filepath.Dir(path)), ".tmp") {
					t.Errorf("%s: the folder holds %s", inject, names(t, filepath.Dir(path)))
				}
			}
		}
		t.Logf("%s: %d calls x %d effects", call, count, len(effects))
	}
}
