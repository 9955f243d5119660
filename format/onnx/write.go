package onnx

import (
	"io"
	"math"

	"github.com/gradus-nn/gradus/format/onnx/wire"
	"github.com/gradus-nn/gradus/internal/quote"
)

// Write writes a model, which [Model.Check] must find sound.
func Write(w io.Writer, m *Model) error {
	data, err := m.Bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// Bytes returns the model as a file. The same model gives the same bytes.
func (m *Model) Bytes() ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	var b message
	b.varint(1, m.IRVersion)
	b.text(2, m.Producer)
	b.text(3, m.ProducerVersion)
	b.text(6, m.Doc)
	graph, err := m.Graph.encode()
	if err != nil {
		return nil, err
	}
	b.bytes(7, graph)
	for _, o := range m.Opsets {
		var e message
		e.text(1, o.Domain)
		e.varint(2, o.Version)
		b.bytes(8, e)
	}
	for _, p := range m.Metadata {
		var e message
		e.text(1, p.Key)
		e.text(2, p.Value)
		b.bytes(14, e)
	}
	if len(b) > math.MaxInt32 {
		return nil, refuse("the model takes %d bytes; a protocol buffer holds at most %d", len(b), math.MaxInt32)
	}
	return b, nil
}

// A message is a protocol buffer that grows field by field.
type message []byte

func (b *message) varint(n wire.Number, v int64) {
	*b = wire.AppendVarint(wire.AppendTag(*b, n, wire.VarintType), uint64(v))
}

func (b *message) bytes(n wire.Number, v []byte) {
	*b = wire.AppendBytes(wire.AppendTag(*b, n, wire.BytesType), v)
}

// text leaves out what is empty, as everybody does.
func (b *message) text(n wire.Number, s string) {
	if s != "" {
		b.bytes(n, []byte(s))
	}
}

func (b *message) float(n wire.Number, v float32) {
	*b = wire.AppendFixed32(wire.AppendTag(*b, n, wire.Fixed32Type), math.Float32bits(v))
}

func (g *Graph) encode() (message, error) {
	var b message
	for i := range g.Nodes {
		n, err := g.Nodes[i].encode()
		if err != nil {
			return nil, err
		}
		b.bytes(1, n)
	}
	b.text(2, g.Name)
	for _, t := range g.Initializers {
		e, err := t.encode()
		if err != nil {
			return nil, err
		}
		b.bytes(5, e)
	}
	for _, v := range g.Inputs {
		b.bytes(11, v.encode())
	}
	for _, v := range g.Outputs {
		b.bytes(12, v.encode())
	}
	return b, nil
}

func (n *Node) encode() (message, error) {
	var b message
	for _, s := range n.Inputs {
		b.bytes(1, []byte(s)) // an empty name has a meaning here
	}
	for _, s := range n.Outputs {
		b.bytes(2, []byte(s))
	}
	b.text(3, n.Name)
	b.text(4, n.Op)
	for _, a := range n.Attributes {
		e, err := a.encode()
		if err != nil {
			return nil, err
		}
		b.bytes(5, e)
	}
	b.text(7, n.Domain)
	return b, nil
}

func (a Attribute) encode() (message, error) {
	var b message
	b.text(1, a.Name)
	kind := int64(0)
	switch v := a.Value.(type) {
	case float32:
		kind = attributeFloat
		b.float(2, v)
	case int64:
		kind = attributeInt
		b.varint(3, v)
	case string:
		kind = attributeString
		b.bytes(4, []byte(v))
	case *Tensor:
		kind = attributeTensor
		t, err := v.encode()
		if err != nil {
			return nil, err
		}
		b.bytes(5, t)
	case []float32:
		kind = attributeFloats
		for _, x := range v {
			b.float(7, x)
		}
	case []int64:
		kind = attributeInts
		for _, x := range v {
			b.varint(8, x)
		}
	case []string:
		kind = attributeStrings
		for _, x := range v {
			b.bytes(9, []byte(x))
		}
	default:
		return nil, refuse("attribute %s is a %v, which cannot be written", quote.Short(a.Name), a.Value)
	}
	b.varint(20, kind)
	return b, nil
}

// encode writes the elements as raw_data, and texts as a list.
func (t *Tensor) encode() (message, error) {
	var b message
	for _, d := range t.Shape {
		b.varint(1, int64(d))
	}
	b.varint(2, int64(t.DType))
	b.text(8, t.Name)
	if texts, ok := t.Data.([]string); ok {
		if count, ok := Count(t.Shape); !ok || count != len(texts) {
			return nil, bad("tensor %s has shape %v but %d texts", quote.Short(t.Name), t.Shape, len(texts))
		}
		for _, s := range texts {
			b.bytes(6, []byte(s)) // an empty one counts
		}
		return b, nil
	}
	raw, err := t.Raw()
	if err != nil {
		return nil, err
	}
	if count, ok := Count(t.Shape); !ok || count*t.DType.size() != len(raw) {
		return nil, bad("tensor %s has shape %v but %d bytes", quote.Short(t.Name), t.Shape, len(raw))
	}
	b.bytes(9, raw)
	return b, nil
}

func (v Value) encode() message {
	var b message
	b.text(1, v.Name)
	if v.DType == 0 {
		b.text(3, v.Doc)
		return b
	}
	var tensor, kind message
	tensor.varint(1, int64(v.DType))
	if v.Rank {
		var shape message
		for _, d := range v.Shape {
			var dim message
			if d.Name != "" {
				dim.text(2, d.Name)
			} else {
				dim.varint(1, d.Size)
			}
			shape.bytes(1, dim)
		}
		tensor.bytes(2, shape)
	}
	kind.bytes(1, tensor)
	b.bytes(2, kind)
	b.text(3, v.Doc)
	return b
}
