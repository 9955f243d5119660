package spill

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// TestManyAtOnce: pieces that several goroutines add come back as they were, however many of them lie in chunks and in the file, and the
// caller may change what was added.
func TestManyAtOnce(t *testing.T) {
	const adders, each, size = 4, 40, 100_003
	for _, limit := range []int64{1 << 40, adders * each * size / 2, 0} {
		s := New(t.TempDir(), limit)
		pieces := make([][each]*Piece, adders)
		var team sync.WaitGroup
		for k := range adders {
			team.Go(func() {
				buffer := make([]byte, size)
				for i := range each {
					for j := range buffer {
						buffer[j] = byte(k + i)
					}
					var err error
					if pieces[k][i], err = s.Add(buffer); err != nil {
						t.Error(err)
					}
				}
			})
		}
		team.Wait()
		if err := s.Seal(); err != nil {
			t.Fatal(err)
		}
		if onDisk := s.OnDisk() > 0; onDisk != (canMap && limit < 1<<40) {
			t.Errorf("limit %d: %d bytes on the disk", limit, s.OnDisk())
		}
		s = nil
		for k := range adders {
			for i, p := range pieces[k] {
				if i%10 != 0 {
					continue
				}
				runtime.GC() // what no piece keeps is gone
				if !bytes.Equal(p.Bytes(), bytes.Repeat([]byte{byte(k + i)}, size)) {
					t.Fatalf("limit %d: piece %d of %d is another", limit, i, k)
				}
				runtime.KeepAlive(p)
			}
		}
	}
}

// TestOutside: pieces do not lie in the heap, and with the last of them their memory goes back.
func TestOutside(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a program has mapped is read from Linux's /proc")
	}
	const n, size = 64, 1 << 20
	chunks := addresses(t, n, size)
	for range 500 { // cleanups run some time after a collection
		runtime.GC()
		left := 0
		for at := range chunks {
			if mapped(t, at) {
				left++
			}
		}
		if left <= len(chunks)/4 { // something else may have come to lie there
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the memory of pieces is still mapped, of which nobody knows any more")
}

// addresses makes pieces and returns where their chunks begin.
//
//go:noinline
func addresses(t *testing.T, n, size int) map[uintptr]bool {
	heap := inHeap()
	s := New("", 1<<40)
	chunks := map[uintptr]bool{}
	var pieces []*Piece
	for range n {
		p, err := s.Add(make([]byte, size))
		if err != nil {
			t.Fatal(err)
		}
		if pieces = append(pieces, p); p.chunk != nil {
			chunks[uintptr(unsafe.Pointer(&p.chunk.data[0]))] = true
		}
	}
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	if grown := inHeap() - heap; grown > int64(n*size/8) {
		t.Errorf("the heap has %d MB more", grown>>20)
	}
	if least := (n - 2) * size / chunkSize; len(chunks) < least {
		t.Errorf("%d chunks; want %d or more", len(chunks), least)
	}
	for at := range chunks {
		if !mapped(t, at) {
			t.Errorf("a chunk at %#x is not mapped", at)
		}
	}
	runtime.KeepAlive(pieces)
	return chunks
}

func inHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// mapped reports whether there is memory at an address.
func mapped(t *testing.T, at uintptr) bool {
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(text)) {
		var from, to uintptr
		if _, err := fmt.Sscanf(line, "%x-%x", &from, &to); err == nil && from <= at && at < to {
			return true
		}
	}
	return false
}
