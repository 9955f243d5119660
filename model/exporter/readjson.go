package exporter

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/model"
)

// ReadJSON reads what JSON wrote from a file of so many bytes. A tensor's type and shape stand before its values, so that
// memory is taken for no more numbers than the file can hold.
func ReadJSON(r io.Reader, size int64) (*model.Model, error) {
	d := &jsonReader{Decoder: json.NewDecoder(r), size: size, metadata: map[string]string{}}
	d.UseNumber()
	m, err := d.model()
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("more follows the end of the document")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("exporter: at byte %d: %w", d.InputOffset(), err)
	}
	return m, nil
}

type jsonReader struct {
	*json.Decoder
	size     int64
	metadata map[string]string
	tensors  []safetensors.Tensor
}

func (d *jsonReader) model() (*model.Model, error) {
	if err := d.object(func(key string) error {
		switch {
		case key == "metadata" && len(d.metadata) == 0:
			return d.object(func(key string) error {
				v, err := d.text()
				d.metadata[key] = v
				return err
			})
		case key == "tensors" && d.tensors == nil:
			return d.list(d.tensor)
		}
		return fmt.Errorf("unexpected key %.40q; want metadata and tensors, once each", key)
	}); err != nil {
		return nil, err
	}
	m := &model.Model{}
	if err := m.SetMetadata(d.metadata); err != nil {
		return nil, err
	}
	params, _, err := m.Spec.Tensors()
	if err != nil {
		return nil, err
	}
	n := min(len(params), len(d.tensors))
	m.Params, m.State = d.tensors[:n:n], d.tensors[n:]
	return m, m.Check()
}

// tensor reads {"name": ..., "dtype": ..., "shape": [...], "values": [...]}, in this order.
func (d *jsonReader) tensor() error {
	t := safetensors.Tensor{Shape: []int{}}
	stage := 0
	err := d.object(func(key string) (err error) {
		order := [...]string{"name", "dtype", "shape", "values"}
		if stage >= len(order) || key != order[stage] {
			return fmt.Errorf("unexpected key %.40q of a tensor; want name, dtype, shape, values, in this order", key)
		}
		stage++
		switch key {
		case "name":
			t.Name, err = d.text()
		case "dtype":
			var name string
			name, err = d.text()
			if t.DType = safetensors.DType(name); err == nil && t.DType != safetensors.F32 && t.DType != safetensors.F64 {
				err = fmt.Errorf("tensor %.40q is %.20q; want F32 or F64", t.Name, name)
			}
		case "shape":
			err = d.list(func() error {
				v, err := d.number()
				n, bad := strconv.Atoi(v.String())
				if err == nil && (bad != nil || n < 0 || len(t.Shape) == 16) {
					err = fmt.Errorf("tensor %.40q has an axis of %.20q; want up to 16 counts", t.Name, v)
				}
				t.Shape = append(t.Shape, n)
				return err
			})
		case "values":
			err = d.values(&t)
		}
		return err
	})
	if err == nil && stage != 4 {
		err = fmt.Errorf("tensor %.40q lacks a name, dtype, shape or values", t.Name)
	}
	d.tensors = append(d.tensors, t)
	return err
}

// values reads as many numbers as the shape holds.
func (d *jsonReader) values(t *safetensors.Tensor) error {
	n := int64(1)
	for _, axis := range t.Shape {
		if axis > 0 && n > math.MaxInt64/int64(axis) {
			return fmt.Errorf("tensor %.40q has shape %v, more than a file holds", t.Name, t.Shape)
		}
		n *= int64(axis)
	}
	if left := (d.size - d.InputOffset()) / 2; n > left+1 { // a digit and a comma each
		return fmt.Errorf("tensor %.40q has shape %v, but there is room for %d values at most", t.Name, t.Shape, left)
	}
	t.Data = make([]byte, 0, n*int64(t.DType.Size()))
	count := int64(0)
	err := d.list(func() error {
		v, err := d.number()
		if err != nil {
			return err
		}
		x, err := v.Float64()
		if count++; err != nil || count > n || t.DType == safetensors.F32 && math.Abs(x) > math.MaxFloat32 {
			return fmt.Errorf("tensor %.40q of shape %v: value %d is %.40q; want %d numbers of type %s", t.Name, t.Shape, count, v, n, t.DType)
		}
		if t.DType == safetensors.F32 {
			t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(float32(x)))
		} else {
			t.Data = binary.LittleEndian.AppendUint64(t.Data, math.Float64bits(x))
		}
		return nil
	})
	if err == nil && count != n {
		err = fmt.Errorf("tensor %.40q has shape %v but %d values", t.Name, t.Shape, count)
	}
	return err
}

func (d *jsonReader) object(each func(key string) error) error {
	return d.between('{', func() error {
		key, err := d.text()
		if err != nil {
			return err
		}
		return each(key)
	})
}

func (d *jsonReader) list(each func() error) error { return d.between('[', each) }

func (d *jsonReader) between(open json.Delim, each func() error) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != open {
		return fmt.Errorf("have %.40q; want %v", fmt.Sprint(t), open)
	}
	for d.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func (d *jsonReader) text() (string, error) {
	t, err := d.Token()
	s, ok := t.(string)
	if err == nil && !ok {
		err = fmt.Errorf("have %.40q; want a text", fmt.Sprint(t))
	}
	return s, err
}

func (d *jsonReader) number() (json.Number, error) {
	t, err := d.Token()
	n, ok := t.(json.Number)
	if err == nil && !ok {
		err = fmt.Errorf("have %.40q; want a number", fmt.Sprint(t))
	}
	return n, err
}
