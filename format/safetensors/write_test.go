package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// sample has every kind of thing, in little.
func sample() *File {
	return &File{
		Metadata: map[string]string{"format": "pt", "spec": "dense 30\nsigmoid \"x\"\\ é\x00"},
		Tensors: []Tensor{
			FromFloat32s("layer0.W", []int{2, 3}, []float32{1, -2, 0.5, float32(math.Inf(1)), 0, -0.25}),
			FromFloat64s("layer0.b", []int{1}, []float64{math.Pi}),
			{Name: "step", DType: I64, Data: []byte{7, 0, 0, 0, 0, 0, 0, 0}},
			{Name: "none", DType: F32, Shape: []int{0, 5}, Data: nil},
			{Name: "mask\x1b[2J/../..", DType: Bool, Shape: []int{3}, Data: []byte{1, 0, 1}},
		},
	}
}

func write(t testing.TB, f *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// same says how two files differ, "" where they do not.
func same(a, b *File) string {
	if !maps.Equal(a.Metadata, b.Metadata) {
		return fmt.Sprintf("metadata %q and %q", a.Metadata, b.Metadata)
	}
	if len(a.Tensors) != len(b.Tensors) {
		return fmt.Sprintf("%d and %d tensors", len(a.Tensors), len(b.Tensors))
	}
	for i, t := range a.Tensors {
		u := b.Tensors[i]
		if t.Name != u.Name || t.DType != u.DType || !slices.Equal(t.Shape, u.Shape) || !bytes.Equal(t.Data, u.Data) {
			return fmt.Sprintf("tensor %+v and %+v", t, u)
		}
	}
	return ""
}

func TestRoundTrip(t *testing.T) {
	f := sample()
	b := write(t, f)
	if again := write(t, f); !bytes.Equal(b, again) {
		t.Error("writing twice gives different bytes")
	}
	g, err := read(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := same(f, g); d != "" {
		t.Error(d)
	}
	if len(g.Checksum) != 64 {
		t.Errorf("checksum %q", g.Checksum)
	}
	if again := write(t, g); !bytes.Equal(b, again) {
		t.Error("reading and writing gives different bytes")
	}

	path := filepath.Join(t.TempDir(), "a.gradus")
	if err := WriteFile(path, f); err != nil {
		t.Fatal(err)
	}
	if onDisk, err := os.ReadFile(path); err != nil || !bytes.Equal(onDisk, b) {
		t.Errorf("WriteFile wrote other bytes than Write: %v", err)
	}
	if g, err = ReadFile(path); err != nil || same(f, g) != "" {
		t.Errorf("from a file: %v", err)
	}
	h, err := ReadFileHeader(path)
	if err != nil || h.Checksum != g.Checksum || len(h.Tensors) != len(f.Tensors) || !maps.Equal(h.Metadata, f.Metadata) {
		t.Errorf("header %+v, %v", h, err)
	}
	for i, info := range h.Tensors {
		if !bytes.Equal(b[info.Offset:info.Offset+info.Size], f.Tensors[i].Data) {
			t.Errorf("%q is not at %d", info.Name, info.Offset)
		}
	}
}

// The layout, spelled out: what another reader relies on.
func TestLayout(t *testing.T) {
	f := &File{
		Metadata: map[string]string{"format": "pt"},
		Tensors:  []Tensor{FromFloat32s("w", []int{2}, []float32{1, 2})},
	}
	b := write(t, f)
	n := binary.LittleEndian.Uint64(b)
	header := string(b[8 : 8+n])
	want := `{"__metadata__":{"format":"pt",` +
		`"gradus.checksum":"SHA-256 of this file with the 64 digits of gradus.sha256 set to 0",` +
		`"gradus.sha256":"5b9a"},` +
		`"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`
	g, err := read(b)
	if err != nil {
		t.Fatal(err)
	}
	want = strings.Replace(want, "5b9a", g.Checksum, 1)
	if strings.TrimRight(header, " ") != want {
		t.Errorf("header\nhave %s\nwant %s", header, want)
	}
	if n%8 != 0 || len(header)-len(want) > 7 {
		t.Errorf("the header has %d bytes and %d of padding", n, len(header)-len(want))
	}
	if data := b[8+n:]; !bytes.Equal(data, []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}) {
		t.Errorf("data % x", data)
	}
	// The header is JSON to others too.
	var any map[string]any
	if err := json.Unmarshal([]byte(header), &any); err != nil {
		t.Error(err)
	}
}

// What appendJSON escapes, encoding/json reads.
func TestNamesAreJSON(t *testing.T) {
	for r := rune(0); r < 0x300; r++ {
		s := "a" + string(r) + "b"
		var have string
		if err := json.Unmarshal(appendJSON(nil, s), &have); err != nil || have != s {
			t.Errorf("%q became %q (%v)", s, have, err)
		}
		f := &File{Tensors: []Tensor{{Name: s, DType: U8, Shape: []int{1}, Data: []byte{1}}}, Metadata: map[string]string{s: s}}
		g, err := read(write(t, f))
		if err != nil || same(f, g) != "" {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// A sealed file is refused after any change of one byte, and cut at any length, and with anything after it.
func TestDamage(t *testing.T) {
	for _, f := range []*File{sample(), {}, {Metadata: map[string]string{"a": "b"}}} {
		whole := write(t, f)
		refused, tries := 0, 0
		try := func(what string, b []byte) {
			t.Helper()
			tries++
			g, err := read(b)
			var broken *FormatError
			var unsupported *UnsupportedError
			switch {
			case err == nil:
				t.Errorf("%s: read %+v", what, g)
			case !errors.As(err, &broken) && !errors.As(err, &unsupported):
				t.Errorf("%s: %v", what, err)
			default:
				refused++
			}
		}
		damaged := bytes.Clone(whole)
		for i := range whole {
			for mask := 1; mask < 256; mask++ {
				if f.Tensors != nil && mask&(mask-1) != 0 { // of the larger file, single bits are enough
					continue
				}
				damaged[i] ^= byte(mask)
				try(fmt.Sprintf("byte %d (%q) ^ %#x", i, whole[i], mask), damaged)
				damaged[i] = whole[i]
			}
			try(fmt.Sprintf("cut to %d bytes", i), whole[:i])
		}
		try("one byte more", append(bytes.Clone(whole), 0))
		t.Logf("%d of %d damaged files refused", refused, tries)
	}
}

func TestSealIncomplete(t *testing.T) {
	sum := strings.Repeat("0", 64)
	for _, c := range []struct{ metadata, want string }{
		{`"gradus.checksum":"x"`, "the checksum is incomplete: want the metadata gradus.sha256 and gradus.checksum; if another program has rewritten the file, remove"},
		{`"gradus.sha256":"` + sum + `"`, "the checksum is incomplete"},
		{`"gradus.checksum":"x","gradus.sha256":"abc"`, `the checksum is "abc", want 64 hexadecimal digits`},
		{`"gradus.checksum":"x","gradus.sha256":"` + strings.Repeat("A", 64) + `"`, `want 64 hexadecimal digits`},
		{`"gradus.checksum":"x","gradus.sha256":"\u0030` + sum[1:] + `"`, `want 64 hexadecimal digits`},
		{`"gradus.checksum":"x","gradus.sha256":"` + sum + `"`, "the file is damaged: its checksum says 00000000..., its content gives"},
	} {
		_, err := read(raw(`{"__metadata__":{`+c.metadata+`}}`, 0))
		var broken *FormatError
		if !errors.As(err, &broken) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\nhave %v\nwant %s", c.metadata, err, c.want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	w := Tensor{Name: "w", DType: U8, Shape: []int{1}, Data: []byte{1}}
	with := func(change func(*Tensor)) *File {
		u := w
		change(&u)
		return &File{Tensors: []Tensor{u}}
	}
	many := map[string]string{}
	for i := range maxMetadata {
		many[fmt.Sprint(i)] = ""
	}
	for _, c := range []struct {
		f    *File
		want string
	}{
		{&File{Tensors: []Tensor{w, w}}, `safetensors: cannot write: tensor "w": the name occurs twice`},
		{with(func(t *Tensor) { t.Name = "__metadata__" }), `the name is taken by the format`},
		{with(func(t *Tensor) { t.Name = "\xff" }), `tensor "\xff": the name is not UTF-8`},
		{with(func(t *Tensor) { t.DType = "F4" }), `unknown dtype "F4", want BOOL`},
		{with(func(t *Tensor) { t.DType = "" }), `unknown dtype "", want BOOL`},
		{with(func(t *Tensor) { t.Data = nil }), `U8 [1] takes 1 bytes, have 0`},
		{with(func(t *Tensor) { t.Shape = []int{-1} }), `shape [-1]: a size is negative`},
		{with(func(t *Tensor) { t.Shape = []int{1 << 30, 1 << 30, 1 << 30} }), `the product of the sizes overflows`},
		{with(func(t *Tensor) { t.Shape = slices.Repeat([]int{1}, 17) }), `17 axes, want at most 16`},
		{&File{Metadata: map[string]string{"a\xff": ""}}, `metadata "a\xff": want UTF-8`},
		{&File{Metadata: map[string]string{"a": "\xff"}}, `metadata "a": want UTF-8`},
		{&File{Metadata: many}, `65536 entries of metadata, want at most 65534`},
		{&File{Metadata: map[string]string{"a": strings.Repeat("x", maxHeader)}}, `a header of 100000`},
	} {
		var b bytes.Buffer
		err := Write(&b, c.f)
		if err == nil || !strings.Contains(err.Error(), c.want) || b.Len() != 0 {
			t.Errorf("have %v after %d bytes, want %s", err, b.Len(), c.want)
		}
	}
}

// A file that cannot be written leaves the old one.
func TestWriteFileFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gradus")
	if err := WriteFile(path, sample()); err != nil {
		t.Fatal(err)
	}
	broken := sample()
	broken.Tensors[0].Data = nil
	if err := WriteFile(path, broken); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), `"layer0.W"`) {
		t.Errorf("have %v", err)
	}
	if f, err := ReadFile(path); err != nil || same(f, sample()) != "" {
		t.Errorf("the old file: %v", err)
	}
}

func TestWriterFails(t *testing.T) {
	whole := len(write(t, sample()))
	for n := range whole {
		full := errors.New("disk full")
		if err := Write(&limited{n, full}, sample()); !errors.Is(err, full) {
			t.Fatalf("room for %d of %d bytes: %v", n, whole, err)
		}
	}
}

// limited takes n bytes.
type limited struct {
	n   int
	err error
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.n {
		return l.n, l.err
	}
	l.n -= len(p)
	return len(p), nil
}

func FuzzRead(f *testing.F) {
	f.Add(write(f, sample()))
	f.Add(write(f, &File{}))
	f.Add(raw("{}", 0))
	f.Add(raw(" {} ", 0))
	f.Add(raw(one("F32", "[2,5]", "[0,40]"), 40))
	f.Add(raw(`{`+u8("b", 2, 3)+`,`+u8(`\ud83d\ude00`, 0, 2)+`,"__metadata__":{"k":"\u0000"}}`, 3))
	f.Add(raw(one("F4", "[4]", "[0,2]"), 2))
	for _, c := range hostile {
		if len(c.file) < 1000 { // the bombs would only slow the search down
			f.Add(c.file)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := read(b)
		head, herr := ReadHeader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			var broken *FormatError
			var unsupported *UnsupportedError
			if !errors.As(err, &broken) && !errors.As(err, &unsupported) {
				t.Errorf("error %T: %v", err, err)
			}
			for _, r := range err.Error() {
				if !unicode.IsGraphic(r) {
					t.Errorf("the sentence carries control characters: %q", err)
				}
			}
			return
		}
		if herr != nil || len(head.Tensors) != len(a.Tensors) {
			t.Errorf("the header alone: %+v, %v", head, herr)
		}
		total := 0
		for _, u := range a.Tensors {
			total += len(u.Data)
			if len(u.Data) != u.Len()*u.DType.Size() {
				t.Errorf("%+v: %d bytes", u, len(u.Data))
			}
		}
		if total > len(b) {
			t.Errorf("%d bytes of tensors in a file of %d", total, len(b))
		}
		again, err := read(write(t, a))
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
		if d := same(a, again); d != "" {
			t.Errorf("what was read and saved has changed: %s", d)
		}
	})
}

// A model's parameters, saved and loaded.
func ExampleWrite() {
	var file bytes.Buffer
	err := Write(&file, &File{
		Metadata: map[string]string{"classes": "cat dog"},
		Tensors: []Tensor{
			FromFloat32s("W", []int{2, 2}, []float32{1, 2, 3, 4}),
			FromFloat32s("b", []int{2}, []float32{0.5, -0.5}),
		},
	})
	if err != nil {
		fmt.Println(err)
	}

	f, err := Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
	}
	for _, t := range f.Tensors {
		values, _ := t.Float32s()
		fmt.Println(t.Name, t.DType, t.Shape, values)
	}
	fmt.Println(f.Metadata["classes"])
	// Output:
	// W F32 [2 2] [1 2 3 4]
	// b F32 [2] [0.5 -0.5]
	// cat dog
}

// The shape of a real file: a megabyte, with its checksum.
func BenchmarkRead(b *testing.B) {
	var buf bytes.Buffer
	if err := Write(&buf, &File{Tensors: []Tensor{FromFloat32s("w", []int{1 << 18}, make([]float32, 1<<18))}}); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(buf.Len()))
	for b.Loop() {
		if _, err := read(buf.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	f := &File{Tensors: []Tensor{FromFloat32s("w", []int{1 << 18}, make([]float32, 1<<18))}}
	b.SetBytes(1 << 20)
	for b.Loop() {
		if err := Write(io.Discard, f); err != nil {
			b.Fatal(err)
		}
	}
}
