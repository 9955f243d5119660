package spill

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
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
	before, heap := addresses(t), inHeap()
	s := New("", 1<<40)
	var pieces []*Piece
	for range n {
		p, err := s.Add(make([]byte, size))
		if err != nil {
			t.Fatal(err)
		}
		pieces = append(pieces, p)
	}
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	if grown := inHeap() - heap; grown > n*size/8 {
		t.Errorf("the heap has %d MB more", grown>>20)
	}
	runtime.KeepAlive(slices.Clone(pieces))
	s, pieces = nil, nil
	for range 100 { // cleanups run some time after a collection
		runtime.GC()
		if addresses(t)-before < n*size/2 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d MB are still mapped", (addresses(t)-before)>>20)
}

func inHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// addresses returns how many bytes of addresses the program has.
func addresses(t *testing.T) (n int64) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	if _, err := fmt.Sscan(string(text), &n); err != nil {
		t.Fatal(err)
	}
	return n * int64(os.Getpagesize())
}
