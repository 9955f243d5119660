//go:build !unix

package imagefolder

import (
	"os"
	"testing"
	"time"
)

// makePipe makes what is neither a file nor a folder, where there are no pipes with names: a link to a device.
func makePipe(t *testing.T, path string) {
	t.Helper()
	if err := os.Symlink(os.DevNull, path); err != nil {
		t.Fatal(err)
	}
}

func processorTime() time.Duration { return 0 }
