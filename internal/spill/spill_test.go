package spill

import (
	"bytes"
	"os"
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

// TestNowhere: a folder that is not there is a sentence that says what to do.
func TestNowhere(t *testing.T) {
	if !canMap {
		t.Skip("nothing is written here")
	}
	s := New("/nonexistent", 0)
	if _, err := s.Add([]byte{1}); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("%v", err)
	}
}
