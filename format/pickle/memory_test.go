package pickle

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/peak"
)

// TestMain reads, as a child of TestPeak, one file.
func TestMain(m *testing.M) {
	peak.Main(m, func(path string) error {
		_, err := ReadFile(path)
		return err
	})
}

// Instructions of a byte each that make a value, an empty container or a copy of all that is there. None is accepted: that many take more
// steps than an honest file.
func TestPeak(t *testing.T) {
	for name, code := range map[string]string{
		"nothing":      "N",
		"lists":        "]",
		"dictionaries": "}",
		"marks":        "(",
		"tuples":       "(t",
		"copies":       "2",
		"memo":         "\x94",
		"numbers":      "K\x07",
		"texts":        "U\x01a",
		"doubled":      "(]2222lq\x00",
	} {
		for _, n := range []int{1 << 19, 12 << 20} {
			t.Run(name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "a.pkl")
				file := append([]byte("\x80\x02]"), bytes.Repeat([]byte(code), n/len(code))...)
				if err := os.WriteFile(path, append(file, "0."...), 0o666); err != nil {
					t.Fatal(err)
				}
				peak.Check(t, path, false, 0)
			})
		}
	}
	t.Run("one text", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.pkl")
		if err := os.WriteFile(path, []byte("S'"+strings.Repeat("\\n", 6<<20)+"'\n."), 0o666); err != nil {
			t.Fatal(err)
		}
		peak.Check(t, path, true, 0)
	})
}
