// Package kerneltest is the examination that every implementation of package kernel must pass: the same bits as the
// reference, and not a byte read or written outside its slices.
package kerneltest

import (
	"math"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// use switches to a path, which must exist.
func use(t *testing.T, path string) {
	t.Helper()
	if err := kernel.Use(path); err != nil {
		t.Fatal(err)
	}
}

// same reports whether a and b have the same bits or are both NaN, of which processors make different ones.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// firstDifference returns the first index at which a and b are not the same, or -1.
func firstDifference(a, b []float32) int {
	for i, v := range a {
		if !same(v, b[i]) {
			return i
		}
	}
	return -1
}
