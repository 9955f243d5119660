package exporter

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/model"
)

// document is a model as JSON, for programs that read nothing else, such as a page in a browser.
type document struct {
	Metadata map[string]string `json:"metadata"` // as in a .gradus file
	Tensors  []jsonTensor      `json:"tensors"`
}

type jsonTensor struct {
	Name   string            `json:"name"`
	DType  safetensors.DType `json:"dtype"` // F32 or F64
	Shape  []int             `json:"shape"`
	Values any               `json:"values"` // row by row, with as many digits as bring each back to the bit
}

// JSON returns the model as a document that says everything a .gradus file does. Weights that are not finite numbers have
// no place in JSON and are refused.
func JSON(m *model.Model) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("exporter: %w", err)
	}
	text, err := m.Metadata()
	if err != nil {
		return nil, fmt.Errorf("exporter: %w", err)
	}
	d := document{Metadata: text, Tensors: []jsonTensor{}}
	for _, t := range append(m.Params[:len(m.Params):len(m.Params)], m.State...) {
		e := jsonTensor{Name: t.Name, DType: t.DType, Shape: t.Shape}
		if t.DType == safetensors.F64 {
			e.Values, err = t.Float64s()
		} else {
			v := make([]float32, t.Len())
			e.Values, err = v, t.CopyFloat32s(v)
		}
		if err != nil {
			return nil, fmt.Errorf("exporter: %w", err)
		}
		d.Tensors = append(d.Tensors, e)
	}
	data, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("exporter: the weights cannot be written as JSON: %w", err)
	}
	return append(data, '\n'), nil
}

// FromJSON is ReadJSON of a document in memory.
func FromJSON(data []byte) (*model.Model, error) {
	return ReadJSON(bytes.NewReader(data), int64(len(data)))
}
