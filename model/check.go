package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/nn"
)

// Check reports the first way in which the model's tensors are not those of its description.
func (m *Model) Check() error {
	params, state, err := m.Spec.Tensors()
	if err != nil {
		return err
	}
	if err := checkTensors(params, m.Params); err != nil {
		return err
	}
	if err := checkTensors(state, m.State); err != nil {
		return err
	}
	for _, t := range slices.Concat(m.Params, m.State) {
		if t.DType != m.DType() {
			return fmt.Errorf("tensor %q is %s, but %q is %s; want one precision for all", t.Name, t.DType, m.first().Name, m.DType())
		}
	}
	for _, t := range m.Attached {
		if !strings.HasPrefix(t.Name, AttachedPrefix) {
			return fmt.Errorf("tensor %q is attached, but its name does not begin with %q", t.Name, AttachedPrefix)
		}
	}
	out, err := m.Spec.Output()
	if err != nil {
		return err
	}
	if n := out.Size(); len(m.Classes) > 0 && len(m.Classes) != n {
		return fmt.Errorf("%d class names, but the network has %d outputs", len(m.Classes), n)
	}
	if s := m.Columns; s != nil {
		if err := s.Check(m.Spec.Input.Size()); err != nil {
			return err
		}
		if s.Outputs() != out.Size() {
			return fmt.Errorf("columns: the targets have %d classes, labels or numbers, but the network has %d outputs", s.Outputs(), out.Size())
		}
	}
	if err := m.Preprocess.Check(m.Spec.Input.Size()); err != nil {
		return err
	}
	if n := m.Spec.Input.Size(); len(m.Features) > 0 && len(m.Features) != n {
		return fmt.Errorf("%d names of features, but the network has %d inputs", len(m.Features), n)
	}
	return nil
}

// DType returns the precision of the weights, F32 or F64; F32 for a network without any.
func (m *Model) DType() safetensors.DType {
	if t := m.first(); t.DType != "" {
		return t.DType
	}
	return safetensors.F32
}

func (m *Model) first() safetensors.Tensor {
	for _, t := range m.Params {
		return t
	}
	for _, t := range m.State {
		return t
	}
	return safetensors.Tensor{}
}

// checkTensors compares tensors with what a description asks for.
func checkTensors(list []nn.Segment, tensors []safetensors.Tensor) error {
	for i, s := range list {
		if i >= len(tensors) || tensors[i].Name != s.Name {
			return fmt.Errorf("tensor %q of %s is missing; want shape %v", s.Name, s.Layer, s.Shape)
		}
		t := tensors[i]
		if !slices.Equal(t.Shape, s.Shape) {
			return fmt.Errorf("tensor %q has shape %v; %s wants %v", t.Name, t.Shape, s.Layer, s.Shape)
		}
		if t.DType != safetensors.F32 && t.DType != safetensors.F64 {
			return fmt.Errorf("tensor %q is %s; want F32 or F64", t.Name, t.DType)
		}
	}
	if len(tensors) > len(list) {
		return fmt.Errorf("tensor %q belongs to no layer of the description", tensors[len(list)].Name)
	}
	return nil
}
