package recipe

import (
	"hash"
	"io"
)

// A checksum is a reader that hashes what passes through it, on a goroutine of its own: whoever reads has enough to do.
type checksum struct {
	in         io.Reader
	hash       hash.Hash // of what was read, after finish
	full, free chan []byte
	done       chan struct{} // closed when all is hashed; nil while there is no goroutine
}

// hashedAhead is how many pieces of text may wait to be hashed.
const hashedAhead = 2

func newChecksum(in io.Reader, h hash.Hash) *checksum { return &checksum{in: in, hash: h} }

// Read reads, and hands a copy of what it has read to the goroutine.
func (c *checksum) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if n == 0 {
		return n, err
	}
	if c.done == nil {
		c.full, c.free, c.done = make(chan []byte, hashedAhead), make(chan []byte, hashedAhead), make(chan struct{})
		for range hashedAhead {
			c.free <- nil
		}
		go c.work()
	}
	c.full <- append((<-c.free)[:0], p[:n]...)
	return n, err
}

func (c *checksum) work() {
	defer close(c.done)
	for piece := range c.full {
		c.hash.Write(piece)
		c.free <- piece
	}
}

// finish waits until all that was read is hashed, and ends the goroutine.
func (c *checksum) finish() {
	if c.done != nil {
		close(c.full)
		<-c.done
		c.done = nil
	}
}
