package recipe

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
)

// A form is one kind of data that a name can mean: a set of the catalogue, a table of text, arrays of NumPy, a folder of images.
type form struct {
	// is reports whether a place holds data of this form.
	is func(q *Request, p *place) bool
	// load loads the data and divides them into what is trained on and what judges the end.
	load func(q *Request) (*Data, error)
	// whole returns all examples undivided, and what makes data of two parts of them; for a cross-validation.
	whole func(q *Request) (all *dataset.Set, divide func(train, test *dataset.Set) (*Data, error), err error)
}

// forms are tried in this order: what the content tells, before what the name says or the request wants. Each has a file of
// its own.
func forms() []form {
	return []form{
		arraysForm,
		tableForm,
		imageForm,
		namedForm, // takes all that is left, and knows what to say about it
	}
}

// form returns the form of the data that the request names.
func (q *Request) form() form {
	p := look(or(q.Data, "mnist"))
	all := forms()
	for _, f := range all[:len(all)-1] {
		if f.is(q, p) {
			return f
		}
	}
	return all[len(all)-1]
}

// A place is where data are said to be, and what can be seen of it without reading it.
type place struct {
	name  string      // as it was given
	low   string      // in small letters, without .gz
	info  fs.FileInfo // nil for what is not on the disk, and for the sets of the catalogue
	start []byte      // the first bytes of a file, unpacked if it is gzip
}

// startBytes is enough for every format's mark.
const startBytes = 64

// look looks at a place. It opens nothing but regular files: a pipe would wait for its other end.
func look(name string) *place {
	p := &place{name: name, low: strings.TrimSuffix(strings.ToLower(name), ".gz")}
	if catalog.Has(name) {
		return p
	}
	info, err := os.Stat(name)
	if err != nil {
		return p
	}
	p.info = info
	if !info.Mode().IsRegular() {
		return p
	}
	f, err := os.Open(name)
	if err != nil {
		return p
	}
	defer f.Close()
	in := bufio.NewReader(f)
	p.start, _ = in.Peek(startBytes)
	if bytes.HasPrefix(p.start, []byte{0x1f, 0x8b}) {
		if z, err := gzip.NewReader(in); err == nil {
			start := make([]byte, startBytes)
			n, _ := io.ReadFull(z, start)
			p.start = start[:n]
		}
	}
	return p
}

// isFolder reports whether the place is a folder.
func (p *place) isFolder() bool { return p.info != nil && p.info.IsDir() }

// begins reports whether the place is a file that begins with the mark.
func (p *place) begins(mark string) bool { return bytes.HasPrefix(p.start, []byte(mark)) }

// foreign is an error that says what to do with a file whose form is known, but not read.
func (p *place) foreign() error {
	for _, f := range []struct{ mark, ending, advice string }{
		{"\x89HDF", "", "an HDF5 file; save its arrays with np.savez"},
		{"PK\x03\x04", ".xlsx", "a workbook; save the sheet as CSV"},
		{"PK\x03\x04", ".ods", "a workbook; save the sheet as CSV"},
		{"ARROW1", "", "a Feather file; write the table as Parquet"},
		{"SQLite format 3", "", "a database; export the table as CSV"},
		{"MATLAB 5.0", "", "a file of MATLAB; save its arrays with np.savez"},
	} {
		if p.begins(f.mark) && strings.HasSuffix(p.low, f.ending) {
			return fmt.Errorf("%s is %s", p.name, f.advice)
		}
	}
	return nil
}
