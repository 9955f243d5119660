package recipe

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/format/parquet"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A RowFile is a file of rows and columns that is read as the text of a CSV file, whatever form it has: CSV itself, gzipped or
// not, Parquet, or arrays of NumPy.
type RowFile struct {
	io.Reader
	Options csv.Options
	Header  columns.Header // what the form says about the first row; Guess where it says nothing
	Target  string         // the columns that are learnt where nobody names any
	Parts   []string       // val, test: of which the file has examples of their own
	Notes   []string       // what is not read

	file   *os.File
	files  []string  // that the rows are in
	read   hash.Hash // of what the reader has passed on, where that is the file itself; otherwise nil
	passed *checksum // which hashes it, where there is a file
}

// RowOptions say which rows of a file are meant, where it holds several kinds.
type RowOptions struct {
	Target     string // the array that is learnt
	Part       string // train, val or test; "" is the part that judges
	Unlabelled bool   // the rows are asked about: targets need not be there

	opened *opened // arrays that have been read already
}

// OpenRows opens a file of rows and columns.
func OpenRows(name string, o RowOptions) (*RowFile, error) {
	if name == embedded {
		return embeddedRows(o.Target), nil
	}
	p := look(name)
	if err := p.foreign(); err != nil {
		return nil, err
	}
	if p.hasArrays() {
		return openArrayRows(name, o)
	}
	info, err := os.Stat(name) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: want a file with a table, have a folder, device or pipe", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	r := &RowFile{file: f, files: []string{name}, Options: csv.Options{Name: name}}
	if p.begins(parquet.Magic) {
		err = r.parquet(name, info.Size())
	} else {
		err = r.text()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	if o.Target != "" { // somebody names them
		r.Target = ""
	}
	return r, nil
}

// Close closes the file.
func (r *RowFile) Close() error {
	if r.file == nil {
		return nil
	}
	if r.passed != nil {
		r.passed.finish()
	}
	return r.file.Close()
}

// SHA256 returns the checksum of the whole file, or of all files one after the other.
func (r *RowFile) SHA256() (string, error) {
	if r.read == nil {
		return sumOf(r.files)
	}
	if r.file == nil { // it was in memory
		return hex.EncodeToString(r.read.Sum(nil)), nil
	}
	r.passed.finish()
	if _, err := io.Copy(r.read, r.file); err != nil { // what the reader has not passed on, such as bytes after a gzip stream
		return "", err
	}
	return hex.EncodeToString(r.read.Sum(nil)), nil
}

// sumOf returns the checksum of files one after the other.
func sumOf(files []string) (string, error) {
	h := sha256.New()
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// text reads a table of text as it is, but for those of scikit-learn.
func (r *RowFile) text() error {
	if head := peekLines(r.file); head != nil {
		if h, ok := parseBunch(head); ok {
			return r.bunch(h)
		}
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r.read = sha256.New()
	r.passed = newChecksum(r.file, r.read)
	r.Reader = r.passed
	return nil
}

// parquet reads a file of Parquet.
func (r *RowFile) parquet(name string, size int64) error {
	var at io.ReaderAt = r.file
	if _, err := gzip.NewReader(r.file); err == nil {
		data, err := unpack(r.file, size)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		at, size = bytes.NewReader(data), int64(len(data))
	}
	f, err := parquet.Open(at, size, name)
	if err != nil {
		return err
	}
	r.Reader, r.Header, r.Options.Separator = f.CSV(), columns.Present, ','
	for _, c := range f.Skipped {
		r.Notes = append(r.Notes, fmt.Sprintf("%s is a list or map and not read", c))
	}
	return nil
}

// The most that a gzip file of a format that has to be read as a whole may become.
const (
	unpackFree  = 64 << 20
	unpackRatio = 100
)

// unpack reads a gzip file of size bytes. What it becomes is counted before any of it is kept.
func unpack(f io.ReadSeeker, size int64) ([]byte, error) {
	most := unpackFree + unpackRatio*size
	var data []byte
	for _, keep := range []bool{false, true} {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, err
		}
		if keep {
			_, err = io.ReadFull(z, data)
			return data, err
		}
		n, err := io.Copy(io.Discard, io.LimitReader(z, most+1))
		switch {
		case err != nil:
			return nil, fmt.Errorf("the gzip stream is damaged: %w", err)
		case n > most:
			return nil, fmt.Errorf("%d compressed bytes become more than %d; no table is packed so densely", size, most)
		}
		data = make([]byte, n)
	}
	return data, nil
}

// peekLines returns the first two lines of a text, unpacked if it is gzip, or nil if they are long; the file is read on from anywhere
// after it.
func peekLines(f io.Reader) [][]byte {
	const most = 64 << 10
	in := bufio.NewReaderSize(f, most)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil
		}
		in = bufio.NewReaderSize(z, most)
	}
	text, _ := in.Peek(most)
	lines := bytes.SplitN(text, []byte("\n"), 3)
	if len(lines) < 3 {
		return nil
	}
	return lines[:2]
}
