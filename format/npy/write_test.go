package npy

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// every holds an array of each type, with its extremes.
var every = []Named{
	{"bool", Of([]bool{true, false}, 2)},
	{"int8", Of([]int8{-128, 127}, 1, 2)},
	{"int16", Of([]int16{-32768, 32767}, 2, 1)},
	{"int32", Of([]int32{math.MinInt32, math.MaxInt32}, 2)},
	{"int64", Of([]int64{math.MinInt64, math.MaxInt64}, 2)},
	{"uint8", Of([]uint8{0, 255}, 2)},
	{"uint16", Of([]uint16{1, 65535}, 2)},
	{"uint32", Of([]uint32{1, math.MaxUint32}, 2)},
	{"uint64", Of([]uint64{1, math.MaxUint64}, 2)},
	{"float16", Of([]Half{0x3c00, 0x7bff}, 2)},
	{"float32", Of([]float32{float32(math.Inf(-1)), math.SmallestNonzeroFloat32, -0.1, 7}, 2, 2)},
	{"float64", Of([]float64{math.Inf(1), math.SmallestNonzeroFloat64, math.Pi}, 3)},
	{"scalar", Of([]float64{42})},
	{"none", Of([]float32{}, 0, 5)},
}

func roundTrip(t *testing.T, a *Array) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a); err != nil {
		t.Fatal(err)
	}
	if start := b.Len() - a.Len()*a.Type().Size(); start%64 != 0 {
		t.Errorf("the elements begin at byte %d, want a multiple of 64", start)
	}
	written := bytes.Clone(b.Bytes())
	back, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	// By bits: NaN is not equal to itself.
	var again bytes.Buffer
	if err := Write(&again, back); err != nil || !bytes.Equal(again.Bytes(), written) || reflect.TypeOf(back.Data) != reflect.TypeOf(a.Data) {
		t.Errorf("%v %v came back as %v %v (%v)", a.Shape, a.Data, back.Shape, back.Data, err)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, a := range every {
		roundTrip(t, a.Array)
	}
	large := make([]float32, 100_003) // several chunks and a rest
	for i := range large {
		large[i] = float32(i)
	}
	roundTrip(t, Of(large, 100_003))
	roundTrip(t, Of([]uint8{1}, make64()...))
}

func make64() []int {
	shape := make([]int, 64)
	for i := range shape {
		shape[i] = 1
	}
	return shape
}

func TestArchiveRoundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := WriteArchive(&b, every); err != nil {
		t.Fatal(err)
	}
	back, err := ReadArchive(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range back {
		if len(back[i].Shape) == 0 {
			back[i].Shape = nil
		}
	}
	if !reflect.DeepEqual(back, every) {
		t.Errorf("%v came back as %v", every, back)
	}
	for _, name := range []string{"", "../x", "/x", "a\\b", "a\nb", "x/"} {
		if err := WriteArchive(&b, []Named{{name, every[0].Array}}); err == nil {
			t.Errorf("the name %q was written", name)
		}
	}
	if err := WriteArchive(&b, []Named{every[0], every[0]}); err == nil {
		t.Error("a name was written twice")
	}
}

// TestNumPyReads lets NumPy read what this package writes and save it again: the same bytes.
func TestNumPyReads(t *testing.T) {
	python, err := exec.LookPath("/usr/bin/python3")
	if err != nil || exec.Command(python, "-c", "import numpy").Run() != nil {
		t.Skip("skipped: no Python with NumPy (Debian: python3-numpy)")
	}
	dir := t.TempDir()
	var b bytes.Buffer
	if err := WriteArchive(&b, every); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "every.npz"), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	script := "import numpy as np\nfor name, a in np.load('every.npz').items(): np.save(name, a)"
	cmd := exec.Command(python, "-c", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, a := range every {
		var ours bytes.Buffer
		Write(&ours, a.Array)
		theirs, err := os.ReadFile(filepath.Join(dir, a.Name+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		back, err := Read(bytes.NewReader(theirs))
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		Write(&again, back)
		if !bytes.Equal(ours.Bytes(), again.Bytes()) {
			t.Errorf("%s: NumPy read\n%q, want\n%q", a.Name, again.Bytes(), ours.Bytes())
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		a    Array
		says string
	}{
		{Array{[]int{1}, []string{"x"}}, "an array of []string"},
		{Array{[]int{1}, nil}, "an array of <nil>"},
		{Array{[]int{3}, []int8{1}}, "shape [3] does not hold 1 elements"},
		{Array{[]int{-1}, []int8{1}}, "axis 0 is negative"},
		{Array{[]int{math.MaxInt, 2}, []int8{}}, "more bytes than"},
		{Array{make([]int, 65), []int8{}}, "65 axes"},
	} {
		if err := Write(&bytes.Buffer{}, &c.a); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.a, err, c.says)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("Of made an array whose parts do not fit")
		}
	}()
	Of([]float32{1, 2, 3}, 2)
}

func TestWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	for _, a := range every[:12] {
		if err := Write(&limitedWriter{n: 130, err: full}, a.Array); !errors.Is(err, full) && a.Len()*a.Type().Size() > 2 {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}

// limitedWriter fails after n bytes.
type limitedWriter struct {
	n   int
	err error
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	if w.n -= len(p); w.n < 0 {
		return 0, w.err
	}
	return len(p), nil
}
