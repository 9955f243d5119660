package npy

import (
	"fmt"
	"io"
)

// A Layout is what the header of a .npy file says about its elements.
type Layout struct {
	DType   DType
	Shape   []int
	Fortran bool  // the first axis is the fastest
	Offset  int64 // of the first element
	Bytes   int64 // of all elements
}

// Sequential reports whether the elements are numbers that lie one after the other in C order, as a [Stream] reads them.
func (l Layout) Sequential() bool { return l.DType.Type != 0 && (!l.Fortran || len(l.Shape) <= 1) }

// elements says what is read, for a file that ends within.
func (l Layout) elements() string {
	return fmt.Sprintf("the elements: shape %v of %v needs %d bytes", l.Shape, l.DType.Type, l.Bytes)
}

// ReadLayout reads the header of a .npy file, for those who read the elements themselves, wherever they lie. It does not know
// whether the elements are there.
func ReadLayout(r io.Reader) (Layout, error) { return (&source{r: r}).layout() }

// layout reads the header. Texts, where they are wanted, have no Type.
func (s *source) layout() (Layout, error) {
	h, err := s.header()
	if err != nil {
		return Layout{}, err
	}
	want, err := byteSize(h.size(), h.shape)
	if err != nil {
		return Layout{}, &FormatError{Offset: s.offset, Reason: err.Error()}
	}
	return Layout{h.dtype, h.shape, h.fortran, s.offset, int64(want)}, nil
}
