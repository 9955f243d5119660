package spill

import "runtime"

// An arena is memory outside of the heap, in chunks: what lies in the heap for the whole length of a program lets the collector keep as
// much garbage beside it.
type arena struct{ chunk *chunk }

// A chunk goes back to the system with the last piece that refers to it.
type chunk struct {
	data    []byte
	used    int
	pieces  int // that are not dropped
	cleanup runtime.Cleanup
}

const (
	chunkSize    = 8 << 20
	leastOutside = 1 << 20 // bytes that are worth a chunk
)

// take returns n zeros and the chunk that they lie in; zeros of the heap, and nil, where the system has no chunks.
func (a *arena) take(n int) ([]byte, *chunk) {
	if a.chunk == nil || len(a.chunk.data)-a.chunk.used < n {
		c := newChunk(max(chunkSize, n))
		if c == nil {
			return make([]byte, n), nil
		}
		a.chunk = c
	}
	c := a.chunk
	data := c.data[c.used : c.used+n : c.used+n]
	c.used = min(c.used+(n+7)/8*8, len(c.data))
	c.pieces++
	return data, c
}

// newChunk returns a chunk of zeros, or nil if the system has none.
func newChunk(size int) *chunk {
	data, err := mapMemory(size)
	if err != nil {
		return nil
	}
	c := &chunk{data: data}
	c.cleanup = runtime.AddCleanup(c, unmap, data)
	return c
}

// drop says that a piece has no use for its bytes any more, before the last one of which the chunk must not be taken from again.
func (c *chunk) drop() {
	if c == nil {
		return
	}
	if c.pieces--; c.pieces == 0 {
		c.cleanup.Stop()
		unmap(c.data)
	}
}
