package idx

import (
	"bytes"
	"io"
)

// A Header is what stands in front of the elements of a raw file.
type Header struct {
	Type   Type
	Dims   []int
	Offset int64 // of the first element
	Bytes  int64 // of all elements
}

// ReadHeader reads the header of a raw file, for those who read the elements themselves, wherever they lie. It does not know
// whether the elements are there. Of a gzipped file there is no such header: zipped says so.
func ReadHeader(r io.Reader) (h Header, zipped bool, err error) {
	var magic [2]byte
	n, err := io.ReadFull(r, magic[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Header{}, false, err
	}
	if bytes.Equal(magic[:n], []byte{0x1f, 0x8b}) {
		return Header{}, true, nil
	}
	s := &source{r: io.MultiReader(bytes.NewReader(magic[:n]), r)}
	t, dims, want, err := s.header()
	return Header{t, dims, s.offset, int64(want)}, false, err
}
