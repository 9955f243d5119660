package npy

import "io"

// A Layout is what the header of a .npy file says about its elements.
type Layout struct {
	DType   DType
	Shape   []int
	Fortran bool  // the first axis is the fastest
	Offset  int64 // of the first element
	Bytes   int64 // of all elements
}

// ReadLayout reads the header of a .npy file, for those who read the elements themselves, wherever they lie. It does not know
// whether the elements are there.
func ReadLayout(r io.Reader) (Layout, error) {
	s := &source{r: r, first: firstChunk}
	h, err := s.header()
	if err != nil {
		return Layout{}, err
	}
	want, err := byteLen(h.dtype.Type, h.shape)
	if err != nil {
		return Layout{}, &FormatError{Offset: s.offset, Reason: err.Error()}
	}
	return Layout{h.dtype, h.shape, h.fortran, s.offset, int64(want)}, nil
}
