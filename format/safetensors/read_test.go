package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// raw returns a file of a header and n bytes of data.
func raw(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	for i := range n {
		b = append(b, byte(i))
	}
	return b
}

func read(b []byte) (*File, error) { return Read(bytes.NewReader(b), int64(len(b))) }

// one returns a header with one tensor "w" of these fields.
func one(dtype, shape, offsets string) string {
	return fmt.Sprintf(`{"w":{"dtype":"%s","shape":%s,"data_offsets":%s}}`, dtype, shape, offsets)
}

// u8 describes a tensor of bytes.
func u8(name string, begin, end int) string {
	return fmt.Sprintf(`"%s":{"dtype":"U8","shape":[%d],"data_offsets":[%d,%d]}`, name, end-begin, begin, end)
}

// hostile are files that are refused, each with this sentence.
var hostile = []struct {
	name string
	file []byte
	want string
}{
	// The length of the header.
	{"empty", nil, "at byte 0: the file has 0 bytes, want at least the 8 of the header's length"},
	{"seven bytes", make([]byte, 7), "at byte 0: the file has 7 bytes, want at least the 8 of the header's length"},
	{"N = 0", raw("", 10), "at byte 0: a header of 0 bytes, want at least the 2 of {}"},
	{"N = 7", raw(`{"w":{}`, 0), `at byte 9: tensor "w": header: dtype is missing`},
	{"object without its end", raw(`{`+u8("w", 0, 0), 0), `at byte 60: header: the whole: want ',' or '}', have the end of the header`},
	{"N past the end", append([]byte{100, 0, 0, 0, 0, 0, 0, 0}, "{}"...), "at byte 0: a header of 100 bytes, but only 2 follow; the file may be cut short: copy it again"},
	{"N over 100 MB", append([]byte{1, 0xe1, 0xf5, 5, 0, 0, 0, 0}, "{}"...), "at byte 0: a header of 100000001 bytes, want at most 100000000; is it a safetensors file?"},
	{"N = 2^64-1", append(bytes.Repeat([]byte{0xff}, 8), "{}"...), "at byte 0: a header of 18446744073709551615 bytes, want at most 100000000; is it a safetensors file?"},

	// The text of the header.
	{"not UTF-8", raw("{\"a\xff\":{}}", 0), "at byte 11: header: the byte 0xff is not UTF-8"},
	{"UTF-16", raw("\xff\xfe{\x00}\x00", 0), "at byte 8: header: the byte 0xff is not UTF-8"},
	{"byte order mark", raw("\uFEFF{}", 0), `at byte 8: header: the whole: want '{', have "\ufeff{"`},
	{"not JSON", raw("GIF89a..", 0), `at byte 8: header: the whole: want '{', have "GIF89a.."`},
	{"an array", raw("[]", 0), `at byte 8: header: the whole: want '{', have "["`},
	{"two documents", raw("{}{}", 0), `at byte 10: header: want nothing but spaces after the closing brace, have "{"`},
	{"zeros after the header", raw("{}\x00\x00\x00\x00", 0), `at byte 10: header: want nothing but spaces after the closing brace, have "\x00\x00\x00\x00"`},
	{"comma at the end", raw(`{`+u8("w", 0, 0)+`,}`, 0), `at byte 61: header: a key: want a text in quotes, have "}"`},
	{"no colon", raw(`{"w" {}}`, 0), `at byte 13: header: the whole: want ':' after the key "w", have "{"`},
	{"no comma", raw(`{`+u8("v", 0, 0)+u8("w", 0, 0)+`}`, 0), `at byte 60: header: the whole: want ',' or '}', have "\"w\""`},
	{"unclosed text", raw(`{"w`, 0), "at byte 9: header: a key: a text without its closing quote"},
	{"unclosed escape", raw(`{"w\`, 0), "at byte 9: header: a key: a text without its closing quote"},
	{"unknown escape", raw(`{"\x":{}}`, 0), `at byte 10: header: a key: "\\x" is no escape of JSON`},
	{"control character as an escape", raw("{\"\\\u009b31m\":{}}", 0), `at byte 10: header: a key: "\\\u009b" is no escape of JSON`},
	{"escape of three digits", raw(`{"\u12g4":{}}`, 0), `at byte 10: header: a key: want four hexadecimal digits after \u`},
	{"escape at the end", raw(`{"\u12":{}}`, 0), `at byte 10: header: a key: want four hexadecimal digits after \u`},
	{"lone high surrogate", raw(`{"a\ud800":{}}`, 0), "at byte 11: header: a key: half a surrogate pair is no character"},
	{"lone low surrogate", raw(`{"\udc00\ud800":{}}`, 0), "at byte 10: header: a key: half a surrogate pair is no character"},
	{"control character", raw("{\"a\nb\":{}}", 0), `at byte 11: header: a key: the control character '\n' must be escaped`},
	{"control character after an escape", raw("{\"\\\"\nb\":{}}", 0), `at byte 12: header: a key: the control character '\n' must be escaped`},
	{"depth bomb", raw(strings.Repeat("[", 1<<20), 0), `at byte 8: header: the whole: want '{', have "` + strings.Repeat("[", 80) + `"...`},
	{"depth bomb of objects", raw(strings.Repeat(`{"w":`, 1<<18), 0), `at byte 14: tensor "w": header: unknown key "w", want dtype, shape and data_offsets`},
	{"depth bomb in a shape", raw(`{"w":{"shape":`+strings.Repeat("[", 1<<20), 0), `at byte 23: tensor "w": header: shape: want a whole number, have "` + strings.Repeat("[", 80) + `"...`},

	// Keys.
	{"tensor twice", raw(`{`+u8("w", 0, 4)+`,`+u8("w", 4, 8)+`}`, 8), `at byte 8: tensor "w": header: the name occurs twice`},
	{"tensor twice, once escaped", raw(`{`+u8("w", 0, 4)+`,`+u8(`\u0077`, 4, 8)+`}`, 8), `at byte 8: tensor "w": header: the name occurs twice`},
	{"metadata twice", raw(`{"__metadata__":{},"__metadata__":{}}`, 0), `at byte 27: header: the key "__metadata__" occurs twice`},
	{"key of metadata twice", raw(`{"__metadata__":{"a":"1","a":"1"}}`, 0), `at byte 33: header: __metadata__: the key "a" occurs twice`},
	{"dtype twice", raw(`{"w":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0), `at byte 27: tensor "w": header: the key "dtype" occurs twice`},
	{"shape twice", raw(`{"w":{"shape":[0],"shape":[0]}}`, 0), `at byte 26: tensor "w": header: the key "shape" occurs twice`},
	{"offsets twice", raw(`{"w":{"data_offsets":[0,0],"data_offsets":[0,0]}}`, 0), `at byte 35: tensor "w": header: the key "data_offsets" occurs twice`},
	{"another case", raw(`{"w":{"dtype":"U8","Shape":[0],"data_offsets":[0,0]}}`, 0), `at byte 27: tensor "w": header: unknown key "Shape", want dtype, shape and data_offsets`},
	{"unknown key", raw(`{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"file":"/etc/passwd"}}`, 0), `at byte 60: tensor "w": header: unknown key "file", want dtype, shape and data_offsets`},
	{"no dtype", raw(`{"w":{"shape":[0],"data_offsets":[0,0]}}`, 0), `at byte 9: tensor "w": header: dtype is missing`},
	{"no shape", raw(`{"w":{"dtype":"U8","data_offsets":[0,0]}}`, 0), `at byte 9: tensor "w": header: shape is missing`},
	{"no offsets", raw(`{"w":{"dtype":"U8","shape":[0]}}`, 0), `at byte 9: tensor "w": header: data_offsets is missing`},
	{"tensor is null", raw(`{"w":null}`, 0), `at byte 13: tensor "w": header: its description: want '{', have "null"`},
	{"metadata is null", raw(`{"__metadata__":null}`, 0), `at byte 24: header: __metadata__: want '{', have "null"`},
	{"metadata is a list", raw(`{"__metadata__":[]}`, 0), `at byte 24: header: __metadata__: want '{', have "["`},
	{"metadata holds a number", raw(`{"__metadata__":{"epoch":3}}`, 0), `at byte 33: header: __metadata__: a value: want a text in quotes, have "3"; its key is "epoch"`},
	{"metadata holds an object", raw(`{"__metadata__":{"spec":{"a":"b"}}}`, 0), `at byte 32: header: __metadata__: a value: want a text in quotes, have "{\"a\""; its key is "spec"`},

	// Types and shapes.
	{"unknown dtype", raw(one("F31", "[1]", "[0,4]"), 4), `at byte 22: tensor "w": header: unknown dtype "F31", want BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 or C64`},
	{"dtype in another case", raw(one("f32", "[1]", "[0,4]"), 4), `unknown dtype "f32"`},
	{"dtype is a number", raw(`{"w":{"dtype":32}}`, 0), `at byte 22: tensor "w": header: dtype: want a text in quotes, have "32"`},
	{"shape is a number", raw(`{"w":{"shape":3}}`, 0), `at byte 22: tensor "w": header: shape: want '[', have "3"`},
	{"negative size", raw(one("U8", "[-1]", "[0,0]"), 0), `at byte 36: tensor "w": header: shape: want a whole number, have "-1"`},
	{"size with an exponent", raw(one("U8", "[1e3]", "[0,1000]"), 1000), `shape: want a whole number, have "1e3"`},
	{"size with a point", raw(one("U8", "[4.0]", "[0,4]"), 4), `shape: want a whole number, have "4.0"`},
	{"size with a leading zero", raw(one("U8", "[04]", "[0,4]"), 4), `shape: want a whole number, have "04"`},
	{"size in quotes", raw(one("U8", `["4"]`, "[0,4]"), 4), `shape: want a whole number, have "\"4\""`},
	{"size true", raw(one("U8", `[true]`, "[0,1]"), 1), `shape: want a whole number, have "true"`},
	{"size 2^63", raw(one("U8", "[9223372036854775808]", "[0,0]"), 0), `shape: "9223372036854775808" is too large`},
	{"size of a hundred digits", raw(one("U8", "["+strings.Repeat("9", 100)+"]", "[0,0]"), 0), `is too large`},
	{"product overflows", raw(one("U8", "[4294967296,4294967296]", "[0,0]"), 0), `at byte 9: tensor "w": header: shape [4294967296 4294967296]: the product of the sizes overflows`},
	{"product overflows by the element", raw(one("F64", "[2305843009213693952]", "[0,0]"), 0), "the product of the sizes overflows"},
	{"product overflows before a zero", raw(one("U8", "[4294967296,4294967296,0]", "[0,0]"), 0), "the product of the sizes overflows"},
	{"too few bytes", raw(one("F32", "[2,5]", "[0,36]"), 36), `at byte 9: tensor "w": header: F32 [2 5] takes 40 bytes, but data_offsets [0, 36] holds 36`},
	{"too many bytes", raw(one("F32", "[]", "[0,8]"), 8), `at byte 9: tensor "w": header: F32 [] takes 4 bytes, but data_offsets [0, 8] holds 8`},

	// Offsets.
	{"negative offset", raw(one("U8", "[4]", "[-4,0]"), 4), `at byte 55: tensor "w": header: data_offsets: want a whole number, have "-4"`},
	{"offset 1e3", raw(one("U8", "[1000]", "[0,1e3]"), 1000), `data_offsets: want a whole number, have "1e3"`},
	{"offset 1.0", raw(one("U8", "[1]", "[0,1.0]"), 1), `data_offsets: want a whole number, have "1.0"`},
	{"offset 2^53+1", raw(one("U8", "[9007199254740993]", "[0,9007199254740993]"), 8), `data_offsets [0, 9007199254740993] lies past the end of the data, which has 8 bytes`},
	{"offset 2^64", raw(one("U8", "[1]", "[0,18446744073709551616]"), 8), `data_offsets: "18446744073709551616" is too large, want at most 9223372036854775807`},
	{"past the end", raw(one("U8", "[9]", "[0,9]"), 8), `at byte 54: tensor "w": header: data_offsets [0, 9] lies past the end of the data, which has 8 bytes; the file may be cut short: copy it again`},
	{"reversed", raw(one("U8", "[4]", "[4,0]"), 4), `at byte 54: tensor "w": header: data_offsets [4, 0]: the end comes before the begin`},
	{"one offset", raw(one("U8", "[4]", "[4]"), 4), `at byte 54: tensor "w": header: data_offsets: want a begin and an end, have 1 numbers`},
	{"three offsets", raw(one("U8", "[4]", "[0,4,8]"), 8), `data_offsets: want a begin and an end, have 3 numbers`},
	{"overlap", raw(`{`+u8("v", 0, 5)+`,`+u8("w", 4, 8)+`}`, 8), `at byte 118: tensor "w": data_offsets [4, 8] overlaps tensor "v" [0, 5]; want it to begin at 5`},
	{"hole", raw(`{`+u8("w", 5, 8)+`,`+u8("v", 0, 4)+`}`, 8), `at byte 117: tensor "w": data_offsets [5, 8] leaves a hole after tensor "v" [0, 4]; want it to begin at 4`},
	{"hole at the begin", raw(`{`+u8("w", 1, 8)+`}`, 8), `tensor "w": data_offsets [1, 8] leaves a hole after the begin of the data; want it to begin at 0`},
	{"two tensors on one range", raw(`{`+u8("v", 0, 8)+`,`+u8("w", 0, 8)+`}`, 8), `tensor "w": data_offsets [0, 8] overlaps tensor "v" [0, 8]; want it to begin at 8`},
	{"bytes after the last tensor", raw(`{`+u8("w", 0, 8)+`}`, 12), "at byte 69: 4 bytes follow that belong to no tensor"},
	{"bytes without tensors", raw("{}", 3), "at byte 10: 3 bytes follow that belong to no tensor"},

	// Names are harmless to a terminal.
	{"escape sequence in a name", raw(`{"\u001b]0;pwned\u0007\u202e":{"dtype":"\u001b[2J"}}`, 0), `tensor "\x1b]0;pwned\a\u202e": header: unknown dtype "\x1b[2J", want`},
	{"long name", raw(`{"`+strings.Repeat("é", 1000)+`":3}`, 0), `tensor "` + strings.Repeat("é", 40) + `"...: header: its description: want '{', have "3"`},
}

func TestRefused(t *testing.T) {
	for _, c := range hostile {
		f, err := read(c.file)
		var broken *FormatError
		if !errors.As(err, &broken) {
			t.Errorf("%s: have %+v, %v, want a FormatError", c.name, f, err)
			continue
		}
		have := strings.TrimPrefix(err.Error(), "safetensors: ")
		// A want that says where is the whole sentence.
		if strings.HasPrefix(c.want, "at byte") && have != c.want || !strings.Contains(have, c.want) {
			t.Errorf("%s:\nhave %s\nwant %s", c.name, have, c.want)
		}
		if strings.ContainsAny(err.Error(), "\x1b\a\n\u202e") {
			t.Errorf("%s: the sentence carries control characters: %q", c.name, err)
		}
		if _, err := ReadHeader(bytes.NewReader(c.file), int64(len(c.file))); !errors.As(err, &broken) {
			t.Errorf("%s: ReadHeader: %v, want a FormatError", c.name, err)
		}
	}
}

func TestUnsupported(t *testing.T) {
	many := new(strings.Builder)
	many.WriteString(`{"__metadata__":{"a":""`)
	for i := range maxMetadata {
		fmt.Fprintf(many, `,"%d":""`, i)
	}
	many.WriteString(`}}`)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"four-bit floats", raw(one("F4", "[4]", "[0,2]"), 2), `safetensors: at byte 22: tensor "w": dtype F4, whose elements share bytes; convert it to a type of whole bytes first`},
		{"seventeen axes", raw(one("U8", "[1"+strings.Repeat(",1", 16)+"]", "[0,1]"), 1), `safetensors: at byte 35: tensor "w": shape: more than 16 axes`},
		{"65537 entries of metadata", raw(many.String(), 0), `header: __metadata__ has more than 65536 entries`},
	} {
		_, err := read(c.file)
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\nhave %v\nwant %s", c.name, err, c.want)
		}
	}
}

// What is unusual and legal.
func TestAccepted(t *testing.T) {
	for _, c := range []struct {
		name   string
		header string
		n      int
		want   []Tensor
	}{
		{"nothing", "{}", 0, []Tensor{}},
		{"white space around", " \r\n\t{ } \n", 0, []Tensor{}},
		{"white space inside", "{ \"w\" : { \"dtype\" : \"U8\" , \"shape\" : [ 1 , 2 ] , \"data_offsets\" : [ 0 , 2 ] } }", 2,
			[]Tensor{{"w", U8, []int{1, 2}, []byte{0, 1}}}},
		{"a single number", one("U16", "[]", "[0,2]"), 2, []Tensor{{"w", U16, nil, []byte{0, 1}}}},
		{"out of order", `{` + u8("b", 2, 3) + `,` + u8("a", 0, 2) + `}`, 3,
			[]Tensor{{"a", U8, []int{2}, []byte{0, 1}}, {"b", U8, []int{1}, []byte{2}}}},
		{"empty tensors", `{` + u8("b", 1, 1) + `,` + u8("a", 0, 1) + `,` + u8("c", 0, 0) + `,` + u8("d", 0, 0) + `}`, 1,
			[]Tensor{{"c", U8, []int{0}, []byte{}}, {"d", U8, []int{0}, []byte{}}, {"a", U8, []int{1}, []byte{0}}, {"b", U8, []int{0}, []byte{}}}},
		{"empty name", `{` + u8("", 0, 1) + `}`, 1, []Tensor{{"", U8, []int{1}, []byte{0}}}},
		{"escaped name", `{` + u8(`\u0000\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00../../x`, 0, 1) + `}`, 1,
			[]Tensor{{"\x00\"\\/\b\f\n\r\té😀../../x", U8, []int{1}, []byte{0}}}},
		{"the replacement character", `{` + u8("\uFFFD", 0, 1) + `}`, 1, []Tensor{{"\uFFFD", U8, []int{1}, []byte{0}}}},
		{"sixteen axes", one("U8", "[1"+strings.Repeat(",1", 15)+"]", "[0,1]"), 1,
			[]Tensor{{"w", U8, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []byte{0}}}},
	} {
		f, err := read(raw(c.header, c.n))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !reflect.DeepEqual(f.Tensors, c.want) || f.Checksum != "" {
			t.Errorf("%s: have %+v, want %+v", c.name, f.Tensors, c.want)
		}
	}
}

// The file in the documentation of the reference implementation: no metadata, no padding, no seal.
func TestReferenceExample(t *testing.T) {
	file := "<\x00\x00\x00\x00\x00\x00\x00" + `{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}` + strings.Repeat("\x00", 16)
	f, err := read([]byte(file))
	want := &File{Tensors: []Tensor{{"test", I32, []int{2, 2}, make([]byte, 16)}}}
	if err != nil || !reflect.DeepEqual(f, want) {
		t.Errorf("have %+v, %v, want %+v", f, err, want)
	}
}

func TestReadHeader(t *testing.T) {
	header := `{"__metadata__":{"k":"v"},` + u8("b", 2, 3) + `,` + u8("a", 0, 2) + `}`
	h, err := ReadHeader(bytes.NewReader([]byte(raw(header, 0))), int64(len(header))+8+3) // the data are not even there
	if err != nil {
		t.Fatal(err)
	}
	start := int64(8 + len(header))
	want := &Header{Metadata: map[string]string{"k": "v"}, Tensors: []Info{
		{"a", U8, []int{2}, start, 2}, {"b", U8, []int{1}, start + 2, 1},
	}}
	if !reflect.DeepEqual(h, want) {
		t.Errorf("have %+v, want %+v", h, want)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.safetensors")
	if err := os.WriteFile(path, raw("{}", 1), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := ReadFile(path)
	if want := "safetensors: " + path + ": at byte 10: 1 bytes follow that belong to no tensor"; err == nil || err.Error() != want {
		t.Errorf("have %v, want %s", err, want)
	}
	if _, err := ReadFileHeader(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("ReadFileHeader: %v", err)
	}
	if _, err := ReadFile(dir); err == nil || !strings.Contains(err.Error(), "want a regular file") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := ReadFile(path + ".missing"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// A file that has become shorter since its size was taken, and a disk that fails, are errors.
func TestReaderFails(t *testing.T) {
	whole := raw(`{`+u8("w", 0, 8)+`}`, 8)
	for n := range whole {
		if _, err := Read(bytes.NewReader(whole[:n]), int64(len(whole))); err == nil {
			t.Errorf("%d of %d bytes were enough", n, len(whole))
		}
		broken := errors.New("broken disk")
		if _, err := Read(failing{whole, n, broken}, int64(len(whole))); !errors.Is(err, broken) {
			t.Errorf("a failure at byte %d came out as %v", n, err)
		}
	}
}

// failing is a reader whose byte at cannot be read.
type failing struct {
	data []byte
	at   int
	err  error
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if int(off) <= f.at && f.at < int(off)+len(p) {
		return copy(p, f.data[off:f.at]), f.err
	}
	n := copy(p, f.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
