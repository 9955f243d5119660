package npy

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// closing counts how often a file is closed.
type closing struct {
	io.Reader
	closed int
}

func (c *closing) Close() error {
	c.closed++
	return nil
}

// The parts of a stream, one after the other, are the elements that Read returns; after the last one the file is closed.
func TestStream(t *testing.T) {
	a := Of([]int16{1, -2, 3, -4, 5, -6, 7}, 7, 1)
	var b bytes.Buffer
	if err := Write(&b, a); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 3, 7, 100} {
		in := &closing{Reader: bytes.NewReader(b.Bytes())}
		s, err := NewStream(in)
		if err != nil {
			t.Fatal(err)
		}
		var all []int16
		for {
			part, err := s.Next(n)
			if err == io.EOF {
				break
			}
			if err != nil || in.closed > 0 {
				t.Fatal(err, in.closed)
			}
			all = append(all, part.([]int16)...)
		}
		if !reflect.DeepEqual(all, a.Data) || in.closed != 1 {
			t.Errorf("parts of %d: %v, closed %d times", n, all, in.closed)
		}
	}
}

// What a stream cannot read is refused with the header, what is broken at the latest with the last element; both close the file.
func TestStreamRefuses(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, Of([]float32{1, 2, 3, 4}, 2, 2)); err != nil {
		t.Fatal(err)
	}
	sound := b.String()
	for _, c := range []struct{ file, want string }{
		{strings.Replace(sound, "False", "True ", 1), "elements of shape [2 2] that do not lie in C order"},
		{strings.Replace(sound, "<f4", "<U1", 1), `dtype "U1": texts`},
		{sound[:len(sound)-1], "shape [2 2] of float32 needs 16 bytes; was it cut short?"},
		{sound + " ", "more bytes after the last element"},
		{sound[:20], "the file ends within the header"},
	} {
		in := &closing{Reader: strings.NewReader(c.file)}
		s, err := NewStream(in)
		for err == nil {
			_, err = s.Next(3)
		}
		if !strings.Contains(err.Error(), c.want) || in.closed != 1 {
			t.Errorf("%v, closed %d times; want ... %s", err, in.closed, c.want)
		}
	}
	name := filepath.Join(t.TempDir(), "cut.npy")
	if err := os.WriteFile(name, []byte(sound[:len(sound)-1]), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := OpenStream(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(4); err == nil || !strings.HasPrefix(err.Error(), "npy: "+name+": at byte ") {
		t.Error(err)
	}
}

// An archive says what is in it before anything is read, and gives each array as a whole or in parts.
func TestOpenArchive(t *testing.T) {
	x, names := Of([]float64{1, 2, 3}, 3), "\x93NUMPY\x01\x00\x37\x00{'descr': '|S1', 'fortran_order': False, 'shape': (2,)}ab"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range []string{"x.npy", "names.npy"} {
		w, err := z.Create(e)
		if err != nil {
			t.Fatal(err)
		}
		if e == "x.npy" {
			err = Write(w, x)
		} else {
			_, err = io.WriteString(w, names)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := (Reader{}).OpenArchive(path); err == nil || !strings.Contains(err.Error(), `a.npz: "names.npy": at byte`) {
		t.Errorf("texts that nobody asked for: %v", err)
	}
	archive, err := Reader{Texts: true}.OpenArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Entries) != 2 {
		t.Fatalf("%d entries", len(archive.Entries))
	}
	first, second := archive.Entries[0], archive.Entries[1]
	if first.Name != "x" || !reflect.DeepEqual(first.Shape, []int{3}) || first.Bytes != 24 || !first.Sequential() {
		t.Errorf("%+v", first)
	}
	if second.Name != "names" || second.DType.Type != 0 || second.Sequential() {
		t.Errorf("%+v", second)
	}
	a, err := first.Read()
	if err != nil || !reflect.DeepEqual(a, x) {
		t.Errorf("%v, %v", a, err)
	}
	s, err := first.Stream()
	if err != nil {
		t.Fatal(err)
	}
	if part, err := s.Next(2); err != nil || !reflect.DeepEqual(part, []float64{1, 2}) {
		t.Error(part, err)
	}
	if a, err = second.Read(); err != nil || !reflect.DeepEqual(a.Data, []string{"a", "b"}) {
		t.Errorf("%v, %v", a, err)
	}
}

// inParts returns the elements that a stream reads, three at a time.
func inParts(data []byte) (all []any, err error) {
	s, err := NewStream(io.NopCloser(bytes.NewReader(data)))
	for err == nil {
		var part any
		if part, err = s.Next(3); err == nil {
			all = append(all, elements(part)...)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return all, err
}

// elements are those of a slice.
func elements(slice any) (all []any) {
	v := reflect.ValueOf(slice)
	for i := range v.Len() {
		all = append(all, v.Index(i).Interface())
	}
	return all
}
