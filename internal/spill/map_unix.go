//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package spill

import (
	"os"
	"syscall"
)

// canMap reports whether files can be mapped, and removed while they are open.
const canMap = true

func mapFile(f *os.File, size int, write bool) ([]byte, error) {
	protection := syscall.PROT_READ
	if write {
		protection |= syscall.PROT_WRITE
	}
	return syscall.Mmap(int(f.Fd()), 0, size, protection, syscall.MAP_SHARED)
}

// mapMemory returns zeros outside of the heap.
func mapMemory(size int) ([]byte, error) {
	return syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
}

func unmap(data []byte) { syscall.Munmap(data) }
