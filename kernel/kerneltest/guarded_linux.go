package kerneltest

import (
	"syscall"
	"testing"
	"unsafe"
)

// guarded is memory behind which lies a page that nobody may touch.
type guarded struct{ words []float32 }

const guardedBytes = 8 << 20

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, guardedBytes+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatalf("kerneltest: no memory for operands: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(mem) })
	if err := syscall.Mprotect(mem[guardedBytes:], syscall.PROT_NONE); err != nil {
		t.Fatalf("kerneltest: no guard page: %v", err)
	}
	return &guarded{unsafe.Slice((*float32)(unsafe.Pointer(&mem[0])), guardedBytes/4)}
}

// end returns the last n words before the guard page.
func (g *guarded) end(n int) []float32 { return g.words[len(g.words)-n:] }
