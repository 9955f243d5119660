// Package csv reads tables of text as people have them: cells apart by commas, semicolons, tabs or bars, with or without
// quotes, from any system, gzipped or not.
//
// The form is that of RFC 4180, read generously: a byte order mark, lines that end in LF, CRLF or CR or all of them, newlines
// within quotes, quotes in the middle of a bare cell, empty lines. What cannot be meant is refused with its line and column: a
// quote that is never closed, rows of unequal length, bytes that are no UTF-8, zeros. Memory is bounded by Options.MaxRow,
// whatever the size of the file.
package csv

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Options say how to read. The zero value finds everything out.
type Options struct {
	Name      string // of the file, for errors
	Separator byte   // between cells; 0 means the one that the first rows agree on
	MaxRow    int    // bytes of a row, up to 512 MiB; 0 means 16 MiB
	Block     int    // bytes of text that one goroutine of Blocks works on at a time; 0 means 1 MiB
}

// The largest table rows that are read.
const (
	DefaultMaxRow = 16 << 20
	MaxCells      = 1 << 16

	mostRow = 512 << 20 // so that places in a block are numbers of 32 bits
)

// A FormatError says what is wrong with a file, and where.
type FormatError struct {
	Name         string
	Line, Column int // from 1, in bytes; 0 where there is no such place
	Reason       string
}

// Error returns "csv: NAME:LINE:COLUMN: REASON".
func (e *FormatError) Error() string {
	place := e.Name
	if place == "" {
		place = "the table"
	}
	if e.Line > 0 {
		place += fmt.Sprintf(":%d", e.Line)
	}
	if e.Column > 0 {
		place += fmt.Sprintf(":%d", e.Column)
	}
	return fmt.Sprintf("csv: %s: %s", place, e.Reason)
}

// A Reader reads a table row by row.
type Reader struct {
	in        *bufio.Reader
	name      string
	separator byte
	maxRow    int
	width     int // cells of a row, once the first has been read
	block     int // bytes of a block of Blocks

	line, column int // of the next byte
	row          int // the line that the row began in
	text         []byte
	ends         []int // of the cells in text
	cells        [][]byte
	lastCR       bool // the next LF belongs to the line that has ended
}

// sniffed is how much is looked at to find the separator.
const sniffed = 64 << 10

// NewReader returns a reader of the rows in r. It reads the beginning, to see whether it is gzipped and what stands between cells.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	in := bufio.NewReaderSize(r, sniffed)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := newUnpacker(in, unpackFree)
		if err != nil {
			return nil, &FormatError{Name: o.Name, Reason: "it begins like a gzip file, but is none: " + err.Error()}
		}
		in = bufio.NewReaderSize(z, sniffed)
	}
	c := &Reader{in: in, name: o.Name, separator: o.Separator, maxRow: o.MaxRow, block: cmp.Or(o.Block, blockSize), line: 1, column: 1}
	if c.maxRow <= 0 {
		c.maxRow = DefaultMaxRow
	}
	c.maxRow = min(c.maxRow, mostRow)
	if mark, _ := in.Peek(2); bytes.Equal(mark, []byte{0xff, 0xfe}) || bytes.Equal(mark, []byte{0xfe, 0xff}) {
		return nil, c.wrong(1, 1, "the text is UTF-16; want UTF-8: save it as UTF-8, or convert it with iconv -f UTF-16 -t UTF-8")
	}
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		in.Discard(3)
	}
	if c.separator == 0 {
		c.separator = sniff(beginning(in))
	}
	return c, nil
}

// beginning returns what there is to see without waiting for more than the first line.
func beginning(in *bufio.Reader) (text []byte, whole bool) {
	for {
		have := in.Buffered()
		text, _ = in.Peek(have)
		if have == in.Size() || bytes.IndexByte(text, '\n') >= 0 {
			return text, false
		}
		if more, err := in.Peek(have + 1); err != nil {
			return more, true
		}
	}
}

// separators are those that are looked for. A comma comes after the semicolon because it can be a decimal point, too.
var separators = []byte{'\t', ';', ',', '|'}

// sniff returns the first separator that cuts all rows of the text into the same number of cells, two or more; or else the one
// that cuts the first row into most.
func sniff(text []byte, whole bool) byte {
	best, most := byte(','), 1
	for _, s := range separators {
		r := &Reader{in: bufio.NewReader(bytes.NewReader(text)), separator: s, maxRow: DefaultMaxRow, line: 1, column: 1}
		var counts []int
		for len(counts) < 50 {
			err := r.scan()
			if err != nil || len(r.ends) == 0 {
				break
			}
			counts = append(counts, len(r.ends))
		}
		if len(counts) > 1 && len(counts) < 50 && !whole {
			counts = counts[:len(counts)-1] // may have been cut off
		}
		if len(counts) == 0 {
			continue
		}
		equal := counts[0] > 1
		for _, n := range counts {
			equal = equal && n == counts[0]
		}
		if equal {
			return s
		}
		if counts[0] > most {
			best, most = s, counts[0]
		}
	}
	return best
}

// Separator returns what stands between cells.
func (r *Reader) Separator() byte { return r.separator }

// Line returns the line in which the row that was read last began.
func (r *Reader) Line() int { return r.row }

// Read returns the cells of the next row, which stay valid until the next call, or io.EOF. Every row has as many cells as the
// first. Spaces around cells are kept.
func (r *Reader) Read() ([][]byte, error) {
	if err := r.scan(); err != nil {
		return nil, err
	}
	if len(r.ends) == 0 {
		return nil, io.EOF
	}
	if !utf8.Valid(r.text) {
		return nil, r.wrong(r.row, 0, fmt.Sprintf("%s is not UTF-8; convert the file, as by iconv -f LATIN1 -t UTF-8", r.firstInvalid()))
	}
	if r.width == 0 {
		r.width = len(r.ends)
	}
	if len(r.ends) != r.width {
		return nil, r.wrong(r.row, 0, fmt.Sprintf("%d cells; the first row has %d, apart by %s", len(r.ends), r.width, spell(r.separator)))
	}
	r.cells = r.cells[:0]
	begin := 0
	for _, end := range r.ends {
		r.cells = append(r.cells, r.text[begin:end:end])
		begin = end
	}
	return r.cells, nil
}

// firstInvalid names the cell of the row, and the byte in it, that is no UTF-8.
func (r *Reader) firstInvalid() string {
	begin := 0
	for i, end := range r.ends {
		for rest := r.text[begin:end]; len(rest) > 0; {
			c, size := utf8.DecodeRune(rest)
			if c == utf8.RuneError && size == 1 {
				return fmt.Sprintf("byte %#02x in cell %d", rest[0], i+1)
			}
			rest = rest[size:]
		}
		begin = end
	}
	return "a character that is cut in two by a separator"
}

// spell names a separator.
func spell(separator byte) string {
	switch separator {
	case ',':
		return "commas"
	case ';':
		return "semicolons"
	case '\t':
		return "tabs"
	}
	return fmt.Sprintf("%q", separator)
}

func (r *Reader) wrong(line, column int, reason string) error {
	return &FormatError{r.name, line, column, reason}
}

// next returns the next byte and moves on; a line ends with LF, CR or both, and always looks like LF.
func (r *Reader) next(quoted bool) (byte, error) {
	b, err := r.in.ReadByte()
	if err == nil && b == '\n' && r.lastCR {
		r.lastCR = false
		if quoted { // kept as it is: CRLF
			return b, nil
		}
		b, err = r.in.ReadByte()
	}
	if err != nil {
		if err == io.EOF {
			return 0, io.EOF
		}
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
			return 0, r.wrong(r.line, 0, "the gzip file is damaged: "+err.Error())
		}
		return 0, fmt.Errorf("csv: %s: line %d: %w", r.name, r.line, err)
	}
	r.lastCR = b == '\r'
	if b == '\n' || b == '\r' {
		r.line++
		r.column = 1
		return b, nil
	}
	r.column++
	if b == 0 {
		return 0, r.wrong(r.line, r.column-1, "a zero byte: that is no text, or text in UTF-16; want a table in UTF-8")
	}
	return b, nil
}
