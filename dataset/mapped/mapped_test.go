package mapped

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/format/npy"
)

// noMap stands for a system without memory mapping.
func noMap(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

// ways are the two in which rows are read; both must give the same.
var ways = map[string]func(*os.File, int) ([]byte, error){"mapped": mapFile, "read": noMap}

func write(t testing.TB, name string, array any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	var err error
	switch a := array.(type) {
	case *idx.Array:
		err = idx.WriteFile(path, a)
	case *npy.Array:
		var b bytes.Buffer
		npy.Write(&b, a)
		err = os.WriteFile(path, b.Bytes(), 0o644)
	case []byte:
		err = os.WriteFile(path, a, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func Example() {
	dir, _ := os.MkdirTemp("", "mapped")
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "pictures")
	idx.WriteFile(name, idx.Of([]uint8{0, 51, 102, 255, 204, 153}, 3, 1, 2))

	x, err := Open(name)
	fmt.Println(x.Len(), x.Shape(), err)
	dst := make([]float32, 2*x.Width())
	x.Gather32(dst, []int{2, 0})
	fmt.Println(dst, x.Err())
	x.Close()
	// Output:
	// 3 1×2 <nil>
	// [0.8 0.6 0 0.2] <nil>
}

// TestSameAsMemory: mapped or read, of either format and byte order, in both precisions, whole or in parts: the features are
// those of the same rows in memory, to the bit.
func TestSameAsMemory(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, width = 40, 35
	pixels, numbers := make([]uint8, n*width), make([]float32, n*width)
	for i := range pixels {
		pixels[i] = uint8(rng.IntN(256))
		numbers[i] = float32(rng.NormFloat64())
	}
	small, floats := dataset.NewBytes(pixels, width), dataset.NewFloats(numbers, width)
	for name, c := range map[string]struct {
		file string
		want dataset.Slicer
		raw  dataset.Slicer
	}{
		"IDX uint8":        {write(t, "x", idx.Of(pixels, n, 5, 7)), small, small.Raw()},
		"IDX float32":      {write(t, "x", idx.Of(numbers, n, 5, 7)), floats, floats},
		"npy uint8":        {write(t, "x.npy", npy.Of(pixels, n, 5, 7)), small, small.Raw()},
		"npy float32":      {write(t, "x.npy", npy.Of(numbers, n, 5, 7)), floats, floats},
		"npy, other order": {write(t, "x.npy", append(header("{'descr': '>f4', 'fortran_order': False, 'shape': (1,35)}"), bigEndian(numbers[:width])...)), floats.Slice(0, 1).(dataset.Slicer), floats.Slice(0, 1).(dataset.Slicer)},
	} {
		for way, mapFile := range ways {
			x, err := open(c.file, mapFile)
			if err != nil {
				t.Errorf("%s, %s: %v", name, way, err)
				continue
			}
			if x.Len() != c.want.Len() || x.Width() != width {
				t.Fatalf("%s: %d rows of %d", name, x.Len(), x.Width())
			}
			equal(t, name+", "+way, x, c.want)
			equal(t, name+", raw, "+way, x.Raw(), c.raw)
			if n := x.Len(); n > 10 {
				equal(t, name+", a part, "+way, x.Slice(3, n-2), c.want.Slice(3, n-2))
				equal(t, name+", a part of a part, "+way, x.Slice(3, n-2).(*Rows).Slice(1, 9), c.want.Slice(4, 12))
			}
			if err := x.Err(); err != nil {
				t.Errorf("%s, %s: %v", name, way, err)
			}
		}
	}
}

// header is the beginning of a .npy file.
func header(text string) []byte {
	return append([]byte("\x93NUMPY\x01\x00"), append([]byte{byte(len(text)), 0}, text...)...)
}

func bigEndian(x []float32) []byte {
	var b []byte
	for _, v := range x {
		u := math.Float32bits(v)
		b = append(b, byte(u>>24), byte(u>>16), byte(u>>8), byte(u))
	}
	return b
}

func equal(t *testing.T, name string, have, want dataset.Rows) {
	t.Helper()
	rows := rand.New(rand.NewPCG(3, 4)).Perm(want.Len())
	x, y := make([]float32, want.Len()*want.Width()), make([]float32, want.Len()*want.Width())
	have.Gather32(x, rows)
	want.Gather32(y, rows)
	if !slices.Equal(x, y) {
		t.Errorf("%s: other features in float32", name)
	}
	u, v := make([]float64, len(x)), make([]float64, len(x))
	have.Gather64(u, rows)
	want.Gather64(v, rows)
	if !slices.Equal(u, v) {
		t.Errorf("%s: other features in float64", name)
	}
}

// TestRefused: what is wrong with a file is said before a row is asked for.
func TestRefused(t *testing.T) {
	whole, _ := os.ReadFile(write(t, "x", idx.Of(make([]uint8, 12), 3, 2, 2)))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a byte short": {whole[:len(whole)-1], "mapped: FILE has 27 bytes, but its header promises 28; was it cut short?"},
		"a byte more":  {append(slices.Clone(whole), 0), "mapped: FILE has 1 bytes after the last element; want one array a file"},
		"no rows":      {[]byte{0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 28}, "mapped: FILE: shape 0×28: axis 0 is 0"},
		"huge":         {[]byte{0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 2, 0, 0, 0, 2}, "mapped: FILE has 16 bytes, but its header promises 17179869196; was it cut short?"},
		"no header":    {[]byte{0, 0, 8}, "idx: FILE: at byte 3: the file ends within the first 4 bytes; was it cut short?"},
		"text":         {[]byte("a,b\n"), "idx: FILE: at byte 0: the file begins with 61 2c; want 00 00: this is no IDX file"},
		"npy":          {[]byte("\x93NUMPY\x01\x00\x02\x00{}"), "npy: FILE: "},
	} {
		path := write(t, "x", c.data)
		_, err := Open(path)
		if err == nil || !strings.HasPrefix(strings.ReplaceAll(err.Error(), path, "FILE"), c.want) {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
	}
	for name, array := range map[string]any{
		"IDX int16": idx.Of(make([]int16, 4), 2, 2), "npy float64": npy.Of(make([]float64, 4), 2, 2), "a number": npy.Of(make([]float32, 1)),
		"gzip": []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0}, "Fortran": append(header("{'descr': '<f4', 'fortran_order': True, 'shape': (1,1)}"), 0, 0, 0, 0),
	} {
		if _, err := Open(write(t, "x", array)); !errors.Is(err, ErrUnsuitable) {
			t.Errorf("%s: %v; want ErrUnsuitable", name, err)
		}
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
}

// TestShrinks: a file that becomes shorter while it is mapped is NaN and a sentence, not a bus error.
func TestShrinks(t *testing.T) {
	if testing.Short() {
		t.Skip("the short tests also run in an emulator, which reports the fault of a page that is gone as one at address 0")
	}
	for way, mapFile := range ways {
		const n, width = 16, 8192 // pages of any size
		path := write(t, "x", idx.Of(make([]uint8, n*width), n, width))
		x, err := open(path, mapFile)
		if err != nil {
			t.Fatal(err)
		}
		dst := make([]float32, width)
		x.Gather32(dst, []int{n - 1})
		if dst[0] != 0 || x.Err() != nil {
			t.Errorf("%s: %v, %v", way, dst[0], x.Err())
		}
		if err := os.Truncate(path, width); err != nil {
			t.Skip(err)
		}
		if err := x.Err(); err == nil || !strings.Contains(err.Error(), "leave it alone") {
			t.Errorf("%s: before it is met: %v", way, err)
		}
		x.Gather32(dst, []int{n - 1})
		if !math.IsNaN(float64(dst[0])) || !math.IsNaN(float64(dst[width-1])) {
			t.Errorf("%s: %v from a row that is gone", way, dst[0])
		}
		if err := x.Slice(0, 1).(*Rows).Err(); err == nil || !strings.Contains(err.Error(), "can no longer be read") {
			t.Errorf("%s: %v", way, err)
		}
		double := make([]float64, width)
		x.Gather64(double, []int{n - 1})
		if !math.IsNaN(double[0]) {
			t.Errorf("%s: %v from a row that is gone", way, double[0])
		}
	}
}

// TestWritten: a file that is written to is noticed.
func TestWritten(t *testing.T) {
	path := write(t, "x", idx.Of(make([]uint8, 64), 8, 8))
	x, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	later := x.file.begun.ModTime().Add(5e9)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Skip(err)
	}
	if err := x.Err(); err == nil || !strings.Contains(err.Error(), "was written to while it was read") {
		t.Errorf("%v", err)
	}
}

// TestMistakes: a row that does not exist is the programmer's mistake, and panics as everywhere.
func TestMistakes(t *testing.T) {
	x, err := Open(write(t, "x", idx.Of(make([]uint8, 64), 8, 8)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
		if err := x.Err(); err != nil {
			t.Error(err)
		}
	}()
	x.Slice(0, 4).Gather32(make([]float32, 8), []int{4})
}

// TestNoAllocation: a gather allocates nothing, so that a step of a training does not.
func TestNoAllocation(t *testing.T) {
	for way, mapFile := range ways {
		for name, array := range map[string]any{"uint8": idx.Of(make([]uint8, 640), 10, 64), "float32": npy.Of(make([]float32, 640), 10, 64), "other order": idx.Of(make([]float32, 640), 10, 64)} {
			x, err := open(write(t, "x", array), mapFile)
			if err != nil {
				t.Fatal(err)
			}
			dst, rows := make([]float32, 2*64), []int{7, 3}
			if n := testing.AllocsPerRun(100, func() { x.Gather32(dst, rows) }); n > 0 {
				t.Errorf("%s, %s: %v allocations", name, way, n)
			}
		}
	}
}

// TestUnmaps: what nobody refers to any longer is given back.
func TestUnmaps(t *testing.T) {
	path := write(t, "x", idx.Of(make([]uint8, 1<<20), 1<<10, 1<<10))
	maps := func() int {
		text, err := os.ReadFile("/proc/self/maps")
		if err != nil {
			t.Skip("no /proc here")
		}
		return strings.Count(string(text), path)
	}
	x, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if maps() != 1 {
		t.Fatalf("%d mappings", maps())
	}
	runtime.KeepAlive(x)
	x = nil
	for range 100 {
		runtime.GC()
		if maps() == 0 {
			return
		}
		runtime.Gosched()
	}
	t.Error("still mapped")
}
