// Package onnx reads and writes models in the ONNX format: a graph of operators over named tensors, as a protocol buffer.
//
//	Model ── opsets, metadata
//	  └ Graph ── Inputs ──▶ Nodes (in an order in which they can be computed) ──▶ Outputs
//	               └ Initializers: the weights
//
// The package knows how a graph is written, and not what its operators mean: see package run below it for that.
//
// Nothing in a file is trusted. Read takes at most 64 MiB and four times the file of memory, and refuses by name what this
// package does not carry: data in other files, graphs within graphs, sequences, maps, sparse tensors and complex numbers.
//
// Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers), docs/IR.md (their meaning).
package onnx

import "math"

// A Model is an ONNX file.
type Model struct {
	IRVersion       int64
	Producer        string
	ProducerVersion string
	Doc             string
	Opsets          []Opset
	Metadata        []Property // in the order of the file
	Graph           Graph
}

// An Opset says which version of a domain's operators the nodes mean.
type Opset struct {
	Domain  string // "" for the operators of ONNX itself
	Version int64
}

// A Property is an entry of the model's metadata.
type Property struct{ Key, Value string }

// Meta returns the metadata as a map.
func (m *Model) Meta() map[string]string {
	all := map[string]string{}
	for _, p := range m.Metadata {
		all[p.Key] = p.Value
	}
	return all
}

// Opset returns the version of ONNX's own operators that the nodes mean, and 0 if the model does not say.
func (m *Model) Opset() int64 {
	for _, o := range m.Opsets {
		if o.Domain == "" || o.Domain == "ai.onnx" {
			return o.Version
		}
	}
	return 0
}

// A Graph computes its outputs from its inputs.
type Graph struct {
	Name         string
	Nodes        []Node // each after those whose outputs it reads
	Initializers []*Tensor
	Inputs       []Value // old files list the initializers here as well
	Outputs      []Value
}

// A Node applies an operator. An empty name among its inputs stands for an optional one that is left out.
type Node struct {
	Name, Op, Domain string
	Inputs, Outputs  []string
	Attributes       []Attribute
}

// An Attribute is a constant of a node. Its Value is a float32, int64, string, *Tensor, []float32, []int64 or []string, or
// an Unsupported.
type Attribute struct {
	Name  string
	Value any
}

// Unsupported is the value of an attribute of another type: "graph", for example. A node that has one can be neither run
// nor written.
type Unsupported string

// A Value is a named input or output.
type Value struct {
	Name  string
	DType DType  // 0 where the type is not that of a tensor, or not given
	Other string // what it is instead of a tensor: "sequence", for example
	Shape []Dim  // nil if unknown
	Rank  bool   // Shape is known, perhaps as that of a scalar
	Doc   string // for people
}

// A Dim is the length of an axis: a number, or a name for what is known only when the graph runs.
type Dim struct {
	Size int64
	Name string // if not empty, Size is unknown
}

// A DType is the type of a tensor's elements, by its number in the format.
type DType int32

// The types of elements. A tensor's Data is a slice of the Go type beside each.
const (
	Float    DType = 1  // float32
	Uint8    DType = 2  // uint8
	Int8     DType = 3  // int8
	Uint16   DType = 4  // uint16
	Int16    DType = 5  // int16
	Int32    DType = 6  // int32
	Int64    DType = 7  // int64
	String   DType = 8  // string
	Bool     DType = 9  // bool
	Float16  DType = 10 // Half
	Double   DType = 11 // float64
	Uint32   DType = 12 // uint32
	Uint64   DType = 13 // uint64
	BFloat16 DType = 16 // Brain
)

// Half and Brain are the bits of IEEE 754 binary16 and of bfloat16: carried, not computed with.
type (
	Half  uint16
	Brain uint16
)

// types are the names and sizes of elements by number; that of a text is without its characters. A size of 0 stands for a
// type that is not carried.
var types = []struct {
	name string
	size int
}{
	1: {"float", 4}, 2: {"uint8", 1}, 3: {"int8", 1}, 4: {"uint16", 2}, 5: {"int16", 2}, 6: {"int32", 4}, 7: {"int64", 8},
	8: {"string", 16}, 9: {"bool", 1}, 10: {"float16", 2}, 11: {"double", 8}, 12: {"uint32", 4}, 13: {"uint64", 8},
	14: {"complex64", 0}, 15: {"complex128", 0}, 16: {"bfloat16", 2}, 17: {"float8", 0}, 18: {"float8", 0}, 19: {"float8", 0}, 20: {"float8", 0},
	21: {"uint4", 0}, 22: {"int4", 0},
}

// String returns the name that the specification has for the type.
func (d DType) String() string {
	if d > 0 && int(d) < len(types) {
		return types[d].name
	}
	return "type " + itoa(int64(d))
}

// size returns the bytes of an element, and 0 for types that are not carried.
func (d DType) size() int {
	if d > 0 && int(d) < len(types) {
		return types[d].size
	}
	return 0
}

// A Tensor is an array. Its elements lie in Data in row-major order.
type Tensor struct {
	Name  string
	DType DType
	Shape []int // empty for a single number
	Data  any   // a slice: see the types of elements
}

// An Element is a type that tensors consist of.
type Element interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | bool | string | Half | Brain
}

// Of returns a tensor over data, which is not copied.
func Of[E Element](name string, shape []int, data []E) *Tensor {
	return &Tensor{Name: name, DType: typeOf(any(data)), Shape: shape, Data: data}
}

func typeOf(data any) DType {
	switch data.(type) {
	case []float32:
		return Float
	case []float64:
		return Double
	case []int8:
		return Int8
	case []int16:
		return Int16
	case []int32:
		return Int32
	case []int64:
		return Int64
	case []uint8:
		return Uint8
	case []uint16:
		return Uint16
	case []uint32:
		return Uint32
	case []uint64:
		return Uint64
	case []bool:
		return Bool
	case []string:
		return String
	case []Half:
		return Float16
	case []Brain:
		return BFloat16
	}
	return 0
}

// Len returns the number of elements: the product of the shape.
func (t *Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Count returns the product of a shape, and false if an axis is negative or the product does not fit in an int.
func Count(shape []int) (n int, ok bool) {
	n = 1
	zero := false
	for _, d := range shape {
		if d < 0 {
			return 0, false
		}
		if d == 0 {
			zero = true
			continue
		}
		if n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	if zero {
		n = 0
	}
	return n, true
}
