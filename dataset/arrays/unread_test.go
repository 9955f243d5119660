package arrays_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/arrays"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// large returns features and classes that are large enough to stay in their file, both.
func large() (x, y *npy.Array) {
	const rows, width = 600_000, 3
	rng := rand.New(rand.NewPCG(1, 2))
	features, targets := make([]float32, rows*width), make([]int64, rows)
	for i := range features {
		features[i] = float32(rng.NormFloat64())
	}
	for i := range targets {
		targets[i] = int64(rng.IntN(3))
	}
	return npy.Of(features, rows, width), npy.Of(targets, rows)
}

func encode(t *testing.T, a *npy.Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// deflated is an archive as np.savez_compressed writes it.
func deflated(t *testing.T, named ...npy.Named) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range named {
		w, err := z.Create(n.Name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		w.Write(encode(t, n.Array))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// text reads the table of the training pair, as often as one likes.
func text(t *testing.T, path string) (string, error) {
	t.Helper()
	p, err := open(t, path, "")
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for range 2 {
		if text, err = io.ReadAll(p.Train.CSV()); err != nil {
			break
		}
	}
	return string(text), err
}

// A table that stays in its file is the same text as one in memory, whatever kind of file that is.
func TestUnread(t *testing.T) {
	x, y := large()
	named := []npy.Named{{Name: "x", Array: x}, {Name: "y", Array: y}}
	var inMemory bytes.Buffer
	if err := pickle.Write(&inMemory, named); err != nil {
		t.Fatal(err)
	}
	want, err := text(t, file(t, "a.pkl", inMemory.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	raw, packed := t.TempDir(), t.TempDir()
	for name, a := range map[string]*npy.Array{"x.npy": x, "y.npy": y} {
		put(t, raw, name, encode(t, a))
		put(t, packed, name+".gz", zipped(encode(t, a)))
	}
	for _, path := range []string{archive(t, named...), file(t, "z.npz", deflated(t, named...)), raw, packed} {
		if got, err := text(t, path); err != nil || got != want {
			t.Errorf("%s: other text of %d bytes, %v; want %d", path, len(got), err, len(want))
		}
	}
}

// What is broken in a file that is read part by part is noticed at the latest at its end.
func TestUnreadBroken(t *testing.T) {
	x, y := large()
	x.Data.([]float32)[1_000_000] = 7.25
	sound := encode(t, x)
	at := len(sound) - 4*(600_000*3-1_000_000)
	npz, err := os.ReadFile(archive(t, npy.Named{Name: "x", Array: x}, npy.Named{Name: "y", Array: y}))
	if err != nil {
		t.Fatal(err)
	}
	npz[bytes.Index(npz, sound[at-8:at+8])+8] ^= 1
	for _, c := range []struct {
		name, with string
		data       []byte
		want       string
	}{
		{"a.npz", "", npz, `a.npz: "x.npy": the entry is damaged: zip: checksum error`},
		{"x.npy", "y.npy", sound[:at], "the file ends within the elements: shape [600000 3] of float32 needs 7200000 bytes; was it cut short?"},
		{"x.npy", "y.npy", append(bytes.Clone(sound), 0), "more bytes after the last element"},
	} {
		dir := t.TempDir()
		put(t, dir, c.name, c.data)
		if c.with != "" {
			put(t, dir, c.with, encode(t, y))
		}
		if _, err := text(t, filepath.Join(dir, c.name)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want ... %s", c.name, err, c.want)
		}
	}

	dir := t.TempDir()
	put(t, dir, "x.npy", sound)
	put(t, dir, "y.npy", encode(t, y))
	p, err := open(t, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "x.npy", encode(t, npy.Of(x.Data.([]float32), 3, 600_000)))
	if _, err := io.ReadAll(p.Train.CSV()); err == nil || !strings.Contains(err.Error(), "x float32 [600000 3] has become float32 [3 600000] since it was opened") {
		t.Error(err)
	}
}

// Pictures are read as a whole when their set is asked for.
func TestUnreadPictures(t *testing.T) {
	const n = 5000
	x := npy.Of(make([]float32, n*28*28), n, 28, 28)
	x.Data.([]float32)[28*28] = 0.5
	p, err := open(t, archive(t, npy.Named{Name: "x", Array: x}, npy.Named{Name: "y", Array: classes(n)}), "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Train.Set("s", arrays.SetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Len() != n || s.Example(1)[0] != 0.5 {
		t.Errorf("%d examples, the second begins with %v", s.Len(), s.Example(1)[0])
	}
}
