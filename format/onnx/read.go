package onnx

import (
	"fmt"
	"io"
	"math"
	"os"

	"github.com/gradus-nn/gradus/format/onnx/wire"
	"github.com/gradus-nn/gradus/internal/quote"
)

// freeBytes and perByte are the memory that decoding may take beside the file itself. With the file, with the lists that were outgrown and
// as much garbage as the collector leaves, the process then has 64 MiB and four times the file at most.
const (
	freeBytes = 16 << 20
	perByte   = 2
)

// ReadFile reads a model from a file.
func ReadFile(path string) (*Model, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("onnx: %s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	defer f.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("onnx: %s: %w", path, err)
	}
	m, err := Read(data)
	return m, named(err, path)
}

// Read reads a model from the bytes of a file and checks it with [Model.Check]. The model keeps nothing of data.
func Read(data []byte) (*Model, error) {
	data = data[:len(data):len(data)]
	d := &decoder{data: data, budget: freeBytes + perByte*int64(len(data))}
	if len(data) == 0 {
		return nil, bad("the file is empty")
	}
	m := &Model{}
	if err := d.model(m); err != nil {
		return nil, err
	}
	return m, m.Check()
}

// ReadTensor reads a file that holds one tensor, as the examples of ONNX's own tests are stored.
func ReadTensor(data []byte) (*Tensor, error) {
	data = data[:len(data):len(data)]
	d := &decoder{data: data, budget: freeBytes + perByte*int64(len(data))}
	return d.tensor(data)
}

func (d *decoder) model(m *Model) error {
	return d.fields(d.data, "model", func(f field) (err error) {
		switch f.number {
		case 1:
			m.IRVersion = int64(f.value)
		case 2:
			m.Producer, err = d.text(f, d.data, "model")
		case 3:
			m.ProducerVersion, err = d.text(f, d.data, "model")
		case 6:
			m.Doc, err = d.text(f, d.data, "model")
		case 7:
			if err = d.want(f, wire.BytesType, d.data, "model"); err == nil {
				err = d.graph(f.bytes, &m.Graph)
			}
		case 8:
			var o Opset
			if o, err = d.opset(f); err == nil {
				m.Opsets, err = append(m.Opsets, o), d.spend(f.bytes, 48)
			}
		case 14:
			var p Property
			if p, err = d.property(f); err == nil {
				m.Metadata, err = append(m.Metadata, p), d.spend(f.bytes, 64)
			}
		case 20:
			err = d.refuse(f.bytes, "the model holds steps of a training (training_info); export it for use instead")
		case 25:
			err = d.refuse(f.bytes, "the model defines operators of its own (functions), which is not supported; export it with plain operators")
		}
		return err
	})
}

func (d *decoder) opset(f field) (o Opset, err error) {
	if err = d.want(f, wire.BytesType, d.data, "model"); err != nil {
		return o, err
	}
	message := f.bytes
	err = d.fields(message, "opset", func(f field) (err error) {
		switch f.number {
		case 1:
			o.Domain, err = d.text(f, message, "opset")
		case 2:
			o.Version = int64(f.value)
		}
		return err
	})
	return o, err
}

func (d *decoder) property(f field) (p Property, err error) {
	if err = d.want(f, wire.BytesType, d.data, "model"); err != nil {
		return p, err
	}
	message := f.bytes
	err = d.fields(message, "metadata", func(f field) (err error) {
		switch f.number {
		case 1:
			p.Key, err = d.text(f, message, "metadata")
		case 2:
			p.Value, err = d.text(f, message, "metadata")
		}
		return err
	})
	return p, err
}

func (d *decoder) graph(message []byte, g *Graph) error {
	return d.fields(message, "graph", func(f field) (err error) {
		switch f.number {
		case 1, 5, 11, 12:
			if err = d.want(f, wire.BytesType, message, "graph"); err != nil {
				return err
			}
		}
		switch f.number {
		case 1:
			var n Node
			if n, err = d.node(f.bytes); err == nil {
				g.Nodes, err = append(g.Nodes, n), d.spend(f.bytes, 2*120) // a list that grows by doubling
			}
		case 2:
			g.Name, err = d.text(f, message, "graph")
		case 5:
			var t *Tensor
			if t, err = d.tensor(f.bytes); err == nil {
				g.Initializers, err = append(g.Initializers, t), d.spend(f.bytes, 100)
			}
		case 11, 12:
			var v Value
			if v, err = d.value(f.bytes); err != nil {
				return err
			}
			if f.number == 11 {
				g.Inputs = append(g.Inputs, v)
			} else {
				g.Outputs = append(g.Outputs, v)
			}
			err = d.spend(f.bytes, 3*80) // a list that grows by doubling, half of it garbage
		case 15:
			err = d.refuse(f.bytes, "the graph holds sparse tensors (sparse_initializer), which are not supported")
		}
		return err
	})
}

func (d *decoder) node(message []byte) (n Node, err error) {
	err = d.fields(message, "node", func(f field) (err error) {
		switch f.number {
		case 1, 2:
			var s string
			if s, err = d.text(f, message, "node"); err != nil {
				return err
			}
			if f.number == 1 {
				n.Inputs = append(n.Inputs, s)
			} else {
				n.Outputs = append(n.Outputs, s)
			}
			err = d.spend(message, 3*16)
		case 3:
			n.Name, err = d.text(f, message, "node")
		case 4:
			n.Op, err = d.text(f, message, "node")
		case 5:
			if err = d.want(f, wire.BytesType, message, "node"); err != nil {
				return err
			}
			var a Attribute
			if a, err = d.attribute(f.bytes); err == nil {
				n.Attributes, err = append(n.Attributes, a), d.spend(f.bytes, 2*32)
			}
		case 7:
			n.Domain, err = d.text(f, message, "node")
		}
		return err
	})
	return n, err
}

// The numbers that AttributeProto.type has.
const (
	attributeFloat   = 1
	attributeInt     = 2
	attributeString  = 3
	attributeTensor  = 4
	attributeFloats  = 6
	attributeInts    = 7
	attributeStrings = 8
)

var otherAttributes = map[int64]string{5: "graph", 9: "list of tensors", 10: "list of graphs", 11: "sparse tensor", 12: "list of sparse tensors", 13: "type", 14: "list of types"}

func (d *decoder) attribute(message []byte) (a Attribute, err error) {
	var (
		kind    int64
		float   float32
		integer int64
		text    string
		tensor  *Tensor
		floats  = []float32{}
		ints    = []int64{}
		texts   = []string{}
		other   string
	)
	err = d.fields(message, "attribute", func(f field) (err error) {
		switch f.number {
		case 1:
			a.Name, err = d.text(f, message, "attribute")
		case 2:
			err = d.want(f, wire.Fixed32Type, message, "attribute")
			float = math.Float32frombits(uint32(f.value))
		case 3:
			err = d.want(f, wire.VarintType, message, "attribute")
			integer = int64(f.value)
		case 4:
			text, err = d.text(f, message, "attribute")
		case 5:
			if err = d.want(f, wire.BytesType, message, "attribute"); err == nil {
				tensor, err = d.tensor(f.bytes)
			}
		case 7:
			err = numbers(d, &floats, f, wire.Fixed32Type, 4, message, "attribute", func(v uint64) float32 { return math.Float32frombits(uint32(v)) })
		case 8:
			err = numbers(d, &ints, f, wire.VarintType, 8, message, "attribute", func(v uint64) int64 { return int64(v) })
		case 9:
			var s string
			s, err = d.text(f, message, "attribute")
			if texts = append(texts, s); err == nil {
				err = d.spend(message, 32)
			}
		case 20:
			kind = int64(f.value)
		case 21:
			other = "reference to an attribute of a function"
		}
		return err
	})
	switch {
	case err != nil:
	case other != "":
		a.Value = Unsupported(other)
	case kind == attributeFloat:
		a.Value = float
	case kind == attributeInt:
		a.Value = integer
	case kind == attributeString:
		a.Value = text
	case kind == attributeTensor && tensor != nil:
		a.Value = tensor
	case kind == attributeFloats:
		a.Value = floats
	case kind == attributeInts:
		a.Value = ints
	case kind == attributeStrings:
		a.Value = texts
	case otherAttributes[kind] != "":
		a.Value = Unsupported(otherAttributes[kind])
	default:
		err = d.bad(message, "attribute %s has type %d and no such value", quote.Short(a.Name), kind)
	}
	return a, err
}

// others are what a value can be that is no tensor, by the field of TypeProto.
var others = map[wire.Number]string{4: "sequence", 5: "map", 8: "sparse tensor", 9: "optional value"}

func (d *decoder) value(message []byte) (v Value, err error) {
	err = d.fields(message, "value", func(f field) (err error) {
		switch f.number {
		case 1:
			v.Name, err = d.text(f, message, "value")
		case 2:
			if err = d.want(f, wire.BytesType, message, "value"); err == nil {
				err = d.kind(f.bytes, &v)
			}
		case 3:
			v.Doc, err = d.text(f, message, "value")
		}
		return err
	})
	return v, err
}

func (d *decoder) kind(message []byte, v *Value) error {
	return d.fields(message, "type", func(f field) error {
		if others[f.number] != "" {
			v.Other = others[f.number]
		}
		if f.number != 1 {
			return nil
		}
		if err := d.want(f, wire.BytesType, message, "type"); err != nil {
			return err
		}
		inner := f.bytes
		return d.fields(inner, "type", func(f field) error {
			switch f.number {
			case 1:
				v.DType = DType(f.value)
			case 2:
				v.Rank = true
				return d.shape(f, inner, v)
			}
			return nil
		})
	})
}

func (d *decoder) shape(f field, message []byte, v *Value) error {
	if err := d.want(f, wire.BytesType, message, "type"); err != nil {
		return err
	}
	message = f.bytes
	return d.fields(message, "shape", func(f field) error {
		if f.number != 1 {
			return nil
		}
		if err := d.want(f, wire.BytesType, message, "shape"); err != nil {
			return err
		}
		dim := Dim{Name: "?"} // neither a number nor a name: unknown
		inner := f.bytes
		err := d.fields(inner, "axis", func(f field) (err error) {
			switch f.number {
			case 1:
				dim = Dim{Size: int64(f.value)}
			case 2:
				if dim.Name, err = d.text(f, inner, "axis"); dim.Name == "" {
					dim.Name = "?"
				}
			}
			return err
		})
		v.Shape = append(v.Shape, dim)
		if err == nil {
			err = d.spend(inner, 2*24)
		}
		return err
	})
}
