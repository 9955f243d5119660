package run_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
)

// one is a graph of one node over the inputs, which are called a, b, c ...
func one(op string, inputs []*onnx.Tensor, attributes ...onnx.Attribute) (*onnx.Model, map[string]*onnx.Tensor) {
	n := onnx.Node{Op: op, Outputs: []string{"y"}, Attributes: attributes}
	m := &onnx.Model{Opsets: []onnx.Opset{{Version: 17}}}
	given := map[string]*onnx.Tensor{}
	for i, t := range inputs {
		name := string(rune('a' + i))
		n.Inputs = append(n.Inputs, name)
		m.Graph.Inputs = append(m.Graph.Inputs, onnx.Value{Name: name})
		given[name] = t
	}
	m.Graph.Nodes = []onnx.Node{n}
	m.Graph.Outputs = []onnx.Value{{Name: "y"}}
	return m, given
}

func compute(op string, inputs []*onnx.Tensor, attributes ...onnx.Attribute) (*onnx.Tensor, error) {
	m, given := one(op, inputs, attributes...)
	p, err := run.New(m)
	if err != nil {
		return nil, err
	}
	p.Limit = 1 << 20
	out, err := p.Run(given)
	return out["y"], err
}

func floats32(shape []int, values ...float32) *onnx.Tensor { return onnx.Of("", shape, values) }

func ints(values ...int64) *onnx.Tensor { return onnx.Of("", []int{len(values)}, values) }

// Known numbers that a reader can work by hand.
func TestKnown(t *testing.T) {
	matrix, nan, inf := floats32([]int{2, 3}, 1, 2, 3, 4, 5, 6), float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		op         string
		in         []*onnx.Tensor
		attributes []onnx.Attribute
		want       string
	}{
		{"Add", []*onnx.Tensor{matrix, floats32([]int{3}, 10, 20, 30)}, nil, "[2 3] [11 22 33 14 25 36]"},
		{"Add", []*onnx.Tensor{floats32([]int{2, 1}, 1, 2), floats32([]int{1, 2}, 10, 20)}, nil, "[2 2] [11 21 12 22]"},
		{"Sub", []*onnx.Tensor{matrix, floats32([]int{}, 1)}, nil, "[2 3] [0 1 2 3 4 5]"},
		{"Div", []*onnx.Tensor{ints(7, -7), ints(2, 2)}, nil, "[2] [3 -3]"},
		{"Add", []*onnx.Tensor{floats32([]int{0, 3}), floats32([]int{3}, 1, 2, 3)}, nil, "[0 3] []"},
		{"MatMul", []*onnx.Tensor{matrix, floats32([]int{3}, 1, 1, 1)}, nil, "[2] [6 15]"},
		{"MatMul", []*onnx.Tensor{floats32([]int{2}, 1, 1), matrix}, nil, "[3] [5 7 9]"},
		{"MatMul", []*onnx.Tensor{floats32([]int{2, 1, 1}, 2, 3), floats32([]int{1, 1, 2}, 5, 7)}, nil, "[2 1 2] [10 14 15 21]"},
		{"MatMul", []*onnx.Tensor{floats32([]int{2, 0}), floats32([]int{0, 2})}, nil, "[2 2] [0 0 0 0]"},
		{"Gemm", []*onnx.Tensor{matrix, matrix, floats32([]int{1}, 1)}, []onnx.Attribute{{Name: "transB", Value: int64(1)}, {Name: "alpha", Value: float32(2)}, {Name: "beta", Value: float32(3)}}, "[2 2] [31 67 67 157]"},
		{"Transpose", []*onnx.Tensor{matrix}, nil, "[3 2] [1 4 2 5 3 6]"},
		{"Concat", []*onnx.Tensor{matrix, floats32([]int{2, 1}, 8, 9)}, []onnx.Attribute{{Name: "axis", Value: int64(-1)}}, "[2 4] [1 2 3 8 4 5 6 9]"},
		{"Gather", []*onnx.Tensor{matrix, ints(-1, 0)}, []onnx.Attribute{{Name: "axis", Value: int64(1)}}, "[2 2] [3 1 6 4]"},
		{"Reshape", []*onnx.Tensor{matrix, ints(0, -1, 1)}, nil, "[2 3 1] [1 2 3 4 5 6]"},
		{"ReduceSum", []*onnx.Tensor{matrix, ints(0)}, []onnx.Attribute{{Name: "keepdims", Value: int64(0)}}, "[3] [5 7 9]"},
		{"ReduceMax", []*onnx.Tensor{matrix}, []onnx.Attribute{{Name: "axes", Value: []int64{-1}}}, "[2 1] [3 6]"},
		{"Shape", []*onnx.Tensor{matrix}, nil, "[2] [2 3]"},
		{"Softmax", []*onnx.Tensor{floats32([]int{1, 2}, 1e4, -1e4)}, nil, "[1 2] [1 0]"},
		{"Equal", []*onnx.Tensor{onnx.Of("", []int{2, 1}, []int64{1, 2}), ints(0, 1, 2)}, nil, "[2 3] [false true false false false true]"},
		{"GreaterOrEqual", []*onnx.Tensor{matrix, floats32([]int{}, 3)}, nil, "[2 3] [false false true true true true]"},
		{"IsInf", []*onnx.Tensor{floats32([]int{3}, inf, -inf, nan)}, []onnx.Attribute{{Name: "detect_negative", Value: int64(0)}}, "[3] [true false false]"},
		{"IsNaN", []*onnx.Tensor{onnx.Of("", []int{2}, []float64{1, math.NaN()})}, nil, "[2] [false true]"},
		{"Or", []*onnx.Tensor{onnx.Of("", []int{2, 1}, []bool{true, false}), onnx.Of("", []int{2}, []bool{false, true})}, nil, "[2 2] [true true false true]"},
		{"Where", []*onnx.Tensor{onnx.Of("", []int{2, 1}, []bool{true, false}), matrix, floats32([]int{3}, 7, 8, 9)}, nil, "[2 3] [1 2 3 7 8 9]"},
		{"Where", []*onnx.Tensor{onnx.Of("", []int{2}, []bool{true, false}), onnx.Of("", []int{}, []string{"yes"}), onnx.Of("", []int{2, 1}, []string{"no", "not"})}, nil, "[2 2] [yes no yes not]"},
		{"ArgMax", []*onnx.Tensor{floats32([]int{2, 3}, 1, 3, 3, 5, 4, 5)}, []onnx.Attribute{{Name: "axis", Value: int64(1)}, {Name: "keepdims", Value: int64(0)}}, "[2] [1 0]"},
		{"Gather", []*onnx.Tensor{onnx.Of("", []int{2}, []string{"cat", "dog"}), ints(1, 0, 1)}, nil, "[3] [dog cat dog]"},
		{"Cast", []*onnx.Tensor{floats32([]int{4}, 1.9, -1.9, nan, inf)}, []onnx.Attribute{{Name: "to", Value: int64(onnx.Int32)}}, "[4] [1 -1 0 2147483647]"},
		{"Cast", []*onnx.Tensor{floats32([]int{3}, 1, 65519, 65520)}, []onnx.Attribute{{Name: "to", Value: int64(onnx.Float16)}}, "[3] [15360 31743 31744]"},
		{"Cast", []*onnx.Tensor{onnx.Of("", []int{2}, []string{"0.5", "-INF"})}, []onnx.Attribute{{Name: "to", Value: int64(onnx.Float)}}, "[2] [0.5 -Inf]"},
		{"Clip", []*onnx.Tensor{ints(1, 5, 9), onnx.Of("", []int{}, []int64{2}), onnx.Of("", []int{}, []int64{6})}, nil, "[3] [2 5 6]"},
	} {
		y, err := compute(c.op, c.in, c.attributes...)
		if err != nil {
			t.Errorf("%s: %v", c.op, err)
			continue
		}
		if have := fmt.Sprint(y.Shape, y.Data); have != c.want {
			t.Errorf("%s: %s, want %s", c.op, have, c.want)
		}
	}
}

// What cannot be computed is a sentence, and takes no memory.
func TestRefused(t *testing.T) {
	matrix := floats32([]int{2, 3}, 1, 2, 3, 4, 5, 6)
	row, column := onnx.Of("", []int{1, 1000}, make([]float32, 1000)), onnx.Of("", []int{1000, 1}, make([]float32, 1000))
	axis := func(v int64) onnx.Attribute { return onnx.Attribute{Name: "axis", Value: v} }
	for says, c := range map[string]struct {
		op         string
		in         []*onnx.Tensor
		attributes []onnx.Attribute
	}{
		`operator "Conv" is not supported`:                                  {"Conv", []*onnx.Tensor{matrix, matrix}, nil},
		`Relu has no attribute "alpha"`:                                     {"Relu", []*onnx.Tensor{matrix}, []onnx.Attribute{{Name: "alpha", Value: float32(1)}}},
		"attribute alpha of Elu is a int; want a float":                     {"Elu", []*onnx.Tensor{matrix}, []onnx.Attribute{{Name: "alpha", Value: int64(1)}}},
		"Add has 1 inputs; want 2 to 2":                                     {"Add", []*onnx.Tensor{matrix}, nil},
		"attribute axis of Concat is a graph":                               {"Concat", []*onnx.Tensor{matrix}, []onnx.Attribute{{Name: "axis", Value: onnx.Unsupported("graph")}}},
		"shapes [2 3] and [2] do not fit":                                   {"Add", []*onnx.Tensor{matrix, floats32([]int{2}, 1, 2)}, nil},
		"inputs of types float and int64":                                   {"Add", []*onnx.Tensor{matrix, ints(1)}, nil},
		"would take more memory than the limit leaves":                      {"Add", []*onnx.Tensor{row, column}, nil},
		"a result of shape [1000 1000] would take":                          {"MatMul", []*onnx.Tensor{column, row}, nil},
		"division of integers by zero":                                      {"Div", []*onnx.Tensor{ints(1), ints(0)}, nil},
		"elements of type int64 are not supported":                          {"Relu", []*onnx.Tensor{ints(1)}, nil},
		"axis 2; want one of 2 axes":                                        {"Concat", []*onnx.Tensor{matrix}, []onnx.Attribute{axis(2)}},
		"the axis is missing":                                               {"Concat", []*onnx.Tensor{matrix}, nil},
		"leaves two axes open":                                              {"Reshape", []*onnx.Tensor{matrix, ints(-1, -1)}, nil},
		"6 elements of shape [2 3] do not fit into [0 -1 4]":                {"Reshape", []*onnx.Tensor{matrix, ints(0, -1, 4)}, nil},
		"6 elements of shape [2 3] do not fit into [9000000000000000000 9]": {"Reshape", []*onnx.Tensor{matrix, ints(9e18, 9)}, nil},
		"copies axis 2":                                                     {"Reshape", []*onnx.Tensor{matrix, ints(1, 1, 0)}, nil},
		"number 3; axis 1 of [2 3] has 3 parts":                             {"Gather", []*onnx.Tensor{matrix, ints(3)}, []onnx.Attribute{axis(1)}},
		"perm [0 0] does not order 2 axes":                                  {"Transpose", []*onnx.Tensor{matrix}, []onnx.Attribute{{Name: "perm", Value: []int64{0, 0}}}},
		"cannot be multiplied":                                              {"Gemm", []*onnx.Tensor{matrix, matrix}, nil},
		"cannot be stretched to the product":                                {"Gemm", []*onnx.Tensor{matrix, floats32([]int{3, 1}, 1, 2, 3), matrix}, nil},
		"a slope of shape [2 2 3] does not fit [2 3]":                       {"PRelu", []*onnx.Tensor{matrix, onnx.Of("", []int{2, 2, 3}, make([]float32, 12))}, nil},
		"axis 1 is listed twice":                                            {"Unsqueeze", []*onnx.Tensor{matrix, ints(1, 1)}, nil},
		"is not of length 1":                                                {"Squeeze", []*onnx.Tensor{matrix, ints(0)}, nil},
		"no element to choose from":                                         {"ReduceMax", []*onnx.Tensor{floats32([]int{0})}, nil},
		"types float and string":                                            {"Equal", []*onnx.Tensor{matrix, onnx.Of("", []int{1}, []string{"x"})}, nil},
		"elements of type string are not supported":                         {"Less", []*onnx.Tensor{onnx.Of("", []int{1}, []string{"x"}), onnx.Of("", []int{1}, []string{"x"})}, nil},
		"the condition is float; want bool":                                 {"Where", []*onnx.Tensor{matrix, matrix, matrix}, nil},
		`"a cat" is no number`:                                              {"Cast", []*onnx.Tensor{onnx.Of("", []int{1}, []string{"a cat"})}, []onnx.Attribute{{Name: "to", Value: int64(onnx.Float)}}},
		"conversion of float to complex64 is not supported":                 {"Cast", []*onnx.Tensor{matrix}, []onnx.Attribute{{Name: "to", Value: int64(14)}}},
		"axis 0 of [0] has no element":                                      {"ArgMax", []*onnx.Tensor{floats32([]int{0})}, nil},
		"the axes are both":                                                 {"ReduceSum", []*onnx.Tensor{matrix, ints(0)}, []onnx.Attribute{{Name: "axes", Value: []int64{0}}}},
	} {
		y, err := compute(c.op, c.in, c.attributes...)
		if err == nil || !strings.HasPrefix(err.Error(), "onnx: ") || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q (%v)", c.op, err, says, y)
		}
	}
}

func TestInputs(t *testing.T) {
	m, given := one("Add", []*onnx.Tensor{floats32([]int{2}, 1, 2), floats32([]int{2}, 1, 2)})
	for i := range m.Graph.Inputs {
		m.Graph.Inputs[i] = onnx.Value{Name: m.Graph.Inputs[i].Name, DType: onnx.Float, Rank: true, Shape: []onnx.Dim{{Name: "N"}}}
	}
	p, err := run.New(m)
	if err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(){
		`the input "b" is missing`:            func() { delete(given, "b") },
		`input "b" is int64; want float`:      func() { given["b"] = ints(1, 2) },
		`input "b" has shape [3]; want [N]`:   func() { given["b"] = floats32([]int{3}, 1, 2, 3) },
		`input "b" has shape [2 1]; want [N]`: func() { given["b"] = floats32([]int{2, 1}, 1, 2) },
		`the graph has no input "z"`:          func() { given["z"] = ints(1) },
	} {
		given = map[string]*onnx.Tensor{"a": floats32([]int{2}, 1, 2), "b": floats32([]int{2}, 1, 2)}
		change()
		if _, err := p.Run(given); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	for _, opsets := range [][]onnx.Opset{{{Version: 0}}, {{Version: 22}}, {{Domain: "x", Version: 1}}} {
		m.Opsets = opsets
		if _, err := run.New(m); err == nil || !strings.Contains(err.Error(), "opset") {
			t.Errorf("opsets %v: %v", opsets, err)
		}
	}
	if !slices.Contains(run.Operators(), "Gemm") {
		t.Error("no Gemm")
	}
}

// Until version 12 of the operators the axes from the given one on count as one; from 13 on only the given one is normalised.
func TestSoftmaxVersions(t *testing.T) {
	x := floats32([]int{1, 2, 2}, 0, 0, 0, 0)
	for version, want := range map[int64]float32{12: 0.25, 13: 0.5} {
		m, given := one("Softmax", []*onnx.Tensor{x}, onnx.Attribute{Name: "axis", Value: int64(1)})
		m.Opsets[0].Version = version
		p, err := run.New(m)
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.Run(given)
		if err != nil {
			t.Fatal(err)
		}
		if y := out["y"].Data.([]float32); y[0] != want || y[3] != want {
			t.Errorf("version %d: %v, want %v four times", version, y, want)
		}
	}
}

// Forty nodes that each double what they get would make a terabyte of one number: the limit is on all results together.
func TestDoubling(t *testing.T) {
	m := &onnx.Model{Opsets: []onnx.Opset{{Version: 17}}}
	m.Graph.Inputs = []onnx.Value{{Name: "v0"}}
	for i := range 40 {
		in := fmt.Sprint("v", i)
		m.Graph.Nodes = append(m.Graph.Nodes, onnx.Node{
			Op: "Concat", Inputs: []string{in, in}, Outputs: []string{fmt.Sprint("v", i+1)},
			Attributes: []onnx.Attribute{{Name: "axis", Value: int64(0)}},
		})
	}
	m.Graph.Outputs = []onnx.Value{{Name: "v40"}}
	p, err := run.New(m)
	if err != nil {
		t.Fatal(err)
	}
	p.Limit = 1 << 20
	// 8 + 16 + ... + 2^19 bytes fit; 2^20 more do not.
	if _, err := p.Run(map[string]*onnx.Tensor{"v0": ints(1)}); err == nil || !strings.Contains(err.Error(), "node 16 (Concat)") {
		t.Error(err)
	}
}
