package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func ExampleRead() {
	// The matrix 1 2 3 / 4 5 6, saved by NumPy in Fortran order: its bytes are 1 4 2 5 3 6.
	f, _ := os.Open("testdata/matrix-fortran.npy")
	defer f.Close()
	a, err := Read(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.Type(), a.Shape, a.Data)
	// Output:
	// float32 [2 3] [1 2 3 4 5 6]
}

func ExampleWriteArchive() {
	var file bytes.Buffer
	WriteArchive(&file, []Named{
		{"W1", Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)},
		{"b1", Of([]float32{7, 8, 9}, 3)},
	})
	arrays, _ := ReadArchive(bytes.NewReader(file.Bytes()), int64(file.Len()))
	for _, a := range arrays {
		fmt.Println(a.Name, a.Shape, a.Data)
	}
	// Output:
	// W1 [2 3] [1 2 3 4 5 6]
	// b1 [3] [7 8 9]
}

// TestNumPy reads what NumPy wrote: every type, in C and Fortran order, little- and big-endian, stored and deflated.
func TestNumPy(t *testing.T) {
	for _, name := range []string{"types-c", "types-fortran", "types-big-endian"} {
		arrays, err := ReadArchiveFile("testdata/" + name + ".npz")
		if err != nil {
			t.Fatal(err)
		}
		seen := map[Type]bool{}
		for _, a := range arrays {
			seen[a.Type()] = true
			if !slices.Equal(a.Shape, []int{2, 3, 4}) || types[a.Type()].code != a.Name {
				t.Errorf("%s: %s is %v %v", name, a.Name, a.Type(), a.Shape)
			}
			for i, v := range a.Float64s() {
				want := float64(i)
				if a.Type() == Bool {
					want = min(want, 1)
				}
				if v != want || float64(a.Float32s()[i]) != want {
					t.Errorf("%s: %s[%d] = %v", name, a.Name, i, v)
				}
			}
		}
		if len(seen) != len(types)-1 {
			t.Errorf("%s: %d types, want %d", name, len(seen), len(types)-1)
		}
	}
	for name, want := range map[string]*Array{
		"scalar.npy":         {[]int{}, []float64{0.1}},
		"no-elements.npy":    {[]int{3, 0, 2}, []float32{}},
		"matrix-fortran.npy": {[]int{2, 3}, []float32{1, 2, 3, 4, 5, 6}},
		"limits.npy":         {[]int{2}, []uint64{0, math.MaxUint64}},
		"version-2.npy":      {[]int{3}, []int16{0, 1, 2}},
		"version-3.npy":      {[]int{3}, []int16{0, 1, 2}},
	} {
		if a, err := ReadFile("testdata/" + name); err != nil || !reflect.DeepEqual(a, want) {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
	if arrays, err := ReadArchiveFile("testdata/empty.npz"); len(arrays) != 0 || err != nil {
		t.Errorf("empty.npz: %v, %v", arrays, err)
	}
}

func TestHalf(t *testing.T) {
	a, err := ReadFile("testdata/half.npy")
	if err != nil {
		t.Fatal(err)
	}
	inf := float32(math.Inf(1))
	// The last is the neighbour of 1/3: 1365·2^-12.
	want := []float32{0, float32(math.Copysign(0, -1)), 1, -2, 65504, 0x1p-24, 0x1p-14, inf, -inf, 1365 * 0x1p-12}
	for i, v := range a.Float32s() {
		if math.Float32bits(v) != math.Float32bits(want[i]) {
			t.Errorf("%d: %v, want %v", i, v, want[i])
		}
	}
	if v := Half(0x7e01).Float32(); v == v {
		t.Errorf("NaN became %v", v)
	}
}

// TestNumPyTestFiles reads the files of NumPy's own tests where the package is installed.
func TestNumPyTestFiles(t *testing.T) {
	dir := "/usr/lib/python3/dist-packages/numpy/lib/tests/data"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("skipped: NumPy's own test files are not installed (Debian: python3-numpy)")
	}
	for _, name := range []string{"python3.npy", "win64python2.npy"} {
		if a, err := ReadFile(filepath.Join(dir, name)); err != nil || a.Len() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"py2-objarr.npy", "py3-objarr.npy", "py2-objarr.npz", "py3-objarr.npz"} {
		var err error
		if strings.HasSuffix(name, "z") {
			_, err = ReadArchiveFile(filepath.Join(dir, name))
		} else {
			_, err = ReadFile(filepath.Join(dir, name))
		}
		refused(t, name, err, "Python objects")
	}
}

// refused wants a FormatError or UnsupportedError that contains a text.
func refused(t *testing.T, name string, err error, says string) {
	t.Helper()
	var broken *FormatError
	var unsupported *UnsupportedError
	if !errors.As(err, &broken) && !errors.As(err, &unsupported) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: have %v; want an error that says %q", name, err, says)
	}
}

// file returns a .npy file of version 1.0.
func file(header string, body ...byte) []byte {
	b := append([]byte(Magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	return append(append(b, header...), body...)
}

// dict returns a .npy file with such a shape of uint8.
func dict(shape string, body ...byte) []byte {
	return file("{'descr': '|u1', 'fortran_order': False, 'shape': "+shape+", }\n", body...)
}

var hostile = map[string]struct {
	file []byte
	says string
}{
	"empty":                  {nil, "ends within the first 8 bytes"},
	"another format":         {[]byte("PK\x03\x04\x00\x00\x00\x00"), "this is no .npy file"},
	"version 9":              {[]byte(Magic + "\x09\x00\x04\x00{}  "), "version 9.0"},
	"version 1.1":            {[]byte(Magic + "\x01\x01\x04\x00{}  "), "version 1.1"},
	"cut in the length":      {[]byte(Magic + "\x02\x00\x04\x00"), "ends within the header's length"},
	"header of 4 GB":         {[]byte(Magic + "\x02\x00\xff\xff\xff\xff{}"), "a header of 4294967295 bytes"},
	"cut header":             {[]byte(Magic + "\x01\x00\xff\x00{}"), "ends within the header"},
	"no dictionary":          {file("[]"), "want '{', have '['"},
	"unterminated":           {file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,"), "want a count, have the end"},
	"unterminated text":      {file("{'descr"), "without its closing quote"},
	"no key":                 {file("{1: 2}"), "want a text in quotes"},
	"no colon":               {file("{'descr' '<f4'}"), "want ':'"},
	"nothing":                {file("{}"), `the key "descr" is missing`},
	"no shape":               {file("{'descr': '<f4', 'fortran_order': False}"), `the key "shape" is missing`},
	"extra key":              {file("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'evil': 1}"), `unknown key "evil"`},
	"duplicate key":          {file("{'shape': (), 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}"), `"shape" occurs twice`},
	"no comma":               {file("{'shape': () 'descr': '<f4'}"), "want a comma"},
	"bytes after":            {file("{'descr': '|u1', 'fortran_order': False, 'shape': ()} + exit()"), "after the closing brace"},
	"order 1":                {file("{'fortran_order': 1}"), "want True or False"},
	"order 'True'":           {file("{'fortran_order': 'True'}"), "want True or False"},
	"shape -1":               {dict("(-1,)"), "want a count, have '-'"},
	"shape True":             {dict("(True,)"), "want a count, have 'T'"},
	"shape 1.0":              {dict("(1.0,)"), "want a comma, have '.'"},
	"shape (3)":              {dict("(3)", 1, 2, 3), "want a comma"},
	"shape [3]":              {dict("[3,]", 1, 2, 3), "want '('"},
	"shape None":             {dict("None"), "want '('"},
	"3000 parentheses":       {dict(strings.Repeat("(", 3000)), "want a count, have '('"},
	"100 axes":               {dict("(" + strings.Repeat("1,", 100) + ")"), "more than 64 axes"},
	"10^12 without data":     {dict("(1000000000000,)"), "ends within the elements"},
	"product wraps to 0":     {dict("(4294967296, 4294967296)"), "more bytes than this machine can count"},
	"2^64-1 beside 0":        {dict("(0, 18446744073709551615)"), "more than this machine can count"},
	"overflow beside 0":      {dict("(0, 4294967296, 4294967296)"), "more bytes than this machine can count"},
	"one byte short":         {dict("(3,)", 1, 2), "shape [3] of uint8 needs 3 bytes"},
	"trailing byte":          {dict("(3,)", 1, 2, 3, 4), "more bytes after the last element"},
	"objects":                {file("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"), "Python objects"},
	"unknown dtype":          {file("{'descr': '<q9', 'fortran_order': False, 'shape': (1,)}"), `dtype "q9"`},
	"empty dtype":            {file("{'descr': '', 'fortran_order': False, 'shape': (1,)}"), "an empty dtype"},
	"dtype of an order only": {file("{'descr': '<', 'fortran_order': False, 'shape': (1,)}"), "no number"},
	"no byte order":          {file("{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}"), "no byte order"},
	"long double":            {file("{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}"), "another width"},
	"escape in a key":        {file("{'\x1b[31m': 1}"), `unknown key "\x1b[31m"`},
}

func TestHostile(t *testing.T) {
	for name, c := range hostile {
		_, err := Read(bytes.NewReader(c.file))
		refused(t, name, err, c.says)
	}
	for name, says := range map[string]string{
		"objects": "Python objects", "records": "structured", "text": "texts", "bytes": "texts", "complex": "complex", "dates": "dates",
	} {
		_, err := ReadFile("testdata/" + name + ".npy")
		refused(t, name, err, says)
		if err == nil || !strings.Contains(err.Error(), "testdata/"+name+".npy: at byte ") {
			t.Errorf("%s: the error does not say where: %v", name, err)
		}
	}
	for _, name := range []string{"testdata", "testdata/missing.npy", os.DevNull} {
		if _, err := ReadFile(name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What NumPy writes can be written otherwise.
	legal := file(`{"shape":(3,),"fortran_order":True,"descr":"|u1"}`, 1, 2, 3)
	if a, err := Read(bytes.NewReader(legal)); err != nil || !slices.Equal(a.Data.([]uint8), []uint8{1, 2, 3}) {
		t.Errorf("legal: %v, %v", a, err)
	}
}

// TestMemory: a header that promises 32 GB costs no more than what the stream delivers.
func TestMemory(t *testing.T) {
	data := dict("(34359738368,)", make([]byte, 1000)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(bytes.NewReader(data))
	runtime.ReadMemStats(&after)
	refused(t, "promise", err, "ends within the elements")
	if used := after.TotalAlloc - before.TotalAlloc; used > firstChunk+1<<20 {
		t.Errorf("%d bytes allocated for a file of %d", used, len(data))
	}
}

// TestErrorsOfReaders: what the reader says is passed on.
func TestErrorsOfReaders(t *testing.T) {
	broken := errors.New("the cable is out")
	full := dict("(3,)", 1, 2, 3)
	for n := range len(full) + 1 {
		r := io.MultiReader(bytes.NewReader(full[:n]), failing{broken})
		if _, err := Read(r); !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzRead(f *testing.F) {
	for _, c := range hostile {
		f.Add(c.file)
	}
	names, _ := filepath.Glob("testdata/*.npy")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Read(bytes.NewReader(data))
		parts, streamErr := inParts(data)
		if err != nil {
			refused(t, "fuzz", err, "")
			if streamErr == nil {
				t.Errorf("Read says %v, a stream nothing", err)
			}
			return
		}
		roundTrip(t, a)
		var unsupported *UnsupportedError // Fortran order
		if streamErr != nil && !errors.As(streamErr, &unsupported) {
			t.Errorf("Read says nothing, a stream %v", streamErr)
		}
		if streamErr == nil && fmt.Sprint(parts) != fmt.Sprint(elements(a.Data)) {
			t.Errorf("%v in parts; want %v", parts, a.Data)
		}
	})
}
