// Package nn compiles a description of a network into a flat list of steps over contiguous memory, and runs it.
//
//	Spec ──Compile──▶ Net: one slab of parameters, one of gradients, a list of steps
//
// A Spec is plain data without memory or type parameter. Compile checks every shape, places every buffer, and fuses
// what belongs together. Afterwards nothing is allocated: a training step is arithmetic on memory that is there.
package nn

import (
	"encoding/json"
	"fmt"

	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// A Spec describes a network. It is plain data: copy it, print it, store it as JSON.
type Spec struct {
	Input        tensor.Shape
	Layers       []layer.Layer
	Loss         loss.Loss
	Regularizers []regularizer.Regularizer // penalties that are part of the objective
}

// storedSpec is a Spec as JSON.
type storedSpec struct {
	Input        tensor.Shape      `json:"input"`
	Layers       []json.RawMessage `json:"layers"`
	Loss         json.RawMessage   `json:"loss"`
	Regularizers []json.RawMessage `json:"regularizers,omitempty"`
}

// MarshalJSON writes the spec with every layer by its kind: {"kind":"dense","units":30}.
func (s Spec) MarshalJSON() ([]byte, error) {
	stored := storedSpec{Input: s.Input}
	var err error
	if stored.Layers, err = encodeAll(s.Layers); err != nil {
		return nil, fmt.Errorf("nn: layers: %w", err)
	}
	if stored.Loss, err = kind.Encode(s.Loss); err != nil {
		return nil, fmt.Errorf("nn: loss: %w", err)
	}
	if stored.Regularizers, err = encodeAll(s.Regularizers); err != nil {
		return nil, fmt.Errorf("nn: regularizers: %w", err)
	}
	return json.Marshal(stored)
}

// UnmarshalJSON reads what MarshalJSON wrote. An unknown kind or field is an error that names it.
func (s *Spec) UnmarshalJSON(data []byte) error {
	var stored storedSpec
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("nn: spec: %w", err)
	}
	var err error
	s.Input = stored.Input
	if s.Layers, err = decodeAll[layer.Layer](stored.Layers); err != nil {
		return fmt.Errorf("nn: layer %w", err)
	}
	if s.Regularizers, err = decodeAll[regularizer.Regularizer](stored.Regularizers); err != nil {
		return fmt.Errorf("nn: regularizer %w", err)
	}
	s.Loss = nil
	if stored.Loss != nil {
		if s.Loss, err = kind.Decode[loss.Loss](stored.Loss); err != nil {
			return fmt.Errorf("nn: loss: %w", err)
		}
	}
	return nil
}

func encodeAll[I kind.Kinder](values []I) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for i, v := range values {
		data, err := kind.Encode(v)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		all = append(all, data)
	}
	return all, nil
}

func decodeAll[I kind.Kinder](raw []json.RawMessage) ([]I, error) {
	var all []I
	for i, data := range raw {
		v, err := kind.Decode[I](data)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		if any(v) == nil {
			return nil, fmt.Errorf("%d: want an object with a kind, have null", i)
		}
		all = append(all, v)
	}
	return all, nil
}
