package parquet

import (
	"bufio"
	"bytes"
	"io"
)

// CSV returns the rows as text: the names of the columns, then the values of each row, apart by commas, with quotes as RFC 4180 has
// them. Errors of reading are a [FormatError] or an [UnsupportedError]. A File has one such stream at a time.
func (f *File) CSV() io.Reader {
	t := &rowText{f: f}
	f.held, f.in = 0, bufio.NewReaderSize(nil, pageBuffer)
	for i := range f.Columns {
		t.cursors = append(t.cursors, cursor{f: f, column: &f.Columns[i]})
		t.writers = append(t.writers, f.Columns[i].element.writer())
		t.cell(i, []byte(f.Columns[i].Name))
	}
	t.buffer = append(t.buffer, '\n')
	return t
}

// budget is how many bytes of text the rows may become.
func (f *File) budget() int64 { return freeBytes + maxRatio*f.size }

// rowText is the stream of rows.
type rowText struct {
	f       *File
	cursors []cursor
	writers []writer
	row     int64
	written int64

	buffer []byte // what has not been read yet is from at on
	at     int
	value  []byte
	err    error
}

// chunkBytes is about how much text is made at a time.
const chunkBytes = 64 << 10

// Read reads the next bytes of the text.
func (t *rowText) Read(p []byte) (int, error) {
	if t.at == len(t.buffer) && t.err == nil {
		t.written += int64(len(t.buffer))
		t.buffer, t.at = t.buffer[:0], 0
		for len(t.buffer) < chunkBytes && t.err == nil {
			t.err = t.next()
		}
	}
	if t.at < len(t.buffer) {
		n := copy(p, t.buffer[t.at:])
		t.at += n
		return n, nil
	}
	return 0, t.err
}

// next writes a row.
func (t *rowText) next() error {
	if t.row == t.f.Rows {
		return io.EOF
	}
	begin := len(t.buffer)
	for i := range t.cursors {
		raw, there, err := t.cursors[i].next()
		if err != nil {
			t.buffer = t.buffer[:begin] // a row is whole or not there
			return err
		}
		t.value = t.value[:0]
		switch {
		case there:
			t.value = t.writers[i](t.value, raw)
		case len(t.cursors) == 1: // an empty line would be no row
			t.value = append(t.value, "NA"...)
		}
		t.cell(i, t.value)
		if t.written+int64(len(t.buffer)) > t.f.budget() {
			return t.f.broken(t.f.Columns[i].Name, "row %d: %d bytes have become more than %d of text; no table is packed so densely", t.row+1, t.f.size, t.f.budget())
		}
	}
	t.buffer = append(t.buffer, '\n')
	t.row++
	return nil
}

// cell writes the text of a cell.
func (t *rowText) cell(i int, text []byte) {
	if i > 0 {
		t.buffer = append(t.buffer, ',')
	}
	if len(text) > 0 && !bytes.ContainsAny(text, ",\"\r\n") {
		t.buffer = append(t.buffer, text...)
		return
	}
	if len(text) == 0 && len(t.cursors) > 1 {
		return
	}
	t.buffer = append(t.buffer, '"')
	t.buffer = append(t.buffer, bytes.ReplaceAll(text, []byte(`"`), []byte(`""`))...)
	t.buffer = append(t.buffer, '"')
}
