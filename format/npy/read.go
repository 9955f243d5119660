package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Magic begins every .npy file.
const Magic = "\x93NUMPY"

const (
	// maxHeader is far more than the header of an array of numbers takes; NumPy itself reads no more than 10,000.
	maxHeader = 1<<16 - 1
	// firstChunk is what is allocated for elements before any have been delivered.
	firstChunk = 1 << 20
)

// A Reader reads arrays as the functions of this package do, and where Texts is set, arrays of texts as well, whose Data is a
// []string.
type Reader struct{ Texts bool }

// ReadFile reads the array in a file.
func ReadFile(name string) (*Array, error) { return Reader{}.ReadFile(name) }

// ReadFile reads the array in a file.
func (o Reader) ReadFile(name string) (*Array, error) {
	return withFile(name, func(f *os.File, size int64) (*Array, error) {
		return (&source{r: bufio.NewReaderSize(f, 64<<10), first: max(firstChunk, size), texts: o.Texts}).array()
	})
}

// withFile opens a regular file for read and puts its name into the error.
func withFile[T any](name string, read func(f *os.File, size int64) (T, error)) (T, error) {
	var none T
	size, err := regular(name)
	if err != nil {
		return none, err
	}
	f, err := os.Open(name)
	if err != nil {
		return none, fmt.Errorf("npy: %w", err)
	}
	defer f.Close()
	v, err := read(f, size)
	return v, locate(err, name, "", -1)
}

// regular returns the size of a regular file. It asks before the file is opened: a pipe would wait for its other end.
func regular(name string) (size int64, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, fmt.Errorf("npy: %w", err)
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("npy: %s is not a regular file", name)
	}
	return info.Size(), nil
}

// Read reads one array, and the stream to its end: bytes after the array are an error.
func Read(r io.Reader) (*Array, error) { return Reader{}.Read(r) }

// Read reads one array, and the stream to its end.
func (o Reader) Read(r io.Reader) (*Array, error) {
	return (&source{r: bufio.NewReaderSize(r, 64<<10), first: firstChunk, texts: o.Texts}).array()
}

// source is the content of a .npy file.
type source struct {
	r      io.Reader
	first  int64 // bytes to allocate at first
	offset int64
	texts  bool // are wanted, too
}

// array reads header and elements and makes sure that nothing follows.
func (s *source) array() (*Array, error) {
	h, err := s.header()
	if err != nil {
		return nil, err
	}
	want, err := byteSize(h.size(), h.shape)
	if err == nil && h.refused != nil {
		err = h.texts.check(h, want)
	}
	if err != nil {
		return nil, &FormatError{Offset: s.offset, Reason: err.Error()}
	}
	body, err := s.body(want, fmt.Sprintf("the elements: shape %v of %v needs %d bytes", h.shape, h.name(), want))
	if err != nil {
		return nil, err
	}
	if err := s.end(); err != nil {
		return nil, err
	}
	if h.refused != nil {
		texts, err := h.texts.decode(body)
		return &Array{h.shape, texts}, err
	}
	return New(h.dtype, h.shape, h.fortran, body)
}

// end makes sure that nothing follows.
func (s *source) end() error {
	var extra [1]byte
	if n, err := io.ReadFull(s.r, extra[:]); n > 0 {
		return &FormatError{Offset: s.offset, Reason: "more bytes after the last element; want one array a file: use np.savez for several"}
	} else if err != io.EOF {
		return err
	}
	return nil
}

func (s *source) header() (header, error) {
	var start [8]byte
	if err := s.full(start[:], "the first 8 bytes"); err != nil {
		return header{}, err
	}
	if string(start[:6]) != Magic {
		return header{}, &FormatError{Reason: fmt.Sprintf("the file begins with % x; want % x: this is no .npy file", start[:6], Magic)}
	}
	width := 4
	switch major, minor := start[6], start[7]; {
	case major == 1 && minor == 0:
		width = 2
	case major != 2 && major != 3 || minor != 0:
		return header{}, &UnsupportedError{Offset: 6, Reason: fmt.Sprintf("version %d.%d of the format; want 1.0, 2.0 or 3.0", major, minor)}
	}
	length := make([]byte, 4)
	if err := s.full(length[:width], "the header's length"); err != nil {
		return header{}, err
	}
	n := binary.LittleEndian.Uint32(length)
	if n > maxHeader {
		return header{}, &FormatError{Offset: 8, Reason: fmt.Sprintf("a header of %d bytes; want at most %d", n, maxHeader)}
	}
	at := s.offset
	text := make([]byte, n)
	if err := s.full(text, "the header"); err != nil {
		return header{}, err
	}
	h, err := parseHeader(string(text), at)
	if err == nil && h.refused != nil && !s.texts {
		err = h.refused
	}
	return h, err
}

// full fills p or says why it cannot.
func (s *source) full(p []byte, what string) error {
	n, err := io.ReadFull(s.r, p)
	s.offset += int64(n)
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return &FormatError{Offset: s.offset, Reason: "the file ends within " + what + "; was it cut short?", Err: io.ErrUnexpectedEOF}
	}
	return err
}

// body reads want bytes. After the first allocation it allocates no more than twice what has arrived.
func (s *source) body(want int, what string) ([]byte, error) {
	body := make([]byte, min(int64(want), s.first))
	for have := 0; ; {
		if err := s.full(body[have:], what); err != nil {
			return nil, err
		}
		have = len(body)
		if have == want {
			return body, nil
		}
		size := want
		if have < want-have {
			size = 2 * have
		}
		larger := make([]byte, size)
		copy(larger, body)
		body = larger
	}
}
