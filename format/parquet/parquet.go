// Package parquet reads the tables of Apache Parquet, as pandas, Polars, Spark, DuckDB and Arrow write them, row by row.
//
//	"PAR1"
//	pages of column 1 of row group 1, pages of column 2 of row group 1, ...
//	footer: the schema, and where the columns of each row group are, in Thrift's compact protocol
//	length of the footer, uint32
//	"PAR1"
//
// A [File] gives its rows as text: [File.CSV] is a stream of CSV, so that whatever reads tables reads Parquet as well. Numbers are
// written so that they read back the same; times are those of ISO 8601; a value that is missing is an empty cell.
//
// Read are all physical types, the encodings plain, dictionary, run-length, the three deltas and byte stream split, pages of
// version 1 and 2, and the compressions Snappy, gzip, Zstandard and LZ4 (raw). Columns within columns are read as long as there is one
// value a row; lists and maps are passed over and named in [File.Skipped]. Encrypted files and other compressions are an
// [UnsupportedError].
//
// Nothing in a file is believed before it is checked. Of each column one page is in memory at a time, all of them together no more than
// heldBytes and twice the file; the rows may be no more than maxRatio times as long as the file, once they are over freeBytes.
//
// Source: https://parquet.apache.org/docs/file-format and the format's parquet.thrift.
package parquet

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/gradus-nn/gradus/internal/quote"
)

// Magic begins and ends every file.
const Magic = "PAR1"

const (
	maxColumns = 1 << 16  // as in a table of text
	heldBytes  = 32 << 20 // of pages in memory, beside twice the file
	maxRatio   = 100      // of the rows as text to the file
	freeBytes  = 64 << 20 // of text that any file may become
)

// A File is a Parquet file whose footer has been read.
type File struct {
	Columns []Column // those that are read
	Skipped []string // lists and maps
	Rows    int64

	name   string
	r      io.ReaderAt
	size   int64
	groups []group

	in     *bufio.Reader
	held   int64 // bytes of pages in memory
	packed []byte
	zstd   *zstd.Decoder
}

// A Column is one of the columns that are read.
type Column struct {
	Name string // of columns within columns: "address.street"
	Type string // for people: "int64", "timestamp", "decimal(2)"

	element  element
	depth    int // definition level of a value that is there
	position int // among all columns of a row group
}

// group is a row group: where the pages of its columns are.
type group struct {
	rows   int64
	chunks []chunk
}

type chunk struct {
	begin, length int64
	codec         int
	values        int64
}

// A FormatError says what is broken in a file.
type FormatError struct {
	Name   string // of the file
	Column string // the column it was met in; empty for the footer
	Reason string
}

// Error returns "parquet: NAME: column "COLUMN": REASON".
func (e *FormatError) Error() string { return message(e.Name, e.Column, e.Reason) }

// An UnsupportedError says what in a file is legal but beyond this package.
type UnsupportedError struct{ Name, Column, Reason string }

// Error returns "parquet: NAME: column "COLUMN": REASON".
func (e *UnsupportedError) Error() string { return message(e.Name, e.Column, e.Reason) }

func message(name, column, reason string) string {
	if column != "" {
		reason = "column " + quote.Short(column) + ": " + reason
	}
	return "parquet: " + name + ": " + reason
}

func (f *File) broken(column, format string, args ...any) error {
	return &FormatError{f.name, column, fmt.Sprintf(format, args...)}
}

func (f *File) unsupported(column, format string, args ...any) error {
	return &UnsupportedError{f.name, column, fmt.Sprintf(format, args...)}
}

// Open reads the footer of a file of the given size. The name is for errors.
func Open(r io.ReaderAt, size int64, name string) (*File, error) {
	f := &File{name: name, r: r, size: size}
	const least = 12 // two marks and a length
	if size < least {
		return nil, f.broken("", "%d bytes; want a Parquet file, which has %d or more", size, least)
	}
	var start [4]byte
	var end [8]byte
	if _, err := r.ReadAt(start[:], 0); err != nil {
		return nil, fmt.Errorf("parquet: %s: %w", name, err)
	}
	if _, err := r.ReadAt(end[:], size-8); err != nil && err != io.EOF {
		return nil, fmt.Errorf("parquet: %s: %w", name, err)
	}
	switch {
	case string(start[:]) == "PARE" || string(end[4:]) == "PARE":
		return nil, f.unsupported("", "it is encrypted; write it without encryption")
	case string(start[:]) != Magic:
		return nil, f.broken("", "it begins with % x; want % x: this is no Parquet file", start, Magic)
	case string(end[4:]) != Magic:
		return nil, f.broken("", "it does not end with % x; was it cut short?", Magic)
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	if length > size-least {
		return nil, f.broken("", "a footer of %d bytes in a file of %d; was it cut short?", length, size)
	}
	section := io.NewSectionReader(r, size-8-length, length)
	return f, f.footer(&compact{r: bufio.NewReader(section), left: length})
}
