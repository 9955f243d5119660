//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package spill

import (
	"os"
	"syscall"
)

// canMap reports whether files can be mapped, and removed while they are open.
const canMap = true

func mapFile(f *os.File, size int) ([]byte, error) {
	return syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
}

func unmap(data []byte) { syscall.Munmap(data) }
