package idx

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

const (
	// maxDims is more than any known file has (4); the format allows 255.
	maxDims = 8

	// A compressed file may be at most maxRatio times smaller than its content, once that is over freeBytes. Deflate
	// reaches 1032, pictures 3 to 30; a file beyond is made to fill memory.
	maxRatio  = 100
	freeBytes = 32 << 20

	// firstChunk is what is allocated for the elements of a stream before it has delivered any; for a file it is
	// fileFactor times the size of the file, if that is more: about the ratio of MNIST, the most compressible of its kind.
	firstChunk = 1 << 20
	fileFactor = 4
)

// ReadFile reads the array in a file, gzip or raw.
func ReadFile(name string) (*Array, error) {
	info, err := os.Stat(name) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return nil, fmt.Errorf("idx: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("idx: %s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("idx: %w", err)
	}
	defer f.Close()
	a, err := read(f, info.Size())
	return a, named(err, name)
}

// named adds the name of the file to an error of Read.
func named(err error, name string) error {
	var broken *FormatError
	var unsupported *UnsupportedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken):
		broken.Name = name
		return broken
	case errors.As(err, &unsupported):
		unsupported.Name = name
		return unsupported
	}
	return fmt.Errorf("idx: %s: %w", name, err)
}

// Read reads one array, gzip or raw, and the stream to its end: bytes after the array are an error.
func Read(r io.Reader) (*Array, error) { return read(r, 0) }

// read is Read for a stream of size bytes; 0 means unknown.
func read(r io.Reader, size int64) (*Array, error) {
	first := int(min(max(firstChunk, fileFactor*size), math.MaxInt))
	counted := &counter{r: r}
	buffered := bufio.NewReaderSize(counted, 64<<10)
	magic, err := buffered.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return (&source{r: buffered, first: first}).array()
	}
	// Several gzip members one after the other are one stream (RFC 1952, 2.2); gzip.Reader joins them.
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, (&source{}).damaged(err)
	}
	return (&source{r: unzipped, first: first, compressed: counted}).array()
}

// counter counts the bytes that have been read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// source is the content of a file, after decompression.
type source struct {
	r          io.Reader
	first      int // bytes to allocate at first
	offset     int64
	compressed *counter // nil for a raw file
}

// array reads header and body and makes sure that nothing follows.
func (s *source) array() (*Array, error) {
	t, dims, want, err := s.header()
	if err != nil {
		return nil, err
	}
	body, err := s.body(want, dims)
	if err != nil {
		return nil, err
	}
	if err := s.end(); err != nil {
		return nil, err
	}
	return &Array{dims, decode(t, body)}, nil
}

// header reads what stands in front of the elements, of which there are want bytes.
func (s *source) header() (t Type, dims []int, want int, err error) {
	var magic [4]byte
	if err := s.full(magic[:], "the first 4 bytes"); err != nil {
		return 0, nil, 0, err
	}
	if magic[0] != 0 || magic[1] != 0 {
		return 0, nil, 0, &FormatError{Offset: 0, Reason: fmt.Sprintf("the file begins with %02x %02x; want 00 00: this is no IDX file", magic[0], magic[1])}
	}
	if t = Type(magic[2]); t.Size() == 0 {
		return 0, nil, 0, &FormatError{Offset: 2, Reason: fmt.Sprintf("element %v; want 08, 09, 0b, 0c, 0d or 0e", t)}
	}
	switch d := magic[3]; {
	case d == 0:
		return 0, nil, 0, &FormatError{Offset: 3, Reason: "no dimensions; want at least 1"}
	case d > maxDims:
		return 0, nil, 0, &UnsupportedError{Offset: 3, Reason: fmt.Sprintf("%d dimensions; this program reads at most %d", d, maxDims)}
	}
	sizes := make([]byte, 4*int(magic[3]))
	if err := s.full(sizes, fmt.Sprintf("the %d dimensions", magic[3])); err != nil {
		return 0, nil, 0, err
	}
	dims = make([]int, magic[3])
	for i := range dims {
		d := binary.BigEndian.Uint32(sizes[4*i:])
		if uint64(d) > math.MaxInt {
			return 0, nil, 0, &UnsupportedError{Offset: int64(4 + 4*i), Reason: fmt.Sprintf("dimension %d is %d, more than an int of this machine", i, d)}
		}
		dims[i] = int(d)
	}
	want, ok := product(dims, t.Size())
	if !ok {
		return 0, nil, 0, &FormatError{Offset: 4, Reason: fmt.Sprintf("dimensions %v: more bytes than an int can count", dims)}
	}
	return t, dims, want, nil
}

// full fills p or says why it cannot.
func (s *source) full(p []byte, what string) error {
	n, err := io.ReadFull(s.r, p)
	s.offset += int64(n)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return &FormatError{Offset: s.offset, Reason: "the file ends within " + what + "; was it cut short?", Err: io.ErrUnexpectedEOF}
	}
	return s.damaged(err)
}

// body reads want bytes. After the first allocation it allocates no more than twice what has arrived.
func (s *source) body(want int, dims []int) ([]byte, error) {
	what := fmt.Sprintf("the elements: dimensions %v need %d bytes", dims, want)
	body := make([]byte, min(want, s.first))
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
		if c := s.compressed; c != nil && size > freeBytes && int64(have) > maxRatio*c.n {
			return nil, &FormatError{Offset: s.offset, Reason: fmt.Sprintf(
				"%d compressed bytes have become %d, more than %d-fold; this is no data set (unpack it first if it is)", c.n, have, maxRatio)}
		}
		larger := make([]byte, size)
		copy(larger, body)
		body = larger
	}
}

// end makes sure that the stream has ended; for gzip, that is where the checksum is compared.
func (s *source) end() error {
	var extra [1]byte
	n, err := io.ReadFull(s.r, extra[:])
	if n > 0 {
		return &FormatError{Offset: s.offset, Reason: "more bytes after the last element"}
	}
	if err == io.EOF {
		return nil
	}
	return s.damaged(err)
}

// damaged returns a FormatError if the decompressor says that its input is broken, and otherwise the reader's own error.
func (s *source) damaged(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &FormatError{Offset: s.offset, Reason: "the gzip stream is damaged", Err: err}
	}
	return err
}

// decode returns the elements of a body.
func decode(t Type, body []byte) any {
	order := binary.BigEndian
	switch t {
	case Uint8:
		return body
	case Int8:
		return convert(body, 1, func(b []byte) int8 { return int8(b[0]) })
	case Int16:
		return convert(body, 2, func(b []byte) int16 { return int16(order.Uint16(b)) })
	case Int32:
		return convert(body, 4, func(b []byte) int32 { return int32(order.Uint32(b)) })
	case Float32:
		return convert(body, 4, func(b []byte) float32 { return math.Float32frombits(order.Uint32(b)) })
	default:
		return convert(body, 8, func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) })
	}
}

func convert[E Element](body []byte, size int, element func([]byte) E) []E {
	data := make([]E, len(body)/size)
	for i := range data {
		data[i] = element(body[i*size:])
	}
	return data
}
