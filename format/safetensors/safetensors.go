// Package safetensors reads and writes named tensors in the safetensors format: eight bytes with the
// length of a header, the header (JSON), and the tensors' bytes without gaps.
//
//	N, 8 bytes little endian | header, N bytes | data
//
//	{"__metadata__": {"key": "text"},
//	 "layer0.W": {"dtype": "F32", "shape": [784, 30], "data_offsets": [0, 94080]}}
//
// Write seals what it writes: the metadata carries a SHA-256 over the whole file, which Read verifies when
// it is there. Any other reader of safetensors opens such a file, and Read opens any other writer's.
//
// Nothing in a file is trusted. The memory that reading takes is at most 64 MiB and four times the file.
//
// Format: https://github.com/huggingface/safetensors#format
package safetensors

import "fmt"

const (
	// maxHeader is the largest header that the reference implementation reads.
	maxHeader = 100_000_000
	// maxRank and maxMetadata keep memory within bounds: "0," in a file is eight bytes here, and an entry
	// of a map is some fifty.
	maxRank     = 16
	maxMetadata = 1 << 16
	// metadataName is the one key of the header that is no tensor.
	metadataName = "__metadata__"
)

// DType names the type of a tensor's elements, as the header does.
type DType string

// The types of which an element is a whole number of bytes.
const (
	Bool     DType = "BOOL"
	U8       DType = "U8"
	I8       DType = "I8"
	F8E5M2   DType = "F8_E5M2"
	F8E4M3   DType = "F8_E4M3"
	F8E8M0   DType = "F8_E8M0"
	U16      DType = "U16"
	I16      DType = "I16"
	F16      DType = "F16" // IEEE 754 binary16
	BF16     DType = "BF16"
	U32      DType = "U32"
	I32      DType = "I32"
	F32      DType = "F32"
	U64      DType = "U64"
	I64      DType = "I64"
	F64      DType = "F64"
	C64      DType = "C64" // two F32
	anyDType       = "BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 or C64"
)

// sizes holds the bytes of an element, and 0 for the types of the format whose elements share bytes.
var sizes = map[DType]int64{
	Bool: 1, U8: 1, I8: 1, F8E5M2: 1, F8E4M3: 1, F8E8M0: 1, "F8_E5M2FNUZ": 1, "F8_E4M3FNUZ": 1,
	U16: 2, I16: 2, F16: 2, BF16: 2,
	U32: 4, I32: 4, F32: 4,
	U64: 8, I64: 8, F64: 8, C64: 8,
	"F4": 0, "F6_E2M3": 0, "F6_E3M2": 0,
}

// Size returns the bytes of an element, and 0 where there is no such type or several elements share a byte.
func (d DType) Size() int { return int(sizes[d]) }

// Tensor is a named array. Its elements lie in Data in row-major order, little endian.
type Tensor struct {
	Name  string
	DType DType
	Shape []int // empty for a single number
	Data  []byte
}

// Len returns the number of elements: the product of the shape.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// File is the content of a file.
type File struct {
	// Metadata is free text by key. The two keys of the checksum are never among them: Write adds them and
	// Read takes them out.
	Metadata map[string]string
	// Tensors are in the order of their data.
	Tensors []Tensor
	// Checksum is the verified SHA-256 of the file in hexadecimal, "" where it carries none. Write ignores it.
	Checksum string
}

// Tensor returns the tensor of that name.
func (f *File) Tensor(name string) (t Tensor, ok bool) {
	for _, t := range f.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// byteLen returns the length of a tensor's data, or says why there is none.
func byteLen(dtype DType, shape []int) (int64, error) {
	n := sizes[dtype]
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v: a size is negative", shape)
		}
		if d != 0 && n > maxInt/int64(d) {
			return 0, fmt.Errorf("shape %v: the product of the sizes overflows", shape)
		}
		n *= int64(d)
	}
	return n, nil
}

// maxInt is the largest length of a slice.
const maxInt = int64(^uint(0) >> 1)
