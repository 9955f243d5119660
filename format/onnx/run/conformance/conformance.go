// Package conformance runs the tests that ONNX has of its operators against package run. Each is a folder with a graph, inputs
// and the outputs that they must give; Debian's package libonnx-testdata puts 1,072 of them into /usr/share/libonnx-testdata/data.
//
// A test of which all operators are claimed must pass; none is skipped. Every other one must be refused by the name of what is
// not supported.
package conformance

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
)

// The tolerances of ONNX's own test runner: |have - want| <= Absolute + Relative·|want|.
const (
	Relative = 1e-3
	Absolute = 1e-7
)

// A Report is what came out.
type Report struct {
	Suites   []Suite  `json:"suites"`
	Claimed  []string `json:"claimed"`  // operators, run.Operators
	Untested []string `json:"untested"` // those of them that no test has
}

// A Suite is a folder of tests.
type Suite struct {
	Name     string    `json:"name"`
	Claimed  int       `json:"claimed"` // tests of claimed operators alone
	Passed   int       `json:"passed"`
	Refused  int       `json:"refused"` // tests of others, refused by name
	Failures []Failure `json:"failures,omitempty"`
}

// A Failure is a test that did not end as it should.
type Failure struct {
	Test string `json:"test"`
	Text string `json:"text"`
}

// OK reports whether all claimed tests passed and all others were refused as they should be.
func (r *Report) OK() bool {
	return !slices.ContainsFunc(r.Suites, func(s Suite) bool { return len(s.Failures) > 0 })
}

// Run runs all tests below a folder: those in folders test_* of it, or of folders within it, a suite each.
func Run(dir string) (*Report, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("conformance: %w", err)
	}
	bySuite := map[string][]string{}
	for _, pattern := range []string{"test_*", "*/test_*"} {
		tests, err := filepath.Glob(filepath.Join(dir, pattern, "model.onnx"))
		if err != nil {
			return nil, fmt.Errorf("conformance: %w", err)
		}
		for _, path := range tests {
			test := filepath.Dir(path)
			suite := filepath.Base(filepath.Dir(test))
			bySuite[suite] = append(bySuite[suite], test)
		}
	}
	if len(bySuite) == 0 {
		return nil, fmt.Errorf("conformance: %s has no tests of ONNX; want folders such as node/test_relu/model.onnx, as in the data folder of libonnx-testdata", dir)
	}
	r := &Report{Claimed: run.Operators()}
	tested := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(bySuite)) {
		s := Suite{Name: name}
		for _, test := range bySuite[name] {
			s.examine(test, tested)
		}
		r.Suites = append(r.Suites, s)
	}
	for _, op := range r.Claimed {
		if !tested[op] {
			r.Untested = append(r.Untested, op)
		}
	}
	return r, nil
}

// examine runs one test or sees to it that it is refused.
func (s *Suite) examine(dir string, tested map[string]bool) {
	fail := func(format string, args ...any) {
		s.Failures = append(s.Failures, Failure{filepath.Base(dir), fmt.Sprintf(format, args...)})
	}
	m, err := onnx.ReadFile(filepath.Join(dir, "model.onnx"))
	var unsupported *onnx.UnsupportedError
	if errors.As(err, &unsupported) {
		s.Refused++
		return
	}
	if err != nil {
		fail("%v", err)
		return
	}
	if reason := unclaimed(m); reason != "" {
		switch _, err := run.New(m); {
		case err == nil:
			fail("with %s it is not refused", reason)
		case !strings.Contains(err.Error(), "support"):
			fail("%v; want a word about %s", err, reason)
		default:
			s.Refused++
		}
		return
	}
	s.Claimed++
	if err := runNode(dir, m); err != nil {
		fail("%v", err)
		return
	}
	s.Passed++
	for _, n := range m.Graph.Nodes {
		tested[run.Qualified(n.Domain, n.Op)] = true
	}
}

// unclaimed names what of a graph is not claimed: an operator, or values that are no tensors.
func unclaimed(m *onnx.Model) string {
	for _, n := range m.Graph.Nodes {
		if name := run.Qualified(n.Domain, n.Op); !slices.Contains(run.Operators(), name) {
			return name
		}
	}
	for _, v := range slices.Concat(m.Graph.Inputs, m.Graph.Outputs) {
		if v.Other != "" {
			return v.Other
		}
	}
	return ""
}

// runNode runs a graph on each of its examples.
func runNode(dir string, m *onnx.Model) error {
	p, err := run.New(m)
	if err != nil {
		return err
	}
	sets, err := filepath.Glob(filepath.Join(dir, "test_data_set_*"))
	if err != nil || len(sets) == 0 {
		return errors.New("no examples")
	}
	for _, set := range sets {
		inputs := map[string]*onnx.Tensor{}
		for i, v := range p.Inputs() {
			t, err := readTensor(set, "input", i)
			if err != nil {
				return err
			}
			inputs[v.Name] = asDeclared(t, v.DType)
		}
		outputs, err := p.Run(inputs)
		if err != nil {
			return err
		}
		for i, v := range m.Graph.Outputs {
			want, err := readTensor(set, "output", i)
			if err != nil {
				return err
			}
			if err := compare(outputs[v.Name], asDeclared(want, v.DType)); err != nil {
				return err
			}
		}
	}
	return nil
}

func readTensor(set, what string, i int) (*onnx.Tensor, error) {
	data, err := fs.ReadFile(os.DirFS(set), what+"_"+string(rune('0'+i))+".pb")
	if err != nil {
		return nil, err
	}
	return onnx.ReadTensor(data)
}

// asDeclared mends examples of ONNX 1.12, which hold the bits of bfloat16 as uint16.
func asDeclared(t *onnx.Tensor, want onnx.DType) *onnx.Tensor {
	bits, ok := t.Data.([]uint16)
	if !ok || want != onnx.BFloat16 {
		return t
	}
	data := make([]onnx.Brain, len(bits))
	for i, v := range bits {
		data[i] = onnx.Brain(v)
	}
	return onnx.Of(t.Name, t.Shape, data)
}

// compare returns an error unless have is want within the tolerances.
func compare(have, want *onnx.Tensor) error {
	if have.DType != want.DType || !slices.Equal(have.Shape, want.Shape) {
		return errors.New("have " + have.DType.String() + ", want " + want.DType.String() + ", or another shape")
	}
	switch x := have.Data.(type) {
	case []string:
		if !slices.Equal(x, want.Data.([]string)) {
			return fmt.Errorf("texts %q, want %q", x, want.Data)
		}
		return nil
	case []onnx.Half:
		if !slices.Equal(x, want.Data.([]onnx.Half)) {
			return fmt.Errorf("half-precision numbers %v, want %v", x, want.Data)
		}
		return nil
	case []onnx.Brain:
		if !slices.Equal(x, want.Data.([]onnx.Brain)) {
			return fmt.Errorf("bfloat16 numbers %v, want %v", x, want.Data)
		}
		return nil
	}
	x, y := floats(have.Data), floats(want.Data)
	if len(x) != len(y) || len(x) != want.Len() {
		return errors.New("another number of elements")
	}
	for i := range x {
		same := x[i] == y[i] || math.IsNaN(x[i]) && math.IsNaN(y[i])
		if !same && !(math.Abs(x[i]-y[i]) <= Absolute+Relative*math.Abs(y[i])) {
			return errors.New("another value")
		}
	}
	return nil
}

func floats(data any) []float64 {
	switch d := data.(type) {
	case []float32:
		return widen(d)
	case []float64:
		return d
	case []int8:
		return widen(d)
	case []int16:
		return widen(d)
	case []int32:
		return widen(d)
	case []int64:
		return widen(d)
	case []uint8:
		return widen(d)
	case []uint16:
		return widen(d)
	case []uint32:
		return widen(d)
	case []uint64:
		return widen(d)
	case []bool:
		all := make([]float64, len(d))
		for i, v := range d {
			if v {
				all[i] = 1
			}
		}
		return all
	}
	return nil
}

func widen[E int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32](data []E) []float64 {
	all := make([]float64, len(data))
	for i, v := range data {
		all[i] = float64(v)
	}
	return all
}
