package onnx

import (
	"encoding/binary"
	"math"

	"github.com/gradus-nn/gradus/format/onnx/wire"
	"github.com/gradus-nn/gradus/internal/quote"
)

// maxRank is more axes than any operator of a feed-forward network has.
const maxRank = 16

// stored is a tensor as its message has it: the elements in one of six fields.
type stored struct {
	Tensor
	raw      []byte
	hasRaw   bool
	floats   []float32
	ints     []int32
	longs    []int64
	doubles  []float64
	unsigned []uint64
	texts    []string
}

func (d *decoder) tensor(message []byte) (*Tensor, error) {
	var s stored
	s.Shape = []int{}
	external := false
	err := d.fields(message, "tensor", func(f field) (err error) {
		switch f.number {
		case 1:
			var dims []int64
			if err = numbers(d, &dims, f, wire.VarintType, 8, message, "tensor", func(v uint64) int64 { return int64(v) }); err != nil {
				return err
			}
			for _, n := range dims {
				if n < 0 || n > math.MaxInt {
					return d.bad(message, "tensor %s has an axis of length %d", quote.Short(s.Name), n)
				}
				s.Shape = append(s.Shape, int(n))
			}
			if len(s.Shape) > maxRank {
				return d.refuse(message, "tensor %s has more than %d axes", quote.Short(s.Name), maxRank)
			}
		case 2:
			s.DType = DType(f.value)
		case 3:
			err = d.refuse(message, "tensor %s is stored in segments, which is not supported", quote.Short(s.Name))
		case 4:
			err = numbers(d, &s.floats, f, wire.Fixed32Type, 4, message, "tensor", func(v uint64) float32 { return math.Float32frombits(uint32(v)) })
		case 5:
			err = numbers(d, &s.ints, f, wire.VarintType, 4, message, "tensor", func(v uint64) int32 { return int32(v) })
		case 6:
			var text string
			if text, err = d.text(f, message, "tensor"); err == nil {
				s.texts, err = append(s.texts, text), d.spend(message, 2*16) // a list that grows by doubling
			}
		case 7:
			err = numbers(d, &s.longs, f, wire.VarintType, 8, message, "tensor", func(v uint64) int64 { return int64(v) })
		case 8:
			s.Name, err = d.text(f, message, "tensor")
		case 9:
			err = d.want(f, wire.BytesType, message, "tensor")
			s.raw, s.hasRaw = f.bytes, true
		case 10:
			err = numbers(d, &s.doubles, f, wire.Fixed64Type, 8, message, "tensor", math.Float64frombits)
		case 11:
			err = numbers(d, &s.unsigned, f, wire.VarintType, 8, message, "tensor", func(v uint64) uint64 { return v })
		case 13:
			external = true
		case 14:
			external = external || f.value != 0
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if external {
		return nil, d.refuse(message, "the elements of tensor %s are in another file (external data), which is never opened; save the model in one file", quote.Short(s.Name))
	}
	return s.tensor(d, message)
}

// tensor takes the elements from the field that belongs to the type, and counts them.
func (s *stored) tensor(d *decoder, message []byte) (*Tensor, error) {
	size := s.DType.size()
	if size == 0 {
		return nil, d.refuse(message, "tensor %s holds elements of type %v, which is not supported", quote.Short(s.Name), s.DType)
	}
	count, ok := Count(s.Shape)
	if !ok || count > math.MaxInt/size {
		return nil, d.bad(message, "tensor %s has shape %v: more elements than can be counted", quote.Short(s.Name), s.Shape)
	}
	listed := len(s.floats) + len(s.ints) + len(s.longs) + len(s.doubles) + len(s.unsigned) + len(s.texts)
	if s.hasRaw && listed > 0 {
		return nil, d.bad(message, "tensor %s has its elements twice, as raw_data and as a list", quote.Short(s.Name))
	}
	if s.hasRaw {
		if s.DType == String {
			return nil, d.bad(message, "tensor %s holds texts as raw_data; want them as a list", quote.Short(s.Name))
		}
		if len(s.raw) != count*size {
			return nil, d.bad(message, "tensor %s has shape %v of %v, %d bytes, but holds %d", quote.Short(s.Name), s.Shape, s.DType, count*size, len(s.raw))
		}
		if err := d.spend(message, int64(len(s.raw))); err != nil {
			return nil, err
		}
		s.Data = fromRaw(s.DType, s.raw)
	} else {
		if len(s.texts) > 0 && s.DType != String {
			return nil, d.bad(message, "tensor %s of %v holds texts", quote.Short(s.Name), s.DType)
		}
		if listed != count {
			return nil, d.bad(message, "tensor %s has shape %v, %d elements, but holds %d", quote.Short(s.Name), s.Shape, count, listed)
		}
		if err := d.spend(message, int64(count*size)); err != nil {
			return nil, err
		}
		n := 0
		s.Data, n = s.list()
		if n != count {
			return nil, d.bad(message, "tensor %s of %v has its elements in the list of another type", quote.Short(s.Name), s.DType)
		}
	}
	t := s.Tensor
	return &t, nil
}

// list returns the elements from the list that belongs to the type, and how many there are.
func (s *stored) list() (data any, n int) {
	switch s.DType {
	case Float:
		return orEmpty(s.floats), len(s.floats)
	case Double:
		return orEmpty(s.doubles), len(s.doubles)
	case String:
		return orEmpty(s.texts), len(s.texts)
	case Int64:
		return orEmpty(s.longs), len(s.longs)
	case Uint64:
		return orEmpty(s.unsigned), len(s.unsigned)
	case Uint32:
		return narrow(s.unsigned, func(v uint64) uint32 { return uint32(v) }), len(s.unsigned)
	}
	n = len(s.ints)
	switch s.DType {
	case Int32:
		return orEmpty(s.ints), n
	case Int16:
		return narrow(s.ints, func(v int32) int16 { return int16(v) }), n
	case Int8:
		return narrow(s.ints, func(v int32) int8 { return int8(v) }), n
	case Uint16:
		return narrow(s.ints, func(v int32) uint16 { return uint16(v) }), n
	case Uint8:
		return narrow(s.ints, func(v int32) uint8 { return uint8(v) }), n
	case Bool:
		return narrow(s.ints, func(v int32) bool { return v != 0 }), n
	case Float16:
		return narrow(s.ints, func(v int32) Half { return Half(v) }), n
	default:
		return narrow(s.ints, func(v int32) Brain { return Brain(v) }), n
	}
}

func orEmpty[E any](list []E) []E {
	if list == nil {
		return []E{}
	}
	return list
}

func narrow[E, G any](list []G, to func(G) E) []E {
	all := make([]E, len(list))
	for i, v := range list {
		all[i] = to(v)
	}
	return all
}

// fromRaw decodes little-endian elements.
func fromRaw(t DType, b []byte) any {
	little := binary.LittleEndian
	switch t {
	case Float:
		return elements(b, 4, func(b []byte) float32 { return math.Float32frombits(little.Uint32(b)) })
	case Double:
		return elements(b, 8, func(b []byte) float64 { return math.Float64frombits(little.Uint64(b)) })
	case Int8:
		return elements(b, 1, func(b []byte) int8 { return int8(b[0]) })
	case Int16:
		return elements(b, 2, func(b []byte) int16 { return int16(little.Uint16(b)) })
	case Int32:
		return elements(b, 4, func(b []byte) int32 { return int32(little.Uint32(b)) })
	case Int64:
		return elements(b, 8, func(b []byte) int64 { return int64(little.Uint64(b)) })
	case Uint8:
		return elements(b, 1, func(b []byte) uint8 { return b[0] })
	case Uint16:
		return elements(b, 2, little.Uint16)
	case Uint32:
		return elements(b, 4, little.Uint32)
	case Uint64:
		return elements(b, 8, little.Uint64)
	case Bool:
		return elements(b, 1, func(b []byte) bool { return b[0] != 0 })
	case Float16:
		return elements(b, 2, func(b []byte) Half { return Half(little.Uint16(b)) })
	default:
		return elements(b, 2, func(b []byte) Brain { return Brain(little.Uint16(b)) })
	}
}

func elements[E any](b []byte, size int, of func([]byte) E) []E {
	all := make([]E, len(b)/size)
	for i := range all {
		all[i] = of(b[i*size:])
	}
	return all
}

// Raw returns the elements in little-endian order. Texts have none.
func (t *Tensor) Raw() ([]byte, error) {
	switch data := t.Data.(type) {
	case []bool:
		b := make([]byte, len(data))
		for i, v := range data {
			if v {
				b[i] = 1
			}
		}
		return b, nil
	case []string:
		return nil, refuse("tensor %s holds texts, which have no form of fixed length", quote.Short(t.Name))
	default:
		if typeOf(data) != t.DType || t.DType == 0 {
			return nil, bad("tensor %s says that it holds %v and holds %T", quote.Short(t.Name), t.DType, data)
		}
		return binary.Append(nil, binary.LittleEndian, data)
	}
}
