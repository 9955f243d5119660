package csv

import (
	"compress/gzip"
	"fmt"
	"io"
)

// A gzipped table may unpack to unpackRatio times what was read of it, once that is over unpackFree. Tables are packed three to ten times,
// and some dozens where most cells are alike; what is packed more densely is made to fill memory.
const (
	unpackFree  = 64 << 20
	unpackRatio = 100
)

// An unpacker unpacks gzip, as long as that stays in proportion.
type unpacker struct {
	packed counter
	text   *gzip.Reader
	free   int64 // bytes of text, whatever they are packed to
	n      int64 // bytes of text so far
}

// newUnpacker returns the unpacked text of r.
func newUnpacker(r io.Reader, free int64) (*unpacker, error) {
	u := &unpacker{packed: counter{r: r}, free: free}
	var err error
	u.text, err = gzip.NewReader(&u.packed)
	return u, err
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.text.Read(p)
	u.n += int64(n)
	if most := u.free + unpackRatio*u.packed.n; u.n > most {
		return 0, fmt.Errorf("%d compressed bytes become more than %d; no table is packed so densely", u.packed.n, most)
	}
	return n, err
}

// A counter counts the bytes of a reader.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
