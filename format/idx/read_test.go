package idx

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// file returns the bytes of an IDX file: magic of the given type byte, dimensions, body.
func file(typ byte, dims []uint32, body ...byte) []byte {
	b := []byte{0, 0, typ, byte(len(dims))}
	for _, d := range dims {
		b = append(b, byte(d>>24), byte(d>>16), byte(d>>8), byte(d))
	}
	return append(b, body...)
}

// zipped returns b as one member of gzip.
func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	z.Write(b)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadTypes(t *testing.T) {
	for _, c := range []struct {
		raw  []byte
		want any
	}{
		{file(0x08, []uint32{3}, 0, 127, 255), []uint8{0, 127, 255}},
		{file(0x09, []uint32{3}, 0, 127, 255), []int8{0, 127, -1}},
		{file(0x0B, []uint32{2}, 1, 0, 0xff, 0xfe), []int16{256, -2}},
		{file(0x0C, []uint32{2}, 0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff), []int32{65536, -1}},
		{file(0x0D, []uint32{2}, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0), []float32{1, -2.5}},
		{file(0x0E, []uint32{1}, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18), []float64{math.Pi}},
	} {
		for _, raw := range [][]byte{c.raw, zipped(t, c.raw)} {
			a, err := Read(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(a.Data, c.want) {
				t.Errorf("read %v, want %v", a.Data, c.want)
			}
		}
		a, _ := Read(bytes.NewReader(c.raw))
		var out bytes.Buffer
		if err := Write(&out, a); err != nil || !bytes.Equal(out.Bytes(), c.raw) {
			t.Errorf("%v: written as %x, %v; want %x", a.Type(), out.Bytes(), err, c.raw)
		}
	}
}

func TestReadDims(t *testing.T) {
	a, err := Read(bytes.NewReader(file(0x08, []uint32{2, 1, 3}, 1, 2, 3, 4, 5, 6)))
	if err != nil || !reflect.DeepEqual(a.Dims, []int{2, 1, 3}) {
		t.Errorf("dims %v, %v", a.Dims, err)
	}
	a, err = Read(bytes.NewReader(file(0x08, []uint32{0, math.MaxUint32, math.MaxUint32})))
	if err != nil || a.Len() != 0 {
		t.Errorf("an empty array: %v, %v", a, err)
	}
}

// TestBroken: every hostile file gets a sentence with the place of the fault.
func TestBroken(t *testing.T) {
	good := file(0x08, []uint32{2, 3}, 1, 2, 3, 4, 5, 6)
	long := file(0x08, []uint32{100, 100}, bytes.Repeat([]byte{1, 2, 3, 4}, 2500)...)
	badCRC := zipped(t, good)
	badCRC[len(badCRC)-8] ^= 1
	badLength := zipped(t, good)
	badLength[len(badLength)-4] ^= 1
	badDeflate := zipped(t, long)
	badDeflate[10] = 0xff
	many := append([]byte{0, 0, 8, 255}, bytes.Repeat([]byte{0, 0, 0, 1}, 255)...)
	for _, c := range []struct {
		name   string
		raw    []byte
		offset int64
		says   string
	}{
		{"empty", nil, 0, "ends within the first 4 bytes"},
		{"three bytes", good[:3], 3, "ends within the first 4 bytes"},
		{"magic byte 0", append([]byte{1}, good[1:]...), 0, "begins with 01 00"},
		{"magic byte 1", append([]byte{0, 9}, good[2:]...), 0, "begins with 00 09"},
		{"a picture", []byte("\x89PNG\r\n\x1a\n"), 0, "no IDX file"},
		{"type 0", file(0x00, []uint32{1}, 1), 2, "type 0x00"},
		{"type 0A", file(0x0A, []uint32{1}, 1), 2, "type 0x0a"},
		{"type FF", file(0xFF, []uint32{1}, 1), 2, "type 0xff"},
		{"no dimensions", file(0x08, nil), 3, "no dimensions"},
		{"short dimensions", good[:9], 9, "ends within the 2 dimensions"},
		{"short body", good[:17], 17, "need 6 bytes"},
		{"no body", good[:12], 12, "ends within the elements"},
		{"dimension 2^32-1", file(0x08, []uint32{math.MaxUint32}, 1, 2, 3), 11, "4294967295"},
		{"product overflows", file(0x0E, []uint32{math.MaxUint32, math.MaxUint32, 16}), 4, "more bytes than an int"},
		{"product is 2^64", file(0x08, []uint32{1 << 31, 1 << 31, 4}), 4, "more bytes than an int"},
		{"trailing byte", append(bytes.Clone(good), 0), 18, "more bytes after the last element"},
		{"gzip: header only", []byte{0x1f, 0x8b}, 0, "gzip"},
		{"gzip: wrong method", append([]byte{0x1f, 0x8b, 7}, zipped(t, good)[3:]...), 0, "gzip"},
		{"gzip: cut in the data", zipped(t, long)[:20], 0, "ends within"},
		{"gzip: cut in the checksum", zipped(t, good)[:len(zipped(t, good))-3], 18, "gzip stream is damaged"},
		{"gzip: bad CRC", badCRC, 18, "gzip stream is damaged"},
		{"gzip: bad length", badLength, 18, "gzip stream is damaged"},
		{"gzip: bad block", badDeflate, 0, "gzip stream is damaged"},
		{"gzip: junk after the member", append(zipped(t, good), "junk"...), 18, "gzip stream is damaged"},
		{"gzip: a second array", append(zipped(t, good), zipped(t, good)...), 18, "more bytes after the last element"},
		{"gzip: twice", zipped(t, zipped(t, good)), 0, "begins with 1f 8b"},
	} {
		a, err := Read(bytes.NewReader(c.raw))
		var broken *FormatError
		if !errors.As(err, &broken) {
			t.Errorf("%s: %v, %v; want a FormatError", c.name, a, err)
			continue
		}
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q does not say %q", c.name, err, c.says)
		}
		if !strings.HasPrefix(c.name, "gzip: cut in the data") && broken.Offset != c.offset {
			t.Errorf("%s: offset %d, want %d", c.name, broken.Offset, c.offset)
		}
	}
	var unsupported *UnsupportedError
	if _, err := Read(bytes.NewReader(many)); !errors.As(err, &unsupported) || unsupported.Offset != 3 {
		t.Errorf("255 dimensions: %v; want an UnsupportedError at 3", err)
	}
}

// TestEveryCut: a file cut anywhere, or with one byte more, is refused, compressed or not.
func TestEveryCut(t *testing.T) {
	good := file(0x0B, []uint32{2, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	for _, whole := range [][]byte{good, zipped(t, good)} {
		for n := range whole {
			if a, err := Read(bytes.NewReader(whole[:n])); err == nil {
				t.Errorf("%d of %d bytes read as %v", n, len(whole), a)
			}
		}
	}
}

func TestConcatenatedMembers(t *testing.T) {
	good := file(0x08, []uint32{2, 3}, 1, 2, 3, 4, 5, 6)
	a, err := Read(bytes.NewReader(append(zipped(t, good[:7]), zipped(t, good[7:])...)))
	if err != nil || !reflect.DeepEqual(a.Data, []uint8{1, 2, 3, 4, 5, 6}) {
		t.Errorf("two members: %v, %v", a, err)
	}
}

// TestBomb: a file of 256 kB that becomes 256 MB, whether its header says so or not, does not cost 256 MB.
func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("compresses a quarter of a gigabyte")
	}
	const size = 1 << 28
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(file(0x08, []uint32{size}))
	zeros := make([]byte, 1<<20)
	for range size >> 20 {
		z.Write(zeros)
	}
	z.Close()
	small := bytes.Clone(out.Bytes())
	lying := append(zipped(t, file(0x08, []uint32{10})), small...)

	for name, bomb := range map[string][]byte{"true header": small, "small header": lying} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read(bytes.NewReader(bomb))
		runtime.ReadMemStats(&after)
		var broken *FormatError
		if !errors.As(err, &broken) {
			t.Errorf("%s: %v; want a FormatError", name, err)
		}
		// All chunks up to freeBytes together are twice the last; nothing beyond may have been allocated.
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 2*freeBytes+1<<20 {
			t.Errorf("%s: %d bytes of %d allocated %d", name, len(bomb), size, grown)
		}
	}
}

// TestHeaderAlone: a header that promises 4 GB and brings nothing costs a chunk.
func TestHeaderAlone(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(bytes.NewReader(file(0x08, []uint32{math.MaxUint32})))
	runtime.ReadMemStats(&after)
	if err == nil || after.TotalAlloc-before.TotalAlloc > 2*firstChunk {
		t.Errorf("%v, %d bytes allocated", err, after.TotalAlloc-before.TotalAlloc)
	}
}

// TestLarge: a compressed file beyond every chunk comes back whole.
func TestLarge(t *testing.T) {
	body := make([]byte, 3*firstChunk+17)
	x := uint32(1)
	for i := range body {
		x = x*1664525 + 1013904223
		body[i] = byte(x >> 24)
	}
	raw := file(0x08, []uint32{uint32(len(body))}, body...)
	for _, b := range [][]byte{raw, zipped(t, raw)} {
		a, err := Read(bytes.NewReader(b))
		if err != nil || !bytes.Equal(a.Data.([]uint8), body) {
			t.Errorf("%d bytes did not come back: %v", len(b), err)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	good := file(0x08, []uint32{2}, 7, 8)
	for name, raw := range map[string][]byte{
		"plain":         good,
		"plain.gz":      good, // the name lies; the first bytes do not
		"compressed":    zipped(t, good),
		"compressed.gz": zipped(t, good),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		if a, err := ReadFile(path); err != nil || !reflect.DeepEqual(a.Data, []uint8{7, 8}) {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
	bad := filepath.Join(dir, "bad-images")
	os.WriteFile(bad, good[:9], 0o644)
	_, err := ReadFile(bad)
	if want := fmt.Sprintf("idx: %s: at byte 9: the file ends within the elements: dimensions [2] need 2 bytes; was it cut short?: unexpected EOF", bad); err == nil || err.Error() != want {
		t.Errorf("error %q\nwant  %q", err, want)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if _, err := ReadFile(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	for _, odd := range []string{dir, os.DevNull} {
		if _, err := ReadFile(odd); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", odd, err)
		}
	}
}

type failing struct{}

var errDisk = errors.New("disk on fire")

func (failing) Read([]byte) (int, error) { return 0, errDisk }

// TestReaderError: an error of the reader is handed on, and not taken for a broken file.
func TestReaderError(t *testing.T) {
	good := file(0x08, []uint32{20})
	for n := range good {
		_, err := Read(io.MultiReader(bytes.NewReader(good[:n]), failing{}))
		var broken *FormatError
		if !errors.Is(err, errDisk) || errors.As(err, &broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	good := file(0x08, []uint32{2, 3}, 1, 2, 3, 4, 5, 6)
	f.Add(good)
	f.Add(zipped(f, good))
	f.Add(file(0x0D, []uint32{2}, 0x3f, 0x80, 0, 0, 0x7f, 0xc0, 0, 1))
	f.Add(file(0x0E, []uint32{math.MaxUint32, math.MaxUint32, 16}))
	f.Add(append(zipped(f, good), zipped(f, good)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := Read(bytes.NewReader(raw))
		if err != nil {
			return
		}
		// What is accepted is written and read again as the same bytes.
		var first, second bytes.Buffer
		if err := Write(&first, a); err != nil {
			t.Fatal(err)
		}
		b, err := Read(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(&second, b); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%x came back as %x, %v", first.Bytes(), second.Bytes(), err)
		}
	})
}
