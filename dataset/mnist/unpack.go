package mnist

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// unpackIDX returns the elements of a packed IDX file of bytes, whose header must say exactly dims.
func unpackIDX(name string, packed []byte, dims ...int) ([]uint8, error) {
	header := []byte{0, 0, 0x08, byte(len(dims))}
	size := 1
	for _, d := range dims {
		header = binary.BigEndian.AppendUint32(header, uint32(d))
		size *= d
	}
	raw, err := unpack(packed, len(header)+size)
	if err != nil {
		return nil, fmt.Errorf("mnist: the embedded %s are damaged: %w; is this program complete?", name, err)
	}
	if !bytes.HasPrefix(raw, header) {
		return nil, fmt.Errorf("mnist: the embedded %s are damaged: the header is %x, want %x; is this program complete?", name, raw[:len(header)], header)
	}
	return raw[len(header):], nil
}

// A frame is a part of a packed file: packed[lo:hi] becomes content[to:to+size].
type frame struct{ lo, hi, to, size int }

// Footer of zstd's seekable format (contrib/seekable_format): number of frames, flags, magic number.
const (
	footerSize     = 9
	seekableMagic  = 0x8F92EAB1
	skippableMagic = 0x184D2A5E
)

var errTable = errors.New("no table of parts at the end")

// seekTable returns the frames of a packed file whose content has size bytes.
func seekTable(packed []byte, size int) ([]frame, error) {
	le := binary.LittleEndian
	if len(packed) < footerSize {
		return nil, errTable
	}
	footer := packed[len(packed)-footerSize:]
	n := int(le.Uint32(footer))
	if footer[4] != 0 || le.Uint32(footer[5:]) != seekableMagic || n > len(packed)/8 {
		return nil, errTable
	}
	start := len(packed) - footerSize - 8*n - 8
	if start < 0 || le.Uint32(packed[start:]) != skippableMagic || le.Uint32(packed[start+4:]) != uint32(8*n+footerSize) {
		return nil, errTable
	}
	frames := make([]frame, n)
	at, to := 0, 0
	for i := range frames {
		entry := packed[start+8+8*i:]
		compressed, content := int(le.Uint32(entry)), int(le.Uint32(entry[4:]))
		if compressed > start-at || content > size-to {
			return nil, fmt.Errorf("part %d is longer than the file", i)
		}
		frames[i] = frame{at, at + compressed, to, content}
		at, to = at+compressed, to+content
	}
	if at != start || to != size {
		return nil, fmt.Errorf("the parts make %d bytes from %d; want %d from %d", to, at, size, start)
	}
	return frames, nil
}

// unpack returns the content of a packed file, which has size bytes. The frames are decompressed on all processors, each
// straight to its place; each carries a checksum of its content.
func unpack(packed []byte, size int) ([]byte, error) {
	frames, err := seekTable(packed, size)
	if err != nil {
		return nil, err
	}
	workers := min(runtime.GOMAXPROCS(0), len(frames))
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(workers))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()

	content := make([]byte, size)
	failures := make([]error, len(frames))
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(frames); i = int(next.Add(1)) - 1 {
				failures[i] = frames[i].unpack(decoder, packed, content)
			}
		})
	}
	group.Wait()
	return content, errors.Join(failures...)
}

// unpack decompresses the frame from packed to its place in content.
func (f frame) unpack(decoder *zstd.Decoder, packed, content []byte) error {
	got, err := decoder.DecodeAll(packed[f.lo:f.hi], content[f.to:f.to:f.to+f.size])
	if err != nil {
		return fmt.Errorf("the part at byte %d: %w", f.lo, err)
	}
	if len(got) != f.size {
		return fmt.Errorf("the part at byte %d has %d bytes; want %d", f.lo, len(got), f.size)
	}
	return nil
}
