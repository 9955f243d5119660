//go:build unix

package imagefolder

import (
	"syscall"
	"testing"
	"time"
)

// makePipe makes a pipe that nobody writes to: whoever opens it waits for ever.
func makePipe(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
}

// processorTime is the time that this process has had of all processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
