package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The encodings.
const (
	plain            = 0
	plainDictionary  = 2
	rle              = 3
	deltaBinary      = 5
	deltaLength      = 6
	deltaBytes       = 7
	rleDictionary    = 8
	byteStreamSplit  = 9
	widestDictionary = 32      // bits of a number
	longestBlock     = 1 << 20 // of differences
	longestRun       = 1 << 27 // more values than a page has
)

var errEnd = errors.New("the values end too early")

// values yields the values of a page, each as the bytes that the plain encoding has for it, valid until the next call.
type values interface{ next() ([]byte, error) }

// unsupportedEncoding is an encoding that is not read.
type unsupportedEncoding int

func (e unsupportedEncoding) Error() string {
	return fmt.Sprintf("values of encoding %d, which this version does not know", int(e))
}
func (e unsupportedEncoding) Is(target error) bool { return target == errors.ErrUnsupported }

// newValues returns the values of a page of at most n of them.
func newValues(page []byte, encoding, n int, e element, d *dictionary) (values, error) {
	switch encoding {
	case plain:
		return newPlain(page, e), nil
	case plainDictionary, rleDictionary:
		if len(page) == 0 { // every value is missing
			return newPlain(nil, e), nil
		}
		if d == nil {
			return nil, errors.New("values by the numbers of a dictionary that is not there")
		}
		if page[0] > widestDictionary {
			return nil, fmt.Errorf("numbers of %d bits; want 32 or fewer", page[0])
		}
		return &byNumber{newHybrid(page[1:], int(page[0])), d}, nil
	case rle:
		if e.physical != boolean {
			return nil, errors.New("run lengths of what is no truth value")
		}
		if len(page) < 4 || int64(binary.LittleEndian.Uint32(page)) > int64(len(page)-4) {
			return nil, errEnd
		}
		return &truths{runs: newHybrid(page[4:4+binary.LittleEndian.Uint32(page)], 1)}, nil
	case deltaBinary:
		if e.physical != int32s && e.physical != int64s {
			return nil, errors.New("differences of what is no whole number")
		}
		d, err := newDeltas(page, n)
		return &deltaNumbers{deltas: d, size: sizeOf(e)}, err
	case deltaLength:
		if e.physical != byteArrays {
			return nil, errors.New("differences of lengths of what has one length")
		}
		return newDeltaLengths(page, n)
	case deltaBytes:
		if e.physical != byteArrays && e.physical != fixedBytes {
			return nil, errors.New("shared beginnings of what is no text")
		}
		return newDeltaBytes(page, n)
	case byteStreamSplit:
		size := sizeOf(e)
		if size == 0 || len(page)%size != 0 {
			return nil, fmt.Errorf("%d bytes are no streams of values of %d", len(page), size)
		}
		return &streams{data: page, size: size, n: len(page) / size}, nil
	}
	return nil, unsupportedEncoding(encoding)
}

// sizeOf returns the bytes of a value, or 0 where they differ or are less than one.
func sizeOf(e element) int {
	switch e.physical {
	case int32s, floats:
		return 4
	case int64s, doubles:
		return 8
	case int96s:
		return 12
	case fixedBytes:
		return e.length
	}
	return 0
}

func newPlain(page []byte, e element) values {
	switch size := sizeOf(e); {
	case e.physical == boolean:
		return &truths{runs: &hybrid{data: page, width: 1, literals: 8 * len(page)}}
	case size > 0:
		return &fixed{page, size}
	}
	return &lengths{page}
}

// fixed are values of one size after the other.
type fixed struct {
	data []byte
	size int
}

func (v *fixed) next() ([]byte, error) {
	if len(v.data) < v.size {
		return nil, errEnd
	}
	raw := v.data[:v.size]
	v.data = v.data[v.size:]
	return raw, nil
}

// lengths are texts, each after its length in four bytes.
type lengths struct{ data []byte }

func (v *lengths) next() ([]byte, error) {
	if len(v.data) < 4 || int64(binary.LittleEndian.Uint32(v.data)) > int64(len(v.data)-4) {
		return nil, errEnd
	}
	n := 4 + int(binary.LittleEndian.Uint32(v.data))
	raw := v.data[4:n]
	v.data = v.data[n:]
	return raw, nil
}

// truths are truth values of one bit; the value is one byte.
type truths struct {
	runs *hybrid
	raw  [1]byte
}

func (v *truths) next() ([]byte, error) {
	b, err := v.runs.next()
	v.raw[0] = byte(b)
	return v.raw[:], err
}

// streams hold the first bytes of all values, then the second ones, and so on.
type streams struct {
	data    []byte
	size, n int
	at      int
	raw     []byte
}

func (v *streams) next() ([]byte, error) {
	if v.at == v.n {
		return nil, errEnd
	}
	v.raw = v.raw[:0]
	for i := range v.size {
		v.raw = append(v.raw, v.data[i*v.n+v.at])
	}
	v.at++
	return v.raw, nil
}

// A dictionary holds the different values of a column.
type dictionary struct {
	data []byte
	size int      // of a value; 0 where ends tell
	ends []uint32 // of the texts in data, each after its length
	n    uint32
}

func newDictionary(page []byte, n int, e element) (*dictionary, error) {
	if e.physical == boolean {
		return nil, errors.New("of truth values, which have none")
	}
	d := &dictionary{data: page, size: sizeOf(e), n: uint32(n)}
	if d.size > 0 {
		if n > len(page)/d.size {
			return nil, errEnd
		}
		return d, nil
	}
	if n > len(page)/4 {
		return nil, errEnd
	}
	at := 0
	for v := (&lengths{page}); len(d.ends) < n; {
		raw, err := v.next()
		if err != nil {
			return nil, err
		}
		at += 4 + len(raw)
		d.ends = append(d.ends, uint32(at))
	}
	return d, nil
}

// bytes returns the memory that it takes.
func (d *dictionary) bytes() int64 { return int64(cap(d.data) + 4*cap(d.ends)) }

func (d *dictionary) value(i uint32) ([]byte, error) {
	if i >= d.n {
		return nil, fmt.Errorf("number %d of a dictionary of %d values", i, d.n)
	}
	if d.size > 0 {
		return d.data[int(i)*d.size : (int(i)+1)*d.size], nil
	}
	begin := uint32(0)
	if i > 0 {
		begin = d.ends[i-1]
	}
	return d.data[begin+4 : d.ends[i]], nil
}

// byNumber are values by their numbers in the dictionary.
type byNumber struct {
	numbers *hybrid
	d       *dictionary
}

func (v *byNumber) next() ([]byte, error) {
	i, err := v.numbers.next()
	if err != nil {
		return nil, err
	}
	return v.d.value(i)
}

// hybrid reads small numbers, in runs of equal ones and in groups of eight whose bits are packed.
type hybrid struct {
	data     []byte
	width    int
	run      int // equal numbers that are left
	value    uint32
	literals int // packed numbers that are left
	bits     uint64
	have     int // bits
}

func newHybrid(data []byte, width int) *hybrid { return &hybrid{data: data, width: width} }

func (h *hybrid) next() (uint32, error) {
	for h.run == 0 && h.literals == 0 {
		if len(h.data) == 0 {
			if h.width == 0 { // zeros need no bytes
				return 0, nil
			}
			return 0, errEnd
		}
		head, n := binary.Uvarint(h.data)
		if n <= 0 {
			return 0, errEnd
		}
		h.data = h.data[n:]
		count := int(min(head>>1, longestRun))
		if head&1 == 1 {
			h.literals, h.bits, h.have = 8*count, 0, 0
			continue
		}
		h.run, h.value = count, 0
		for i := range (h.width + 7) / 8 {
			if len(h.data) == 0 {
				return 0, errEnd
			}
			h.value |= uint32(h.data[0]) << (8 * i)
			h.data = h.data[1:]
		}
	}
	if h.run > 0 {
		h.run--
		return h.value, nil
	}
	h.literals--
	for h.have < h.width {
		if len(h.data) == 0 {
			return 0, errEnd
		}
		h.bits |= uint64(h.data[0]) << h.have
		h.data = h.data[1:]
		h.have += 8
	}
	v := uint32(h.bits & (1<<h.width - 1))
	h.bits >>= h.width
	h.have -= h.width
	return v, nil
}

// deltas reads whole numbers as their differences: a first value, then blocks, each with its least difference and miniblocks of
// what is above it, packed in as few bits as do.
type deltas struct {
	data  []byte
	left  uint64 // numbers
	block uint64 // numbers of a block
	minis uint64 // miniblocks of a block
	value uint64
	least uint64
	first bool

	widths []byte // of the miniblocks that are left
	inMini uint64 // numbers of the miniblock that are left
	width  int
	mini   []byte
	bit    int
}

// newDeltas reads the head of at most n numbers.
func newDeltas(data []byte, n int) (*deltas, error) {
	d := &deltas{data: data, first: true}
	for _, to := range []*uint64{&d.block, &d.minis, &d.left} {
		v, err := d.varint()
		if err != nil {
			return nil, err
		}
		*to = v
	}
	v, err := d.varint()
	if err != nil {
		return nil, err
	}
	d.value = unzigzag(v)
	if d.left > uint64(n) {
		return nil, fmt.Errorf("%d numbers in a page of %d", d.left, n)
	}
	if d.block == 0 || d.block > longestBlock || d.minis == 0 || d.block%d.minis != 0 || d.block/d.minis%8 != 0 {
		return nil, fmt.Errorf("differences in blocks of %d in %d parts", d.block, d.minis)
	}
	return d, nil
}

func unzigzag(v uint64) uint64 { return v>>1 ^ -(v & 1) }

func (d *deltas) varint() (uint64, error) {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		return 0, errEnd
	}
	d.data = d.data[n:]
	return v, nil
}

func (d *deltas) next() (uint64, error) {
	if d.left == 0 {
		return 0, errEnd
	}
	d.left--
	if d.first {
		d.first = false
		return d.value, nil
	}
	for d.inMini == 0 {
		if err := d.turn(); err != nil {
			return 0, err
		}
	}
	d.inMini--
	var v uint64
	for have := 0; have < d.width; {
		b := uint64(d.mini[d.bit>>3]) >> (d.bit & 7)
		take := min(8-d.bit&7, d.width-have)
		v |= b & (1<<take - 1) << have
		have += take
		d.bit += take
	}
	d.value += d.least + v
	return d.value, nil
}

// turn goes to the next miniblock.
func (d *deltas) turn() error {
	if len(d.widths) == 0 {
		v, err := d.varint()
		if err != nil {
			return err
		}
		if uint64(len(d.data)) < d.minis {
			return errEnd
		}
		d.least, d.widths, d.data = unzigzag(v), d.data[:d.minis], d.data[d.minis:]
	}
	d.width, d.widths = int(d.widths[0]), d.widths[1:]
	d.inMini, d.bit = d.block/d.minis, 0
	if d.width > 64 {
		return fmt.Errorf("differences of %d bits", d.width)
	}
	n := int(d.inMini) / 8 * d.width
	if n > len(d.data) {
		return errEnd
	}
	d.mini, d.data = d.data[:n], d.data[n:]
	return nil
}

// rest returns the bytes after the last number, which ends with its miniblock; all numbers must have been read.
func (d *deltas) rest() []byte { return d.data }

// deltaNumbers are whole numbers by their differences.
type deltaNumbers struct {
	deltas *deltas
	size   int
	raw    [8]byte
}

func (v *deltaNumbers) next() ([]byte, error) {
	x, err := v.deltas.next()
	binary.LittleEndian.PutUint64(v.raw[:], x)
	return v.raw[:v.size], err
}

// deltaLengths are texts one after the other, behind the differences of their lengths.
type deltaLengths struct {
	lengths *deltas
	data    []byte
}

func newDeltaLengths(page []byte, n int) (*deltaLengths, error) {
	d, rest, err := lengthsOf(page, n)
	return &deltaLengths{d, rest}, err
}

// lengthsOf returns a reader of lengths, and what stands behind them, which only reading them tells.
func lengthsOf(page []byte, n int) (*deltas, []byte, error) {
	d, err := newDeltas(page, n)
	if err != nil {
		return nil, nil, err
	}
	again := *d
	for d.left > 0 {
		if _, err := d.next(); err != nil {
			return nil, nil, err
		}
	}
	return &again, d.rest(), nil
}

func (v *deltaLengths) next() ([]byte, error) {
	n, err := v.lengths.next()
	if err != nil {
		return nil, err
	}
	if n > uint64(len(v.data)) {
		return nil, errEnd
	}
	raw := v.data[:n]
	v.data = v.data[n:]
	return raw, nil
}

// deltaArrays are texts that begin as the one before does.
type deltaArrays struct {
	shared   *deltas
	suffixes *deltaLengths
	last     []byte
}

func newDeltaBytes(page []byte, n int) (*deltaArrays, error) {
	shared, rest, err := lengthsOf(page, n)
	if err != nil {
		return nil, err
	}
	suffixes, err := newDeltaLengths(rest, n)
	return &deltaArrays{shared: shared, suffixes: suffixes}, err
}

// longestShared bounds a text that grows with every value.
const longestShared = 16 << 20

func (v *deltaArrays) next() ([]byte, error) {
	n, err := v.shared.next()
	if err != nil {
		return nil, err
	}
	if n > uint64(len(v.last)) {
		return nil, fmt.Errorf("a text that shares %d bytes with one of %d", n, len(v.last))
	}
	suffix, err := v.suffixes.next()
	if err != nil {
		return nil, err
	}
	if len(suffix) > longestShared-int(n) {
		return nil, fmt.Errorf("a text of more than %d bytes", longestShared)
	}
	v.last = append(v.last[:n], suffix...)
	return v.last, nil
}
