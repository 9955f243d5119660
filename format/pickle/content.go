package pickle

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
)

// A compressed file may be at most maxRatio times smaller than its content, once that is over freeBytes. Deflate reaches
// 1032, MNIST as float32 some 14; a file beyond is made to fill memory.
const (
	maxRatio  = 100
	freeBytes = 32 << 20

	// firstChunk is what is allocated for a stream before it has delivered anything.
	firstChunk = 64 << 10
)

// content reads a stream of size bytes (0 means unknown) to its end, and unpacks it if it is gzip. It allocates no more
// than twice what has arrived.
func content(r *bufio.Reader, size int64) ([]byte, error) {
	magic, err := r.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return all(r, size, nil)
	}
	packed := &counter{Reader: r}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return nil, damaged(err)
	}
	return all(unpacked, size, packed)
}

// counter counts the bytes that have been read. It is a flate.Reader, lest gzip put another buffer before it.
type counter struct {
	*bufio.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counter) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

func all(r io.Reader, size int64, packed *counter) ([]byte, error) {
	// One byte more than the file's size, so that its end is seen without growing.
	data := make([]byte, 0, min(max(firstChunk, size+1), math.MaxInt))
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil && packed != nil:
			return nil, damaged(err)
		case err != nil:
			return nil, err
		}
		if packed != nil && len(data) > freeBytes && int64(len(data)) > maxRatio*packed.n {
			return nil, &FormatError{Offset: int64(len(data)), Reason: fmt.Sprintf(
				"%d compressed bytes have become %d, more than %d-fold; this is no set of arrays (unpack it first if it is)", packed.n, len(data), maxRatio)}
		}
		if len(data) == cap(data) {
			larger := make([]byte, len(data), 2*len(data))
			copy(larger, data)
			data = larger
		}
	}
}

// damaged returns a FormatError if the decompressor says that its input is broken, and otherwise the reader's own error.
func damaged(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &FormatError{Offset: -1, Reason: "the gzip stream is damaged", Err: err}
	}
	return err
}
