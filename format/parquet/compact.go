package parquet

import (
	"bufio"
	"errors"
	"io"
	"math"
)

// compact reads Thrift's compact protocol: structures whose fields say their number and type, so that unknown ones can be passed over.
// Nothing is kept but what a caller asks for, and no length is believed beyond the bytes that are left.
//
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
type compact struct {
	r     *bufio.Reader
	left  int64 // bytes that may still be read
	depth int
}

// The types of fields and of list elements.
const (
	typeTrue, typeFalse             = 1, 2
	typeByte, typeI16, typeI32      = 3, 4, 5
	typeI64, typeDouble, typeBinary = 6, 7, 8
	typeList, typeSet, typeMap      = 9, 10, 11
	typeStruct                      = 12
)

var (
	errShort = errors.New("it ends too early")
	errDeep  = errors.New("structures within structures beyond any schema")
	errType  = errors.New("a field of another type than the format says")
)

// maxDepth bounds structures within structures.
const maxDepth = 32

func (c *compact) byte() (byte, error) {
	if c.left <= 0 {
		return 0, errShort
	}
	c.left--
	b, err := c.r.ReadByte()
	if err == io.EOF {
		err = errShort
	}
	return b, err
}

// varint reads an unsigned number of seven bits a byte, lowest first.
func (c *compact) varint() (uint64, error) {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b, err := c.byte()
		if err != nil {
			return 0, err
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, errors.New("a number of more than 64 bits")
}

// int reads a signed number: 0, -1, 1, -2 ... are stored as 0, 1, 2, 3 ...
func (c *compact) int() (int64, error) {
	v, err := c.varint()
	return int64(v>>1) ^ -int64(v&1), err
}

// int32 reads a number that fits into 32 bits.
func (c *compact) int32(typ byte) (int, error) {
	if typ != typeI32 && typ != typeI16 {
		return 0, errType
	}
	v, err := c.int()
	if v < math.MinInt32 || v > math.MaxInt32 {
		return 0, errors.New("a number of more than 32 bits")
	}
	return int(v), err
}

func (c *compact) int64(typ byte) (int64, error) {
	if typ != typeI64 && typ != typeI32 {
		return 0, errType
	}
	return c.int()
}

// text reads a text of at most longest bytes.
func (c *compact) text(typ byte, longest int64) (string, error) {
	if typ != typeBinary {
		return "", errType
	}
	n, err := c.varint()
	if err != nil {
		return "", err
	}
	if n > uint64(c.left) {
		return "", errShort
	}
	if n > uint64(longest) {
		return "", errors.New("a name of more bytes than any has")
	}
	c.left -= int64(n)
	b := make([]byte, n)
	if _, err := io.ReadFull(c.r, b); err != nil {
		return "", errShort
	}
	return string(b), nil
}

// fields reads a structure and calls field for each of its fields, which must read or skip it.
func (c *compact) fields(field func(id int, typ byte) error) error {
	if c.depth++; c.depth > maxDepth {
		return errDeep
	}
	defer func() { c.depth-- }()
	id := int64(0)
	for {
		head, err := c.byte()
		if err != nil {
			return err
		}
		typ := head & 15
		if typ == 0 {
			return nil
		}
		if delta := int64(head >> 4); delta != 0 {
			id += delta
		} else if id, err = c.int(); err != nil {
			return err
		}
		if err := field(int(id), typ); err != nil {
			return err
		}
	}
}

// list reads the head of a list.
func (c *compact) list(typ byte) (n int64, element byte, err error) {
	if typ != typeList && typ != typeSet {
		return 0, 0, errType
	}
	head, err := c.byte()
	if err != nil {
		return 0, 0, err
	}
	n, element = int64(head>>4), head&15
	if n == 15 {
		v, err := c.varint()
		if err != nil {
			return 0, 0, err
		}
		n = int64(min(v, math.MaxInt64))
	}
	if n > c.left { // an element takes a byte or more
		return 0, 0, errShort
	}
	return n, element, nil
}

// structs reads a list of structures and calls each for every one, which must read it.
func (c *compact) structs(typ byte, each func(i, n int64) error) error {
	n, element, err := c.list(typ)
	if err != nil {
		return err
	}
	if n > 0 && element != typeStruct {
		return errType
	}
	for i := range n {
		if err := each(i, n); err != nil {
			return err
		}
	}
	return nil
}

// skip passes over a value.
func (c *compact) skip(typ byte) error {
	switch typ {
	case typeTrue, typeFalse:
		return nil
	case typeByte:
		_, err := c.byte()
		return err
	case typeI16, typeI32, typeI64:
		_, err := c.varint()
		return err
	case typeDouble:
		return c.discard(8)
	case typeBinary:
		n, err := c.varint()
		if err != nil {
			return err
		}
		return c.discard(n)
	case typeStruct:
		return c.fields(func(_ int, typ byte) error { return c.skip(typ) })
	case typeList, typeSet:
		n, element, err := c.list(typ)
		if err != nil {
			return err
		}
		return c.elements(n, element)
	case typeMap:
		n, err := c.varint()
		if err != nil || n == 0 {
			return err
		}
		if n > uint64(c.left) {
			return errShort
		}
		types, err := c.byte()
		if err != nil {
			return err
		}
		for range n {
			if err := c.elements(1, types>>4); err != nil {
				return err
			}
			if err := c.elements(1, types&15); err != nil {
				return err
			}
		}
		return nil
	}
	return errType
}

// elements passes over the elements of a list; truth values take a byte there.
func (c *compact) elements(n int64, typ byte) error {
	if c.depth++; c.depth > maxDepth {
		return errDeep
	}
	defer func() { c.depth-- }()
	if typ == typeTrue || typ == typeFalse {
		typ = typeByte
	}
	for range n {
		if err := c.skip(typ); err != nil {
			return err
		}
	}
	return nil
}

func (c *compact) discard(n uint64) error {
	if n > uint64(c.left) {
		return errShort
	}
	c.left -= int64(n)
	for n > 0 {
		step := min(n, 1<<20)
		if _, err := c.r.Discard(int(step)); err != nil {
			return errShort
		}
		n -= step
	}
	return nil
}
