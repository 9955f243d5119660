package run_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
)

// testdata is where Debian's package libonnx-testdata puts ONNX's own tests of its operators.
const testdata = "/usr/share/libonnx-testdata/data"

// TestNodes runs every one of ONNX's own tests of which all operators are claimed, and skips none of them. All others must be
// refused by the name of what is not supported.
func TestNodes(t *testing.T) {
	for folder, least := range map[string]int{"node": 306, "pytorch-converted": 28, "pytorch-operator": 23, "simple": 2} {
		t.Run(folder, func(t *testing.T) {
			dirs, err := filepath.Glob(filepath.Join(testdata, folder, "test_*"))
			if err != nil || len(dirs) == 0 {
				t.Skipf("skipped: ONNX's tests are not there (%s, package libonnx-testdata)", testdata)
			}
			claimed, passed := 0, 0
			for _, dir := range dirs {
				if !claims(t, dir) {
					continue
				}
				claimed++
				if err := runNode(dir); err != nil {
					t.Errorf("%s: %v", filepath.Base(dir), err)
					continue
				}
				passed++
			}
			t.Logf("%s: %d of %d tests of claimed operators pass, %d others are refused by name", folder, passed, claimed, len(dirs)-claimed)
			if claimed < least {
				t.Errorf("only %d tests of claimed operators; want at least %d", claimed, least)
			}
		})
	}
}

// claims reports whether a test is about claimed operators on tensors alone; if not, it sees to it that it is refused.
func claims(t *testing.T, dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := onnx.Read(data)
	var unsupported *onnx.UnsupportedError
	if errors.As(err, &unsupported) {
		return false
	}
	if err != nil {
		t.Errorf("%s cannot be read: %v", dir, err)
		return false
	}
	reason := ""
	for _, n := range m.Graph.Nodes {
		if !slices.Contains(run.Operators(), n.Op) || n.Domain != "" {
			reason = n.Op
		}
	}
	for _, v := range slices.Concat(m.Graph.Inputs, m.Graph.Outputs) {
		if v.Other != "" {
			reason = v.Other
		}
	}
	if reason == "" {
		return true
	}
	if _, err := run.New(m); err == nil {
		t.Errorf("%s with %s is not refused", filepath.Base(dir), reason)
	} else if reason != "" && !strings.Contains(err.Error(), "support") {
		t.Errorf("%s: %v; want a word about %s", filepath.Base(dir), err, reason)
	}
	return false
}

func runNode(dir string) error {
	m, err := onnx.ReadFile(filepath.Join(dir, "model.onnx"))
	if err != nil {
		return err
	}
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

// compare has the tolerances of ONNX's own test runner.
func compare(have, want *onnx.Tensor) error {
	const rtol, atol = 1e-3, 1e-7
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
		if !same && !(math.Abs(x[i]-y[i]) <= atol+rtol*math.Abs(y[i])) {
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
