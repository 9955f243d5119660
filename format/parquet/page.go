package parquet

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// The kinds of pages.
const (
	dataPage       = 0
	indexPage      = 1
	dictionaryPage = 2
	dataPage2      = 3
)

// pageHeader is what stands before a page.
type pageHeader struct {
	kind, size, packed int // bytes after and before decompression
	crc                int
	hasCRC             bool
	values, encoding   int
	levels             int  // encoding of the definition levels
	definition, repeat int  // bytes of the levels in a page of version 2
	plain              bool // a page of version 2 that is not compressed
}

func readPageHeader(c *compact) (pageHeader, error) {
	h := pageHeader{kind: -1, size: -1, packed: -1, values: -1, levels: rle}
	err := c.fields(func(id int, typ byte) (err error) {
		switch id {
		case 1:
			h.kind, err = c.int32(typ)
		case 2:
			h.size, err = c.int32(typ)
		case 3:
			h.packed, err = c.int32(typ)
		case 4:
			h.crc, err = c.int32(typ)
			h.hasCRC = true
		case 5, 7, 8:
			if typ != typeStruct {
				return errType
			}
			err = c.fields(func(field int, typ byte) error { return h.detail(c, id, field, typ) })
		default:
			err = c.skip(typ)
		}
		return err
	})
	if err == nil && (h.kind < 0 || h.size < 0 || h.packed < 0 || h.kind != indexPage && h.values < 0 || h.definition < 0 || h.repeat < 0) {
		err = errors.New("the header of a page lacks its type, size or number of values")
	}
	return h, err
}

// detail reads a field of the header of a data page (5), a dictionary (7) or a data page of version 2 (8).
func (h *pageHeader) detail(c *compact, id, field int, typ byte) (err error) {
	switch {
	case field == 1:
		h.values, err = c.int32(typ)
	case id != 8 && field == 2, id == 8 && field == 4:
		h.encoding, err = c.int32(typ)
	case id == 5 && field == 3:
		h.levels, err = c.int32(typ)
	case id == 8 && field == 5:
		h.definition, err = c.int32(typ)
	case id == 8 && field == 6:
		h.repeat, err = c.int32(typ)
	case id == 8 && field == 7:
		h.plain = typ == typeFalse
	default:
		err = c.skip(typ)
	}
	return err
}

// A cursor reads the values of one column, row group after row group.
type cursor struct {
	f      *File
	column *Column
	group  int // the next row group

	chunk      chunk
	at         int64 // where its next page begins
	left       int64 // values of the row group that are left
	page       []byte
	inPage     int // values of the page that are left
	levels     *hybrid
	values     values
	dictionary *dictionary
}

func (k *cursor) broken(format string, args ...any) error {
	return k.f.broken(k.column.Name, "row group %d: %s", k.group, fmt.Sprintf(format, args...))
}

// next returns the bytes of the next value as they are stored plainly, valid until the next call, or false if it is missing.
func (k *cursor) next() ([]byte, bool, error) {
	for k.inPage == 0 {
		if err := k.turn(); err != nil {
			return nil, false, err
		}
	}
	k.inPage--
	k.left--
	if k.levels != nil {
		level, err := k.levels.next()
		if err != nil {
			return nil, false, k.broken("definition levels: %v", err)
		}
		if int(level) != k.column.depth {
			return nil, false, nil
		}
	}
	raw, err := k.values.next()
	if err != nil {
		return nil, false, k.broken("%v", err)
	}
	return raw, true, nil
}

// turn goes to the next page with values, in the next row group where need be.
func (k *cursor) turn() error {
	for k.left == 0 {
		if k.group == len(k.f.groups) {
			return k.broken("the values end too early")
		}
		k.chunk = k.f.groups[k.group].chunks[k.column.position]
		k.group++
		k.left, k.at = k.chunk.values, k.chunk.begin
		if k.dictionary != nil {
			k.f.held -= k.dictionary.bytes()
			k.dictionary = nil
		}
	}
	// One buffer serves all columns, of which there can be many: what it has read ahead is read again for the next page.
	rest := k.chunk.begin + k.chunk.length - k.at
	k.f.in.Reset(io.NewSectionReader(k.f.r, k.at, rest))
	in := &compact{r: k.f.in, left: rest}
	h, err := readPageHeader(in)
	if err != nil {
		return k.broken("a page: %v", err)
	}
	if int64(h.packed) > in.left {
		return k.broken("a page of %d bytes where %d are left", h.packed, in.left)
	}
	k.at += rest - in.left + int64(h.packed)
	switch h.kind {
	case dataPage, dataPage2, dictionaryPage:
	default: // an index, or what newer versions have
		return nil
	}
	if int64(h.values) > k.left && h.kind != dictionaryPage {
		return k.broken("a page of %d values where %d are left", h.values, k.left)
	}
	if h.kind == dictionaryPage {
		if k.dictionary != nil {
			return k.broken("two dictionaries")
		}
		page, err := k.unpack(in.r, h, nil)
		if err != nil {
			return err
		}
		if k.dictionary, err = newDictionary(page, h.values, k.column.element); err != nil {
			return k.broken("the dictionary: %v", err)
		}
		k.f.held += k.dictionary.bytes() - int64(cap(page))
		return nil
	}
	k.f.held -= int64(cap(k.page))
	old := k.page
	k.page = nil
	if k.page, err = k.unpack(in.r, h, old); err != nil {
		return err
	}
	return k.open(h, k.page)
}

// pageBuffer is what is read at once to see the header of a page.
const pageBuffer = 4 << 10

// unpack reads the bytes of a page. Levels of version 2 stand before what is compressed. Old is memory to use again.
func (k *cursor) unpack(in io.Reader, h pageHeader, old []byte) ([]byte, error) {
	f := k.f
	if int64(h.size) > heldBytes+2*f.size-f.held {
		return nil, k.broken("a page of %d bytes in a file of %d: the pages of all columns would be more than %d; write smaller pages or row groups", h.size, f.size, heldBytes+2*f.size)
	}
	codec := k.chunk.codec
	if h.kind == dataPage2 && h.plain {
		codec = uncompressed
	}
	before := 0
	if h.kind == dataPage2 {
		if h.definition > h.packed || h.repeat > h.packed-h.definition || h.definition+h.repeat > h.size {
			return nil, k.broken("levels of %d and %d bytes in a page of %d", h.definition, h.repeat, h.packed)
		}
		before = h.definition + h.repeat
	}
	if cap(f.packed) < h.packed {
		f.packed = make([]byte, h.packed)
	}
	packed := f.packed[:h.packed]
	if _, err := io.ReadFull(in, packed); err != nil {
		return nil, k.broken("a page ends too early: %v", err)
	}
	if h.hasCRC && crc32.ChecksumIEEE(packed) != uint32(h.crc) {
		return nil, k.broken("the checksum of a page is wrong; copy the file again")
	}
	page := old[:0]
	if cap(page) < h.size {
		page = make([]byte, 0, h.size)
	}
	f.held += int64(cap(page))
	page = append(page, packed[:before]...)
	page, err := f.decompress(page, packed[before:], codec, h.size-before)
	if err != nil {
		if errors.Is(err, errors.ErrUnsupported) {
			return nil, f.unsupported(k.column.Name, "compressed with %v; write it with Snappy, gzip or Zstandard", err)
		}
		return nil, k.broken("a page does not unpack: %v", err)
	}
	if len(page) != h.size {
		return nil, k.broken("a page unpacks to %d bytes; it says %d", len(page), h.size)
	}
	return page, nil
}

// The compressions.
const (
	uncompressed = 0
	snappyCodec  = 1
	gzipCodec    = 2
	zstdCodec    = 6
	lz4Raw       = 7
)

// codecName is a compression that is not read.
type codecName string

func (c codecName) Error() string        { return string(c) }
func (c codecName) Is(target error) bool { return target == errors.ErrUnsupported }

var otherCodecs = map[int]codecName{3: "LZO", 4: "Brotli", 5: "LZ4 in Hadoop's frame"}

// decompress appends what packed unpacks to, want bytes or an error, to page, which has room for it.
func (f *File) decompress(page, packed []byte, codec, want int) ([]byte, error) {
	if want == 0 && len(packed) == 0 {
		return page, nil
	}
	room := page[len(page) : len(page)+want : len(page)+want]
	switch codec {
	case uncompressed:
		if len(packed) != want {
			return nil, fmt.Errorf("%d bytes; it says %d", len(packed), want)
		}
		return append(page, packed...), nil
	case snappyCodec:
		n, err := snappy.DecodedLen(packed)
		if err != nil {
			return nil, err
		}
		if n != want {
			return nil, fmt.Errorf("%d bytes of Snappy; it says %d", n, want)
		}
		out, err := snappy.Decode(room, packed)
		return append(page, out...), err
	case gzipCodec:
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(z, room); err != nil {
			return nil, err
		}
		var more [1]byte
		if n, err := z.Read(more[:]); n > 0 || err != io.EOF {
			return nil, fmt.Errorf("more than the %d bytes that it says", want)
		}
		return page[:len(page)+want], nil
	case zstdCodec:
		if f.zstd == nil {
			var err error
			f.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(uint64(heldBytes+2*f.size)))
			if err != nil {
				return nil, err
			}
		}
		var h zstd.Header
		if err := h.Decode(packed); err == nil && h.HasFCS && h.FrameContentSize > uint64(want) {
			return nil, fmt.Errorf("%d bytes of Zstandard; it says %d", h.FrameContentSize, want)
		}
		out, err := f.zstd.DecodeAll(packed, room[:0])
		return append(page, out...), err
	case lz4Raw:
		out, err := unpackLZ4(room[:0], packed)
		return append(page, out...), err
	}
	if name, known := otherCodecs[codec]; known {
		return nil, name
	}
	return nil, codecName(fmt.Sprintf("method %d", codec))
}

// unpackLZ4 unpacks a block of LZ4: literals and copies of what has come out, by turns. It stops where dst is full.
//
// Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
func unpackLZ4(dst, src []byte) ([]byte, error) {
	short := errors.New("LZ4 ends too early")
	length := func(n int) (int, error) {
		if n < 15 {
			return n, nil
		}
		for {
			if len(src) == 0 || n > cap(dst) {
				return 0, short
			}
			b := src[0]
			src = src[1:]
			if n += int(b); b != 255 {
				return n, nil
			}
		}
	}
	for len(src) > 0 {
		token := src[0]
		src = src[1:]
		n, err := length(int(token >> 4))
		if err != nil {
			return nil, err
		}
		if n > len(src) || n > cap(dst)-len(dst) {
			return nil, short
		}
		dst = append(dst, src[:n]...)
		if src = src[n:]; len(src) == 0 {
			return dst, nil // the last literals have no copy after them
		}
		if len(src) < 2 {
			return nil, short
		}
		back := int(binary.LittleEndian.Uint16(src))
		src = src[2:]
		if n, err = length(int(token & 15)); err != nil {
			return nil, err
		}
		n += 4
		if back == 0 || back > len(dst) || n > cap(dst)-len(dst) {
			return nil, errors.New("LZ4 copies what is not there")
		}
		for range n { // one by one: what is copied may begin within itself
			dst = append(dst, dst[len(dst)-back])
		}
	}
	return dst, nil
}

// open prepares the levels and values of a data page.
func (k *cursor) open(h pageHeader, page []byte) error {
	width := bits.Len(uint(k.column.depth))
	k.levels = nil
	if h.kind == dataPage2 {
		levels := page[h.repeat : h.repeat+h.definition]
		page = page[h.repeat+h.definition:]
		if width > 0 {
			k.levels = newHybrid(levels, width)
		}
	} else if width > 0 {
		if h.levels != rle {
			return k.f.unsupported(k.column.Name, "definition levels of encoding %d; want run lengths (3)", h.levels)
		}
		if len(page) < 4 || int64(binary.LittleEndian.Uint32(page)) > int64(len(page)-4) {
			return k.broken("the definition levels reach beyond their page")
		}
		n := int(binary.LittleEndian.Uint32(page))
		k.levels, page = newHybrid(page[4:4+n], width), page[4+n:]
	}
	var err error
	if k.values, err = newValues(page, h.encoding, h.values, k.column.element, k.dictionary); err != nil {
		if errors.Is(err, errors.ErrUnsupported) {
			return k.f.unsupported(k.column.Name, "%v", err)
		}
		return k.broken("%v", err)
	}
	k.inPage = h.values
	return nil
}
