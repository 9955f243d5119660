package npy

import (
	"fmt"

	"github.com/gradus-nn/gradus/internal/quote"
)

// A Type is the type of an array's elements.
type Type uint8

// The types that are numbers. Float16 is that of [Half].
const (
	Bool Type = iota + 1
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float16
	Float32
	Float64
)

// types holds the name of each type in NumPy, its code in a file and its size in bytes.
var types = [...]struct {
	name, code string
	size       int
}{
	Bool: {"bool", "b1", 1},
	Int8: {"int8", "i1", 1}, Int16: {"int16", "i2", 2}, Int32: {"int32", "i4", 4}, Int64: {"int64", "i8", 8},
	Uint8: {"uint8", "u1", 1}, Uint16: {"uint16", "u2", 2}, Uint32: {"uint32", "u4", 4}, Uint64: {"uint64", "u8", 8},
	Float16: {"float16", "f2", 2}, Float32: {"float32", "f4", 4}, Float64: {"float64", "f8", 8},
}

// String returns the name of the type in NumPy: "float32".
func (t Type) String() string {
	if t == 0 || int(t) >= len(types) {
		return fmt.Sprintf("type %d", uint8(t))
	}
	return types[t].name
}

// Size returns the bytes of an element, or 0 for no type.
func (t Type) Size() int {
	if int(t) >= len(types) {
		return 0
	}
	return types[t].size
}

// A DType is what NumPy calls one: a type and the order of an element's bytes.
type DType struct {
	Type      Type
	BigEndian bool
}

// ParseDType reads the text that NumPy's files have for a dtype: an order ('<', '>', or '|' for single bytes) and a code,
// as in "<f4". A type that is no number is an *[UnsupportedError].
func ParseDType(descr string) (DType, error) {
	if descr == "" {
		return DType{}, &FormatError{Offset: -1, Reason: "an empty dtype; want one such as '<f4'"}
	}
	t, err := ParseType(descr[1:])
	if err != nil {
		return DType{}, err
	}
	switch order := descr[0]; {
	case order == '<', order == '|' && t.Size() == 1:
		return DType{t, false}, nil
	case order == '>':
		return DType{t, true}, nil
	}
	return DType{}, &FormatError{Offset: -1, Reason: fmt.Sprintf("dtype %s has no byte order; want '<' or '>' before %s", quote.Short(descr), descr[1:])}
}

// ParseType reads the code of a type without a byte order: "f4".
func ParseType(code string) (Type, error) {
	for t := range types {
		if types[t].code == code && code != "" {
			return Type(t), nil
		}
	}
	what := "no number that is known here"
	if code != "" {
		switch code[0] {
		case 'O':
			what = "Python objects, which are a program; nothing is ever run"
		case 'U', 'S', 'a':
			what = "texts"
		case 'V':
			what = "records or raw bytes"
		case 'c':
			what = "complex numbers"
		case 'M', 'm':
			what = "dates"
		case 'f':
			what = "floating point numbers of another width"
		}
	}
	return 0, &UnsupportedError{Offset: -1, Reason: fmt.Sprintf("the elements are of dtype %s: %s; want b1, i1 to i8, u1 to u8, f2, f4 or f8", quote.Short(code), what)}
}
