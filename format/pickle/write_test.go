package pickle

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
)

var weights = []npy.Named{
	{Name: "W1", Array: npy.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)},
	{Name: "b1", Array: npy.Of([]float64{0.1, -0.2, 1e300}, 3)},
	{Name: "labels", Array: npy.Of([]uint8{5, 0, 4}, 3)},
	{Name: "flags", Array: npy.Of([]bool{true, false}, 2, 1)},
	{Name: "n", Array: &npy.Array{Shape: []int{}, Data: []int64{-7}}},
	{Name: "half", Array: npy.Of([]npy.Half{0x3c00}, 1)},
	{Name: "", Array: npy.Of([]uint16{}, 0, 4)},
}

func TestRoundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, weights); err != nil {
		t.Fatal(err)
	}
	v, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if back := Arrays(v); !reflect.DeepEqual(back, weights) {
		t.Errorf("%v came back as %v", weights, back)
	}
	for says, arrays := range map[string][]npy.Named{
		"two arrays are called": {weights[0], weights[0]},
		"does not hold":         {{Name: "x", Array: &npy.Array{Shape: []int{2}, Data: []int8{1}}}},
	} {
		if err := Write(&b, arrays); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

// TestPythonReads lets Python load what this package writes, in a process of its own, and save it again.
func TestPythonReads(t *testing.T) {
	python, err := exec.LookPath("/usr/bin/python3")
	if err != nil || exec.Command(python, "-c", "import numpy").Run() != nil {
		t.Skip("skipped: no Python with NumPy (Debian: python3-numpy)")
	}
	dir := t.TempDir()
	var b bytes.Buffer
	if err := Write(&b, weights); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ours.pkl"), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", "import pickle; pickle.dump(pickle.load(open('ours.pkl', 'rb')), open('theirs.pkl', 'wb'), 5)")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	v, err := ReadFile(filepath.Join(dir, "theirs.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	if back := Arrays(v); !reflect.DeepEqual(back, weights) {
		t.Errorf("%v came back as %v", weights, back)
	}
}

// packed returns data as gzip.
func packed(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, weights); err != nil {
		t.Fatal(err)
	}
	good := packed(t, b.Bytes())
	if v, err := Read(bytes.NewReader(good)); err != nil || len(Arrays(v)) != len(weights) {
		t.Errorf("%v, %v", v, err)
	}
	for n := 2; n < len(good); n++ {
		_, err := Read(bytes.NewReader(good[:n]))
		refused(t, "cut", err, "damaged")
	}
	bad := bytes.Clone(good)
	bad[len(bad)-6] ^= 1 // in the checksum
	_, err := Read(bytes.NewReader(bad))
	refused(t, "checksum", err, "damaged")
}

// TestLarge: an honest file of protocol 2, whose bytes are texts, is no bomb. Its array is far larger than what the budget
// gives away.
func TestLarge(t *testing.T) {
	const n = 8 << 20
	size := string(binary.LittleEndian.AppendUint32(nil, n))
	file := empty + "(K\x01(J" + size + "t" + u1 + "\x89c_codecs\nencode\nX" + size + strings.Repeat("x", n) + "Vlatin1\n\x86Rtb."
	v, err := Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if a := v.(*npy.Array); a.Len() != n || a.Data.([]uint8)[n-1] != 'x' {
		t.Errorf("%d elements", a.Len())
	}
}

// TestMemory: what is allocated is in proportion to the file, for promises, bombs and packed zeros alike.
func TestMemory(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		most uint64
	}{
		"a promise":  {[]byte("\x8e\x00\x00\x00\x00\x00\x00\x00\x40x."), 1 << 20},
		"a memo":     {[]byte("Nr\xff\xff\xff\xff."), 1 << 20},
		"a bomb":     {[]byte(doubled("N", 60)), 150 << 20}, // a million values
		"zip bomb":   {packed(t, make([]byte, 200<<20)), 150 << 20},
		"many marks": {bytes.Repeat([]byte("("), 10<<20), 150 << 20},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Read(bytes.NewReader(c.file))
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > c.most {
			t.Errorf("%s: %d MB allocated for %d bytes", name, used>>20, len(c.file))
		}
	}
}
