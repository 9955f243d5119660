package run_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
)

// label runs one LabelEncoder of the given version over x.
func label(version int64, x *onnx.Tensor, attributes ...onnx.Attribute) (*onnx.Tensor, error) {
	m, given := one("LabelEncoder", []*onnx.Tensor{x}, attributes...)
	m.Opsets = append(m.Opsets, onnx.Opset{Domain: run.LearningDomain, Version: version})
	m.Graph.Nodes[0].Domain = run.LearningDomain
	p, err := run.New(m)
	if err != nil {
		return nil, err
	}
	out, err := p.Run(given)
	return out["y"], err
}

// A text becomes its number, and one that is not listed the default; the way back is the same operator.
func TestLabelEncoder(t *testing.T) {
	list := func(name string, v any) onnx.Attribute { return onnx.Attribute{Name: name, Value: v} }
	animals := onnx.Of("", []int{3, 1}, []string{"dog", "emu", "cat"})
	y, err := label(3, animals, list("keys_strings", []string{"cat", "dog"}), list("values_int64s", []int64{0, 1}))
	if err != nil || fmt.Sprint(y.Shape, y.Data) != "[3 1] [1 -1 0]" {
		t.Errorf("%v %v", y, err)
	}
	y, err = label(2, ints(1, 7), list("keys_int64s", []int64{0, 1}), list("values_strings", []string{"cat", "dog"}), list("default_string", "none"))
	if err != nil || fmt.Sprint(y.Data) != "[dog none]" {
		t.Errorf("%v %v", y, err)
	}
	for says, c := range map[string]struct {
		version    int64
		attributes []onnx.Attribute
	}{
		"2 keys and 1 values":                         {3, []onnx.Attribute{list("keys_strings", []string{"cat", "dog"}), list("values_int64s", []int64{0})}},
		"the input is string, but there are no keys":  {3, []onnx.Attribute{list("keys_int64s", []int64{0}), list("values_int64s", []int64{0})}},
		"the values are missing":                      {3, []onnx.Attribute{list("keys_strings", []string{"cat"})}},
		`no attribute "classes_strings"`:              {1, []onnx.Attribute{list("classes_strings", []string{"cat"})}},
		"version 9 of the operators of ai.onnx.ml":    {9, []onnx.Attribute{list("keys_strings", []string{"cat"})}},
		"attribute keys_strings of LabelEncoder is a": {3, []onnx.Attribute{list("keys_strings", int64(3))}},
	} {
		if _, err := label(c.version, animals, c.attributes...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %s", err, says)
		}
	}
}
