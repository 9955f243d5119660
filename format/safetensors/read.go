package safetensors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// prefixLen is the length of what stands before the header: its length.
const prefixLen = 8

// Header is what a file says about its content.
type Header struct {
	Metadata map[string]string
	Tensors  []Info
	Checksum string // SHA-256 as written in the file, "" where it carries none; not verified
}

// Info describes a tensor.
type Info struct {
	Name   string
	DType  DType
	Shape  []int
	Offset int64 // in the file
	Size   int64 // bytes
}

// ReadFile reads a file and verifies its checksum if it carries one. Errors of the content are a
// *[FormatError] or an *[UnsupportedError].
func ReadFile(name string) (*File, error) {
	return openFile(name, Read)
}

// ReadFileHeader reads the header of a file: what [ReadHeader] does.
func ReadFileHeader(name string) (*Header, error) {
	return openFile(name, ReadHeader)
}

func openFile[T any](name string, read func(io.ReaderAt, int64) (*T, error)) (*T, error) {
	// A FIFO without a writer would block the opening itself.
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("safetensors: %s: want a regular file, have %v", name, info.Mode().Type())
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	v, err := read(f, info.Size())
	if err != nil {
		return nil, named(err, name)
	}
	return v, nil
}

// ReadHeader reads the header of a file of the given size and checks it, without reading the data.
func ReadHeader(r io.ReaderAt, size int64) (*Header, error) {
	h, _, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	sum, err := h.unseal()
	if err != nil {
		return nil, err
	}
	head := &Header{Metadata: h.metadata, Checksum: sum, Tensors: make([]Info, len(h.tensors))}
	for i, t := range h.tensors {
		head.Tensors[i] = Info{
			Name: t.Name, DType: t.DType, Shape: t.Shape,
			Offset: int64(prefixLen+len(h.text)) + h.spans[i].begin,
			Size:   h.spans[i].end - h.spans[i].begin,
		}
	}
	return head, nil
}

// Read reads a file of the given size and verifies its checksum if it carries one. The tensors' data are
// parts of one slice.
func Read(r io.ReaderAt, size int64) (*File, error) {
	h, prefix, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	sum, err := h.unseal()
	if err != nil {
		return nil, err
	}
	start := int64(prefixLen + len(h.text))
	data := make([]byte, size-start)
	if err := readAt(r, data, start); err != nil {
		return nil, err
	}
	if sum != "" {
		if err := h.checkSum(sum, prefix, data); err != nil {
			return nil, err
		}
	}
	for i, sp := range h.spans {
		h.tensors[i].Data = data[sp.begin:sp.end:sp.end]
	}
	return &File{Metadata: h.metadata, Tensors: h.tensors, Checksum: sum}, nil
}

// readHeader reads the length prefix and the header.
func readHeader(r io.ReaderAt, size int64) (h *header, prefix []byte, err error) {
	bad := func(format string, args ...any) error {
		return &FormatError{Reason: fmt.Sprintf(format, args...)}
	}
	if size < prefixLen {
		return nil, nil, bad("the file has %d bytes, want at least the %d of the header's length", size, prefixLen)
	}
	prefix = make([]byte, prefixLen)
	if err := readAt(r, prefix, 0); err != nil {
		return nil, nil, err
	}
	n := binary.LittleEndian.Uint64(prefix)
	switch {
	case n < 2:
		return nil, nil, bad("a header of %d bytes, want at least the 2 of {}", n)
	case n > maxHeader:
		return nil, nil, bad("a header of %d bytes, want at most %d; is it a safetensors file?", n, maxHeader)
	case n > uint64(size-prefixLen):
		return nil, nil, bad("a header of %d bytes, but only %d follow; the file may be cut short: copy it again", n, size-prefixLen)
	}
	if size > maxInt {
		return nil, nil, &UnsupportedError{Reason: fmt.Sprintf("a file of %d bytes is too large for this machine", size)}
	}
	var text strings.Builder // its String costs no copy
	text.Grow(int(n))
	if _, err := io.Copy(&text, io.NewSectionReader(r, prefixLen, int64(n))); err != nil {
		return nil, nil, err
	}
	if text.Len() != int(n) {
		return nil, nil, io.ErrUnexpectedEOF
	}
	h, err = parseHeader(text.String(), size-prefixLen-int64(n))
	return h, prefix, err
}

// readAt fills p. A file that has become shorter since its size was taken is an error.
func readAt(r io.ReaderAt, p []byte, at int64) error {
	n, err := r.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
