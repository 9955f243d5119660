package kernel_test

import (
	"testing"

	"github.com/gradus-nn/gradus/kernel/kerneltest"
)

func TestFMA32(t *testing.T) { kerneltest.FMA32(t) }
