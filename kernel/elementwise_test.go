package kernel_test

import (
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/kernel/kerneltest"
)

func TestElementwise(t *testing.T) {
	for _, path := range kernel.Paths() {
		t.Run(path, func(t *testing.T) { kerneltest.Elementwise(t, path) })
	}
}
