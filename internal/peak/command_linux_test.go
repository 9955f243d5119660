package peak_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/peak"
)

// A command's memory is its own, whatever the test took; its streams and its exit code come through.
func TestCommand(t *testing.T) {
	held := make([]byte, 200<<20)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	cmd := exec.Command("sh", "-c", "cat; echo oh >&2; exit 7")
	cmd.Stdin = strings.NewReader("in")
	var out, wrong strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &wrong
	most := peak.Command(t, cmd)
	cmd.Run()
	if n := most(); n < 100<<10 || n > 32<<20 {
		t.Errorf("%d KiB for a shell", n>>10)
	}
	if out.String() != "in" || wrong.String() != "oh\n" || cmd.ProcessState.ExitCode() != 7 {
		t.Errorf("%q, %q, exit %d; want in, oh and 7", out.String(), wrong.String(), cmd.ProcessState.ExitCode())
	}
	held[0]++
}
