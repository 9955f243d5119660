package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path"
	"strings"

	"github.com/gradus-nn/gradus/internal/quote"
	"github.com/gradus-nn/gradus/internal/zipcheck"
)

// extension ends the name of every file in an archive; the array is called by what stands before it.
const extension = ".npy"

// An archive may unpack to maxRatio times its size, once that is over freeBytes. Deflate reaches 1032, trained weights 1.1,
// pictures 3 to 30; a file beyond is made to fill memory.
const (
	maxRatio  = 100
	freeBytes = 64 << 20
)

// ReadArchiveFile reads all arrays of an .npz file.
func ReadArchiveFile(name string) ([]Named, error) { return Reader{}.ReadArchiveFile(name) }

// ReadArchiveFile reads all arrays of an .npz file.
func (o Reader) ReadArchiveFile(name string) ([]Named, error) {
	return withFile(name, func(f *os.File, size int64) ([]Named, error) { return o.archive(f, size) })
}

// ReadArchive reads all arrays of an .npz archive of the given size, as np.savez and np.savez_compressed write it: a zip of
// .npy files. They come in the order of the archive.
//
// Refused is whatever an honest writer never makes: names that lead elsewhere or occur twice, entries that overlap,
// that are encrypted or no plain files, wrong lengths and checksums, bytes before the first entry, and content far larger
// than the archive.
func ReadArchive(r io.ReaderAt, size int64) ([]Named, error) { return Reader{}.archive(r, size) }

func (o Reader) archive(r io.ReaderAt, size int64) ([]Named, error) {
	files, err := entries(r, size)
	if err != nil {
		return nil, err
	}
	var arrays []Named
	for _, f := range files {
		a, err := o.readEntry(f)
		if err != nil {
			return nil, locate(err, "", f.Name, -1)
		}
		arrays = append(arrays, Named{strings.TrimSuffix(f.Name, extension), a})
	}
	return arrays, nil
}

// entries returns the files of an archive after what can be said without unpacking them.
func entries(r io.ReaderAt, size int64) ([]*zip.File, error) {
	bad := func(entry, format string, args ...any) error {
		return &FormatError{Entry: entry, Offset: -1, Reason: fmt.Sprintf(format, args...)}
	}
	var start [4]byte
	if _, err := r.ReadAt(start[:], 0); err != nil && err != io.EOF {
		return nil, err
	}
	if s := string(start[:]); s != "PK\x03\x04" && s != "PK\x05\x06" {
		return nil, bad("", "the file begins with % x; want 50 4b 03 04: this is no .npz archive", start)
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err, "the zip archive is damaged")
	}
	seen := map[string]bool{}
	budget := max(freeBytes, maxRatio*uint64(size))
	for _, f := range archive.File {
		if err := checkEntry(f); err != nil {
			return nil, locate(err, "", f.Name, -1)
		}
		if seen[f.Name] {
			return nil, bad(f.Name, "the name occurs twice")
		}
		seen[f.Name] = true
		if f.UncompressedSize64 > budget {
			return nil, bad(f.Name, "%d bytes unpack to more than %d-fold; this is no set of arrays (unpack it first if it is)", size, maxRatio)
		}
		budget -= f.UncompressedSize64
	}
	return archive.File, problem(zipcheck.Disjoint(archive.File, size))
}

// checkEntry examines what the directory says about a file.
func checkEntry(f *zip.File) error {
	p := zipcheck.Entry(f)
	if base := strings.TrimSuffix(f.Name, extension); (base == f.Name || path.Base(f.Name) == extension) && zipcheck.Local(f.Name) {
		p = &zipcheck.Problem{Reason: "the name is not one that ends in .npy", Unsupported: true}
	}
	return problem(p)
}

// problem is what speaks against an archive as an error of this package.
func problem(p *zipcheck.Problem) error {
	switch {
	case p == nil:
		return nil
	case p.Unsupported:
		return &UnsupportedError{Entry: p.Entry, Offset: -1, Reason: p.Reason}
	}
	return &FormatError{Entry: p.Entry, Offset: -1, Reason: p.Reason, Err: p.Err}
}

// readEntry unpacks a file and reads its array.
func (o Reader) readEntry(f *zip.File) (*Array, error) {
	s, done, err := o.unpack(f)
	if err != nil {
		return nil, err
	}
	a, err := s.array()
	if wrong := done(); err == nil {
		err = wrong
	}
	if err != nil {
		return nil, ofEntry(err)
	}
	return a, nil
}

// unpack begins to read a file. done is for when nothing more is read of it: after all of it, length and checksum must be those of the
// directory; archive/zip lets a checksum of 0 pass.
func (o Reader) unpack(f *zip.File) (s *source, done func() error, err error) {
	content, err := f.Open()
	if err != nil {
		return nil, nil, damaged(err, "the entry is damaged")
	}
	sum := crc32.NewIEEE()
	limited := &io.LimitedReader{R: content, N: int64(f.UncompressedSize64) + 1}
	s = &source{r: io.TeeReader(limited, sum), first: max(firstChunk, int64(f.CompressedSize64)), texts: o.Texts} // which is within the archive
	return s, func() error {
		content.Close()
		if uint64(s.offset) != f.UncompressedSize64 || sum.Sum32() != f.CRC32 {
			return &FormatError{Offset: -1, Reason: "length and checksum are not those of the archive's directory; copy the file again"}
		}
		return nil
	}, nil
}

// ofEntry makes an error that is none of this package one: the stream of an entry could not be unpacked.
func ofEntry(err error) error {
	var broken *FormatError
	var unsupported *UnsupportedError
	if errors.As(err, &broken) || errors.As(err, &unsupported) {
		return err
	}
	return damaged(err, "the entry is damaged")
}

// damaged returns a FormatError with a cause.
func damaged(err error, reason string) error {
	return &FormatError{Offset: -1, Reason: reason, Err: err}
}

// An Archive is an .npz file whose arrays are read when somebody wants them. It closes itself when nobody refers to it or its entries.
type Archive struct {
	Entries []Entry

	name string
	file *os.File
	read Reader
}

// An Entry is an array in an archive. The layout of texts has no Type.
type Entry struct {
	Name string
	Layout

	archive *Archive
	file    *zip.File
}

// OpenArchive reads the headers of all arrays of an .npz file.
func (o Reader) OpenArchive(name string) (*Archive, error) {
	size, err := regular(name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	a := &Archive{name: name, file: f, read: o}
	if err := a.list(size); err != nil {
		f.Close()
		return nil, locate(err, name, "", -1)
	}
	return a, nil
}

// list finds the entries.
func (a *Archive) list(size int64) error {
	files, err := entries(a.file, size)
	if err != nil {
		return err
	}
	for _, f := range files {
		s, done, err := a.read.unpack(f)
		if err != nil {
			return locate(err, "", f.Name, -1)
		}
		l, err := s.layout()
		done() // which cannot tell yet
		if err != nil {
			return locate(ofEntry(err), "", f.Name, -1)
		}
		a.Entries = append(a.Entries, Entry{strings.TrimSuffix(f.Name, extension), l, a, f})
	}
	return nil
}

// Read returns the array.
func (e Entry) Read() (*Array, error) {
	a, err := e.archive.read.readEntry(e.file)
	return a, locate(err, e.archive.name, e.file.Name, -1)
}

// Stream begins to read the array part by part.
func (e Entry) Stream() (*Stream, error) {
	tell := func(err error) error { return locate(ofEntry(err), e.archive.name, e.file.Name, -1) }
	s, done, err := e.archive.read.unpack(e.file)
	if err != nil {
		return nil, tell(err)
	}
	return newStream(s, done, tell)
}

// WriteArchive writes arrays as np.savez does: a zip of .npy files, not compressed. The same arrays always give the same
// bytes.
func WriteArchive(w io.Writer, arrays []Named) error {
	z := zip.NewWriter(w)
	seen := map[string]bool{}
	for _, a := range arrays {
		// A FileHeader without a time is written as the beginning of 1980.
		h := &zip.FileHeader{Name: a.Name + extension, Method: zip.Store}
		if err := checkEntry(&zip.File{FileHeader: *h}); err != nil || seen[h.Name] {
			return fmt.Errorf("npy: %s cannot be the name of an array in an archive; want unique names such as W1", quote.Short(a.Name))
		}
		seen[h.Name] = true
		entry, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if err := Write(entry, a.Array); err != nil {
			return fmt.Errorf("%s: %w", quote.Short(a.Name), err)
		}
	}
	return z.Close()
}
