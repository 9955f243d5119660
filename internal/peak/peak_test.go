package peak_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/peak"
)

// TestMain: a child takes as many bytes of memory as its file has digits to say.
func TestMain(m *testing.M) {
	peak.Launch()
	peak.Main(m, func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		taken := make([]byte, len(text)<<20)
		for i := 0; i < len(taken); i += 4096 {
			taken[i] = 1
		}
		return errors.New(string(text))
	})
}

// What a child took and said comes back, whatever the parent has in memory itself.
func TestOf(t *testing.T) {
	const mine = 200 << 20
	held := make([]byte, mine)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	path := filepath.Join(t.TempDir(), "file")
	text := "two\n\"lines\"" + strings.Repeat(".", 21) // 32 bytes
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	r := peak.Of(t, path)
	if r.Size != 32 || r.Err != text || r.Bound() != 64<<20+128 {
		t.Errorf("%+v", r)
	}
	if r.Peak < 32<<20 || r.Peak > 64<<20 {
		t.Errorf("%d MiB, of which 32 are touched; want little more", r.Peak>>20)
	}
	held[0]++ // still there
	if r := peak.Of(t, filepath.Dir(path)); r.Size != 32 || !strings.Contains(r.Err, "is a directory") {
		t.Errorf("a folder: %+v", r)
	}
}
