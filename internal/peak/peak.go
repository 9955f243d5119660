// Package peak is for tests that hold a reader to its memory: the test's own program is started again, as a child that reads one
// file and tells the most memory that it had. Only a process of its own can tell that, since a peak is never taken back.
//
// Whole commands are measured by [Command].
//
// The promise that most tests hold to is [Bound]: 64 MiB and four times the file, whatever it contains.
package peak

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/build"
)

// child names the path that a child is to read.
const child = "GRADUS_PEAK_CHILD"

// Main is for the TestMain of a package: it runs the tests, or, in a child, read with the path that Of was given.
func Main(m *testing.M, read func(path string) error) {
	path := os.Getenv(child)
	if path == "" {
		os.Exit(m.Run())
	}
	verdict := ""
	if err := read(path); err != nil {
		verdict = err.Error()
	}
	fmt.Printf("\n%d %q", own(), verdict)
}

// A Reading is what a child says about the file or folder that it read.
type Reading struct {
	Peak int64  // bytes that were in memory at once, at most
	Size int64  // of the file, or of all files of the folder
	Err  string // of the function that read; empty if it returned none
}

// Bound is 64 MiB and four times the size of what was read.
func (r Reading) Bound() int64 { return 64<<20 + 4*r.Size }

// Of reads a path in a child. It skips the test where a system does not tell a process its peak, under the race detector, whose
// memory is not ours, and with -short, which an emulator of another processor runs.
func Of(t *testing.T, path string) Reading {
	t.Helper()
	switch {
	case testing.Short():
		t.Skip("skipped with -short: starts itself again, and writes files of megabytes")
	case build.Race():
		t.Skip("the race detector takes memory of its own")
	case own() == 0:
		t.Skip("needs /proc/self/status")
	}
	r := Reading{Size: size(t, path)}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), child+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, out)
	}
	last := string(out[strings.LastIndexByte(string(out), '\n')+1:])
	if _, err := fmt.Sscanf(last, "%d %q", &r.Peak, &r.Err); err != nil || r.Peak == 0 {
		t.Fatalf("%s: the child says\n%s", path, out)
	}
	return r
}

// Check reads a path in a child and reports where that took more than Bound, or where it was accepted and should not have been, or the
// other way round. Tests that write small files for the sake of time hold them to less of the 64 MiB: to all but spare of it.
func Check(t *testing.T, path string, accepted bool, spare int64) {
	t.Helper()
	r := Of(t, path)
	if bound := r.Bound() - spare; r.Peak > bound {
		t.Errorf("%d KiB of memory to read %d KiB; want at most %d", r.Peak>>10, r.Size>>10, bound>>10)
	}
	if (r.Err == "") != accepted {
		t.Errorf("accepted: %v; want %v: %s", r.Err == "", accepted, r.Err)
	}
	t.Logf("%d KiB of memory to read %d KiB: %.2f of the bound", r.Peak>>10, r.Size>>10, float64(r.Peak)/float64(r.Bound()))
}

// own returns the most memory that this process had, 0 where the system does not tell. What the parent of a process gets to know,
// getrusage's maxrss, would count the parent itself, whose memory a child shares until it becomes another program.
func own() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	field, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kib, _ := strconv.ParseInt(field, 10, 64)
	return kib << 10
}

// size returns the bytes of a file, or of all files below a folder.
func size(t *testing.T, path string) (n int64) {
	t.Helper()
	err := filepath.Walk(path, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
