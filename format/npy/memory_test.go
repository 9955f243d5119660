package npy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/peak"
)

// TestMain reads, as a child of TestPeak, one file.
func TestMain(m *testing.M) {
	peak.Main(m, func(path string) (err error) {
		if strings.HasSuffix(path, ".npz") {
			_, err = Reader{Texts: true}.ReadArchiveFile(path)
		} else {
			_, err = Reader{Texts: true}.ReadFile(path)
		}
		return err
	})
}

// Arrays that take much memory for their bytes: those that are turned around, those in other bytes, texts of a single letter, and many small
// ones. All but 16 MiB of what any file may take is for files that are larger than these.
func TestPeak(t *testing.T) {
	const size = 16_000_000
	array := func(descr, fortran, shape string, n int) []byte {
		header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s}", descr, fortran, shape)
		b := append([]byte(Magic+"\x01\x00"), byte(len(header)), 0)
		b = append(b, header...)
		for i := range n {
			b = append(b, byte('a'+i%16))
		}
		return b
	}
	archive := func(n int, entry func(i int) []byte, method uint16) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range n {
			w, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%x.npy", i), Method: method})
			if err != nil {
				t.Fatal(err)
			}
			w.Write(entry(i))
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"float32.npy", array("<f4", "False", "(2000000, 2)", size)},
		{"turned.npy", array(">f8", "True", "(1000, 2000)", size)},
		{"letters.npy", array("|S1", "False", "(4000000,)", 4_000_000)},
		{"wide letters.npy", func() []byte {
			b := array("<U1", "False", "(4000000,)", 0)
			for i := range 4_000_000 {
				b = append(b, byte('a'+i%16), 0, 0, 0)
			}
			return b
		}()},
		{"one.npz", archive(1, func(int) []byte { return array("<f4", "False", "(4000000,)", size) }, zip.Store)},
		{"many.npz", archive(40_000, func(int) []byte { return array("|u1", "False", "(1,)", 1) }, zip.Store)},
		{"deflated.npz", archive(4, func(int) []byte { return array("<f8", "False", "(500000,)", size/4) }, zip.Deflate)},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.name)
			if err := os.WriteFile(path, c.file, 0o666); err != nil {
				t.Fatal(err)
			}
			peak.Check(t, path, true, 0)
		})
	}
}
