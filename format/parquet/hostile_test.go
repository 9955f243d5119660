package parquet_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/parquet"
)

// drain reads all of a file; whatever is in it, the error is one of the package.
func drain(t testing.TB, data []byte) error {
	t.Helper()
	f, err := open(t, data)
	if err == nil {
		_, err = io.Copy(io.Discard, f.CSV())
	}
	var broken *parquet.FormatError
	var unsupported *parquet.UnsupportedError
	if err != nil && !errors.As(err, &broken) && !errors.As(err, &unsupported) {
		t.Fatalf("%T: %v", err, err)
	}
	return err
}

// A file that was cut short anywhere is refused.
func TestCutShort(t *testing.T) {
	data := read(t, "zstd-2.parquet")
	for n := 0; n < len(data); n += 61 {
		if drain(t, data[:n]) == nil {
			t.Fatalf("cut to %d bytes of %d: no error", n, len(data))
		}
	}
}

// A byte that is another one is noticed, or changes a value; nothing worse. The writer has put checksums before its pages, so that
// nothing in a page can change unseen.
func TestFlippedBytes(t *testing.T) {
	for _, name := range []string{"plain-1.parquet", "snappy-2.parquet", "gzip-1.parquet", "zstd-1.parquet", "lz4-2.parquet"} {
		data := read(t, name)
		footer := len(data) - 8 - int(binary.LittleEndian.Uint32(data[len(data)-8:]))
		noticed, sums := 0, 0
		for i := range data {
			if i < footer && i%149 != 0 || i >= footer && i%11 != 0 {
				continue
			}
			flipped := bytes.Clone(data)
			flipped[i] ^= 1 << (i % 8)
			if err := drain(t, flipped); err != nil {
				noticed++
				if strings.Contains(err.Error(), "the checksum of a page is wrong") {
					sums++
				}
			}
		}
		if noticed < 50 {
			t.Errorf("%s: only %d flips were noticed", name, noticed)
		}
		if sums == 0 {
			t.Errorf("%s: no flip was noticed by a checksum", name)
		}
	}
}

// build makes a file of one column from parts of Thrift that are written by hand.
type build struct {
	rows, values int64
	physical     int
	pages        []byte
	begin        int64 // of the column; 0: after the mark
	length       int64 // of the column; 0: that of pages
	codec        int
	groups       int // row groups that say the same
}

func varint(v uint64) []byte       { return binary.AppendUvarint(nil, v) }
func zigzag(v int64) []byte        { return varint(uint64(v<<1 ^ v>>63)) }
func join(parts ...[]byte) []byte  { return bytes.Join(parts, nil) }
func field(delta, typ byte) []byte { return []byte{delta<<4 | typ} }

func text(s string) []byte { return join(varint(uint64(len(s))), []byte(s)) }

// page is a data page of version 1 with plain values of a required column.
func page(values, size, packed int64, body []byte) []byte {
	return join(field(1, 5), zigzag(0), field(1, 5), zigzag(size), field(1, 5), zigzag(packed),
		field(2, 12), field(1, 5), zigzag(values), field(1, 5), zigzag(0), field(1, 5), zigzag(3), field(1, 5), zigzag(3), []byte{0}, []byte{0}, body)
}

func (b build) file() []byte {
	if b.begin == 0 {
		b.begin = 4
	}
	if b.length == 0 {
		b.length = int64(len(b.pages))
	}
	schema := join(field(2, 9), []byte{2<<4 | 12},
		field(4, 8), text("root"), field(1, 5), zigzag(1), []byte{0},
		field(1, 5), zigzag(int64(b.physical)), field(2, 5), zigzag(0), field(1, 8), text("x"), []byte{0})
	chunk := join(field(3, 12), field(4, 5), zigzag(int64(b.codec)), field(1, 6), zigzag(b.values), field(2, 6), zigzag(b.length), field(2, 6), zigzag(b.begin), []byte{0}, []byte{0})
	group := join(field(1, 9), []byte{1<<4 | 12}, chunk, field(2, 6), zigzag(b.rows), []byte{0})
	groups := join(field(1, 9), []byte{byte(max(1, b.groups))<<4 | 12}, bytes.Repeat(group, max(1, b.groups)))
	footer := join(schema, field(1, 6), zigzag(b.rows*int64(max(1, b.groups))), groups, []byte{0})
	return join([]byte("PAR1"), b.pages, footer, binary.LittleEndian.AppendUint32(nil, uint32(len(footer))), []byte("PAR1"))
}

// What no honest writer makes is refused in a sentence.
func TestHostile(t *testing.T) {
	body := []byte{1, 0, 0, 0, 2, 0, 0, 0}
	good := build{rows: 2, values: 2, physical: 1, pages: page(2, 8, 8, body)}
	if f, err := open(t, good.file()); err != nil {
		t.Fatal(err)
	} else if text, err := io.ReadAll(f.CSV()); err != nil || string(text) != "x\n1\n2\n" {
		t.Fatalf("%q, %v", text, err)
	}
	with := func(change func(b *build)) []byte {
		b := good
		change(&b)
		return b.file()
	}
	whole := good.file()
	for _, c := range []struct{ name, want string }{
		{"empty", "0 bytes; want a Parquet file"},
		{"not one", "this is no Parquet file"},
		{"encrypted", "it is encrypted"},
		{"footer", "a footer of 4294967295 bytes in a file"},
		{"rows", "1000000000000 rows of 1 columns in"},
		{"values", `column "x": 3 values in the 2 rows of row group 1`},
		{"begin", "a column of 44 bytes from byte 1000000 on"},
		{"length", "row group 1: a column of 9223372036854775807 bytes from byte 4"},
		{"shared", "its columns have more bytes than the file"},
		{"page of values", "row group 1: a page of 3 values where 2 are left"},
		{"short page", "row group 1: the values end too early"},
		{"large page", "a page of 2147483647 bytes in a file of"},
		{"packed", "a page of 2147483647 bytes where"},
		{"sizes", "a page does not unpack: 8 bytes; it says 9"},
		{"type", `column "x" is of type 9 with length 0`},
		{"codec", `column "x": compressed with method 99`},
		{"LZO", `column "x": compressed with LZO; write it with Snappy, gzip or Zstandard`},
		{"text", "row group 1: the values end too early"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var data []byte
			switch c.name {
			case "not one":
				data = []byte("id,price\n1,2\n3,4\n")
			case "encrypted":
				data = bytes.ReplaceAll(whole, []byte("PAR1"), []byte("PARE"))
			case "footer":
				data = bytes.Clone(whole)
				copy(data[len(data)-8:], "\xff\xff\xff\xff")
			case "rows":
				data = with(func(b *build) { b.rows = 1e12 })
			case "values":
				data = with(func(b *build) { b.values = 3 })
			case "begin":
				data = with(func(b *build) { b.begin, b.length = 1e6, 44 })
			case "length":
				data = with(func(b *build) { b.length = 1<<63 - 1 })
			case "shared":
				data = with(func(b *build) { b.pages, b.groups = page(2, 8, 8, append(body, make([]byte, 2000)...)), 9 })
			case "page of values":
				data = with(func(b *build) { b.pages = page(3, 8, 8, body) })
			case "short page":
				data = with(func(b *build) { b.pages = page(2, 4, 4, body) })
			case "large page":
				data = with(func(b *build) { b.pages = page(2, 1<<31-1, 8, body) })
			case "packed":
				data = with(func(b *build) { b.pages = page(2, 8, 1<<31-1, body) })
			case "sizes":
				data = with(func(b *build) { b.pages = page(2, 9, 8, body) })
			case "type":
				data = with(func(b *build) { b.physical = 9 })
			case "codec":
				data = with(func(b *build) { b.codec = 99 })
			case "LZO":
				data = with(func(b *build) { b.codec = 3 })
			case "text":
				data = with(func(b *build) { b.physical, b.pages = 6, page(2, 8, 8, []byte{255, 255, 255, 255, 1, 2, 3, 4}) })
			}
			err := drain(t, data)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "parquet: x.parquet: ") {
				t.Errorf("%v\nwant ... %s", err, c.want)
			}
		})
	}
}

// Names are shown without what could move a cursor.
func TestNamesAreQuoted(t *testing.T) {
	b := build{rows: 2, values: 3, physical: 1}
	data := bytes.ReplaceAll(b.file(), append(text("x"), 0), append(text("\x1b"), 0))
	if err := drain(t, data); err == nil || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("%q", err)
	}
}

// Snappy of 40 bytes that says that it is 2 GB, in a page that agrees, is refused before memory is taken.
func TestMemoryIsNotTakenOnTrust(t *testing.T) {
	packed := append(varint(1<<31-1), make([]byte, 40)...)
	b := build{rows: 2, values: 2, physical: 1, codec: 1, pages: page(2, 1<<31-1, int64(len(packed)), packed)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := drain(t, b.file())
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("no error")
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

func FuzzRead(f *testing.F) {
	good := build{rows: 2, values: 2, physical: 1, pages: page(2, 8, 8, []byte{1, 0, 0, 0, 2, 0, 0, 0})}
	f.Add(good.file())
	for _, name := range []string{"plain-1.parquet", "snappy-2.parquet", "zstd-1.parquet", "lz4-2.parquet", "gzip-2.parquet", "brotli-1.parquet"} {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) { drain(t, data) })
}
