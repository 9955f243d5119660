package onnx

import (
	"fmt"

	"github.com/gradus-nn/gradus/format/onnx/wire"
)

// A decoder reads one file. All messages are sub-slices of data, so that the place of each can be told.
type decoder struct {
	data   []byte
	budget int64 // bytes that may still be allocated
}

// A field is one field of a message: a number, or the bytes of a text, a message or packed numbers.
type field struct {
	number wire.Number
	kind   wire.Type
	value  uint64 // of a varint or of fixed bits
	bytes  []byte // otherwise
}

func (d *decoder) at(b []byte) int64 { return int64(cap(d.data) - cap(b)) }

func (d *decoder) bad(b []byte, format string, args ...any) error {
	return &FormatError{Offset: d.at(b), Reason: fmt.Sprintf(format, args...)}
}

func (d *decoder) refuse(b []byte, format string, args ...any) error {
	return &UnsupportedError{Offset: d.at(b), Reason: fmt.Sprintf(format, args...)}
}

// spend takes memory off the budget before it is allocated.
func (d *decoder) spend(b []byte, bytes int64) error {
	if d.budget -= bytes; d.budget < 0 {
		return d.bad(b, "the contents unpack to far more than the file's %d bytes", len(d.data))
	}
	return nil
}

// fields calls what for every field of a message, in order.
func (d *decoder) fields(message []byte, name string, what func(f field) error) error {
	for b := message; len(b) > 0; {
		number, kind, n, err := wire.ConsumeTag(b)
		if err != nil {
			return d.bad(b, "%s: %v", name, err)
		}
		f := field{number: number, kind: kind}
		rest := b[n:]
		switch kind {
		case wire.VarintType:
			f.value, n, err = wire.ConsumeVarint(rest)
		case wire.Fixed32Type:
			var v uint32
			v, n, err = wire.ConsumeFixed32(rest)
			f.value = uint64(v)
		case wire.Fixed64Type:
			f.value, n, err = wire.ConsumeFixed64(rest)
		case wire.BytesType:
			f.bytes, n, err = wire.ConsumeBytes(rest)
		case wire.StartGroupType, wire.EndGroupType:
			return d.bad(b, "%s: field %d is a group, which the format does not have", name, number)
		default:
			return d.bad(b, "%s: field %d has the reserved wire type %d", name, number, kind)
		}
		if err != nil {
			return d.bad(rest, "%s: field %d: %v", name, number, err)
		}
		if err := what(f); err != nil {
			return err
		}
		b = rest[n:]
	}
	return nil
}

// want checks the wire type of a field that has one only.
func (d *decoder) want(f field, kind wire.Type, message []byte, name string) error {
	if f.kind != kind {
		return d.bad(message, "%s: field %d has wire type %d; want %d", name, f.number, f.kind, kind)
	}
	return nil
}

// text returns a copy of a text.
func (d *decoder) text(f field, message []byte, name string) (string, error) {
	if err := d.want(f, wire.BytesType, message, name); err != nil {
		return "", err
	}
	return string(f.bytes), d.spend(f.bytes, int64(len(f.bytes)))
}

// numbers appends what a repeated field of varints or fixed bits holds, packed or not.
func numbers[E any](d *decoder, list *[]E, f field, kind wire.Type, size int64, message []byte, name string, of func(uint64) E) error {
	if f.kind == kind {
		*list = append(*list, of(f.value))
		return d.spend(message, 2*size) // a list that grows by doubling
	}
	if err := d.want(f, wire.BytesType, message, name); err != nil {
		return err
	}
	count := 0
	switch kind {
	case wire.Fixed32Type, wire.Fixed64Type:
		width := 4
		if kind == wire.Fixed64Type {
			width = 8
		}
		if len(f.bytes)%width != 0 {
			return d.bad(f.bytes, "%s: field %d has %d bytes, which are no whole number of elements", name, f.number, len(f.bytes))
		}
		count = len(f.bytes) / width
	default:
		for _, c := range f.bytes {
			if c < 0x80 { // the last byte of a varint
				count++
			}
		}
	}
	if err := d.spend(f.bytes, int64(count+len(*list))*size); err != nil {
		return err
	}
	grown := make([]E, len(*list), len(*list)+count)
	copy(grown, *list)
	for b := f.bytes; len(b) > 0; {
		var v uint64
		var n int
		var err error
		switch kind {
		case wire.Fixed32Type:
			var w uint32
			w, n, err = wire.ConsumeFixed32(b)
			v = uint64(w)
		case wire.Fixed64Type:
			v, n, err = wire.ConsumeFixed64(b)
		default:
			v, n, err = wire.ConsumeVarint(b)
		}
		if err != nil {
			return d.bad(b, "%s: field %d: %v", name, f.number, err)
		}
		grown = append(grown, of(v))
		b = b[n:]
	}
	*list = grown
	return nil
}
