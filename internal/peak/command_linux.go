package peak

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// launcher says that this process is a launcher.
const launcher = "GRADUS_PEAK_LAUNCHER"

// Launch is for the first line of a TestMain whose tests measure commands with Command. It returns at once but in the launcher.
//
// A launcher is the test's own program again, between the test and the command. The most memory that a process had, as its parent gets to
// know it, counts the parent: until the child becomes another program it shares the parent's memory, peak and all. A test may have taken
// gigabytes; a launcher has taken nothing.
func Launch() {
	if os.Getenv(launcher) == "" {
		return
	}
	os.Unsetenv(launcher)
	runtime.LockOSThread() // whose end would be the command's
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Run(); cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(127)
	}
	fmt.Fprint(os.NewFile(3, "peak"), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss<<10)
	os.Exit(cmd.ProcessState.ExitCode())
}

// Command makes a command run under a launcher, and returns what tells, once it has ended, the most bytes of memory that it had, mapped
// files included.
func Command(t *testing.T, cmd *exec.Cmd) (most func() int64) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); out.Close() })
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, launcher+"=1")
	cmd.Args = append([]string{self, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = self
	cmd.ExtraFiles = []*os.File{out}
	return func() (n int64) {
		t.Helper()
		out.Close()
		if _, err := fmt.Fscan(in, &n); err != nil {
			t.Fatalf("%s did not tell its memory: %v", strings.Join(cmd.Args[1:], " "), err)
		}
		return n
	}
}
