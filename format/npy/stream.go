package npy

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

// A Stream reads the elements of an array part by part, for those who need not hold all of them. Whether the file is sound is known once
// Next has said io.EOF.
type Stream struct {
	Layout

	in   *source
	left int64             // bytes of elements
	done func() error      // is called once, after the last byte or an error; it says what was wrong with the file, and closes it
	tell func(error) error // makes an error say where it was met
}

// NewStream reads the header of a .npy file. Only arrays that are Sequential can be read so; others are an [UnsupportedError]. The reader
// is closed after the last element, or with an error.
func NewStream(r io.ReadCloser) (*Stream, error) {
	return newStream(&source{r: bufio.NewReaderSize(r, 64<<10)}, r.Close, func(err error) error { return err })
}

// OpenStream is NewStream of a file.
func OpenStream(name string) (*Stream, error) {
	if _, err := regular(name); err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	return newStream(&source{r: bufio.NewReaderSize(f, 64<<10)}, f.Close, func(err error) error { return locate(err, name, "", -1) })
}

func newStream(in *source, done func() error, tell func(error) error) (*Stream, error) {
	l, err := in.layout()
	if err == nil && !l.Sequential() {
		err = &UnsupportedError{Offset: in.offset, Reason: fmt.Sprintf("elements of shape %v that do not lie in C order, or texts; want numbers in C order", l.Shape)}
	}
	if err != nil {
		done()
		return nil, tell(err)
	}
	return &Stream{Layout: l, in: in, left: l.Bytes, done: done, tell: tell}, nil
}

// Next returns the next n elements, or the last ones, as a slice of an [Element]. Where none are left it makes sure that nothing else
// is, closes the file, and returns io.EOF. It must not be called again after an error.
func (s *Stream) Next(n int) (any, error) {
	if s.left == 0 {
		err := s.in.end()
		if wrong := s.done(); err == nil {
			err = wrong
		}
		if err == nil {
			return nil, io.EOF
		}
		return nil, s.tell(err)
	}
	size := s.DType.Type.Size()
	raw := make([]byte, min(int64(n)*int64(size), s.left))
	if err := s.in.full(raw, s.elements()); err != nil {
		s.done()
		return nil, s.tell(err)
	}
	s.left -= int64(len(raw))
	a, err := New(s.DType, []int{len(raw) / size}, false, raw)
	if err != nil {
		return nil, s.tell(err)
	}
	return a.Data, nil
}
