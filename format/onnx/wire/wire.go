// Package wire reads and writes the fields of protocol buffers, as far as ONNX needs them.
//
// A field is a tag, which is a varint of number<<3 | type, and a value. The well-kept package for this reads the
// running program from disk before main begins, in order to vary its error messages; a command that starts in
// milliseconds, and under a limit of six open files says so in a sentence, cannot afford that for sixty lines. The
// tests hold this package against it.
package wire

import (
	"encoding/binary"
	"errors"
	"math"
)

// Number is the number of a field.
type Number int32

// Type says how a value is laid out.
type Type uint8

const (
	VarintType     Type = 0
	Fixed64Type    Type = 1
	BytesType      Type = 2
	StartGroupType Type = 3
	EndGroupType   Type = 4
	Fixed32Type    Type = 5
)

// Errors of the Consume functions.
var (
	ErrShort    = errors.New("the file ends, or the message around it, before the field does")
	ErrOverflow = errors.New("a number of more than 64 bits")
	ErrNumber   = errors.New("a field number outside 1 to 536870911")
)

const maxNumber = 1<<29 - 1

// ConsumeVarint returns the varint that b begins with and its length.
func ConsumeVarint(b []byte) (v uint64, n int, err error) {
	v, n = binary.Uvarint(b)
	switch {
	case n == 0:
		return 0, 0, ErrShort
	case n < 0:
		return 0, 0, ErrOverflow
	}
	return v, n, nil
}

// ConsumeTag returns the field number and type that b begins with and their length.
func ConsumeTag(b []byte) (Number, Type, int, error) {
	v, n, err := ConsumeVarint(b)
	if err != nil {
		return 0, 0, 0, err
	}
	if number := v >> 3; number < 1 || number > maxNumber {
		return 0, 0, 0, ErrNumber
	}
	return Number(v >> 3), Type(v & 7), n, nil
}

// ConsumeFixed32 returns the four bytes, little-endian, that b begins with.
func ConsumeFixed32(b []byte) (uint32, int, error) {
	if len(b) < 4 {
		return 0, 0, ErrShort
	}
	return binary.LittleEndian.Uint32(b), 4, nil
}

// ConsumeFixed64 returns the eight bytes, little-endian, that b begins with.
func ConsumeFixed64(b []byte) (uint64, int, error) {
	if len(b) < 8 {
		return 0, 0, ErrShort
	}
	return binary.LittleEndian.Uint64(b), 8, nil
}

// ConsumeBytes returns the bytes, after their length, that b begins with: a part of b, and the length of both.
func ConsumeBytes(b []byte) ([]byte, int, error) {
	size, n, err := ConsumeVarint(b)
	if err != nil {
		return nil, 0, err
	}
	if size > math.MaxInt || int(size) > len(b)-n {
		return nil, 0, ErrShort
	}
	return b[n : n+int(size)], n + int(size), nil
}

// AppendTag appends a field's number and type.
func AppendTag(b []byte, n Number, t Type) []byte { return AppendVarint(b, uint64(n)<<3|uint64(t)) }

// AppendVarint appends a number in base 128, lowest digits first.
func AppendVarint(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

// AppendFixed32 appends four bytes, little-endian.
func AppendFixed32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }

// AppendBytes appends a length and so many bytes.
func AppendBytes(b, v []byte) []byte { return append(AppendVarint(b, uint64(len(v))), v...) }
