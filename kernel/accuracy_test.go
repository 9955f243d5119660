package kernel_test

import (
	"os"
	"testing"

	"github.com/gradus-nn/gradus/kernel/kerneltest"
)

// TestAllFloats takes every 1021st float32, or with GRADUS_LONG=1 (make check-long) all of them.
func TestAllFloats(t *testing.T) {
	step := 1021
	if os.Getenv("GRADUS_LONG") == "1" {
		step = 1
	}
	kerneltest.AllFloats(t, step)
}
