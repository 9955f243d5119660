package spill

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestStore: pieces come back as they were, from memory or from the file, and no file is left.
func TestStore(t *testing.T) {
	for _, limit := range []int64{1 << 20, 100, 0} {
		dir := t.TempDir()
		s := New(dir, limit)
		var pieces []*Piece
		for i := range 50 {
			p, err := s.Add(bytes.Repeat([]byte{byte(i)}, i))
			if err != nil {
				t.Fatal(err)
			}
			pieces = append(pieces, p)
		}
		if err := s.Seal(); err != nil {
			t.Fatal(err)
		}
		for i, p := range pieces {
			if !bytes.Equal(p.Bytes(), bytes.Repeat([]byte{byte(i)}, i)) {
				t.Errorf("limit %d: piece %d is %v", limit, i, p.Bytes())
			}
		}
		if (s.OnDisk() > 0) != (canMap && limit < 1<<20) {
			t.Errorf("limit %d: %d bytes on the disk", limit, s.OnDisk())
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	}
}

// TestAlloc: memory of the disk is memory.
func TestAlloc(t *testing.T) {
	for _, limit := range []int64{0, 1 << 30} {
		dir := t.TempDir()
		m, err := Alloc(dir, 3<<20+5, limit)
		if err != nil {
			t.Fatal(err)
		}
		b := m.Bytes()
		for i := range b {
			if b[i] != 0 {
				t.Fatalf("byte %d is %d", i, b[i])
			}
			b[i] = byte(i)
		}
		for i := range b {
			if b[i] != byte(i) {
				t.Fatalf("byte %d is %d", i, b[i])
			}
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 || len(b) != 3<<20+5 {
			t.Errorf("%v is left, %d bytes", left, len(b))
		}
		runtime.KeepAlive(m)
	}
}

// TestNowhere: a folder that is not there is a sentence that says what to do.
func TestNowhere(t *testing.T) {
	if !canMap {
		t.Skip("nothing is written here")
	}
	s := New("/nonexistent", 0)
	if _, err := s.Add([]byte{1}); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("%v", err)
	}
	if _, err := Alloc("/nonexistent", 1, 0); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("%v", err)
	}
}
