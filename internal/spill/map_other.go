//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package spill

import (
	"errors"
	"os"
)

// canMap is false: everything stays in memory, and the system swaps.
const canMap = false

func mapFile(*os.File, int, bool) ([]byte, error) { return nil, errors.ErrUnsupported }

func mapMemory(int) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmap([]byte) {}
