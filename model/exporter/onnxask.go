package exporter

import (
	"fmt"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// ONNXInputs returns rows of a table as the inputs of the graph of a model of tables.
func ONNXInputs(s *columns.Schema, rows [][]columns.Value) map[string]*onnx.Tensor {
	inputs := map[string]*onnx.Tensor{}
	for j := range s.Columns {
		c := &s.Columns[j]
		switch {
		case c.Width() == 0:
		case c.Kind == columns.Category || c.Kind == columns.Boolean:
			texts := make([]string, len(rows))
			for i, row := range rows {
				texts[i] = row[j].Text
			}
			inputs[c.Name] = onnx.Of(c.Name, []int{len(rows), 1}, texts)
		default:
			numbers := make([]float64, len(rows))
			for i, row := range rows {
				numbers[i] = row[j].Number
			}
			inputs[c.Name] = onnx.Of(c.Name, []int{len(rows), 1}, numbers)
		}
	}
	return inputs
}

// CheckONNX compares what a graph says about rows with the model's own predictions for them, want [rows, out], and reports a
// difference above the Tolerance. A label may differ only where the probabilities leave it open.
func CheckONNX(m *model.Model, have map[string]*onnx.Tensor, want []float32) error {
	d, err := DifferenceONNX(m, have, want)
	if err == nil && d > Tolerance {
		err = fmt.Errorf("the answers differ by %.3g; want at most %v", d, Tolerance)
	}
	return err
}

// DifferenceONNX returns the largest difference between the numbers, by [Difference], and an error for another label. Numbers
// that were learnt are compared in deviations of the target, as the network has them.
func DifferenceONNX(m *model.Model, have map[string]*onnx.Tensor, want []float32) (float64, error) {
	s := m.Columns
	if s == nil {
		y, ok := have[OutputName]
		if !ok {
			return 0, fmt.Errorf("there is no %s", OutputName)
		}
		return Difference(floats(y), want), sameLabels(have[LabelName], m.Classes, want)
	}
	n := s.Outputs()
	if s.Task() == columns.Regression {
		most := 0.0
		for i, t := range s.Targets {
			y := have[t.Name]
			if y == nil {
				return 0, fmt.Errorf("there is no %q", t.Name)
			}
			data, _ := y.Data.([]float64)
			var said, own []float64
			for k, v := range data {
				said = append(said, (v-t.Mean)/t.Std)
				if k*n+i < len(want) {
					own = append(own, float64(want[k*n+i]))
				}
			}
			if len(data)*n != len(want) {
				return 0, fmt.Errorf("%q has %d numbers; want %d", t.Name, len(data), len(want)/n)
			}
			most = math.Max(most, Difference(said, own))
		}
		return most, nil
	}
	g := &grapher{}
	for _, c := range s.Columns {
		if c.Width() > 0 {
			g.Inputs = append(g.Inputs, onnx.Value{Name: c.Name})
		}
	}
	y := have[g.free(ProbabilitiesName)]
	if y == nil {
		return 0, fmt.Errorf("there is no %s", g.free(ProbabilitiesName))
	}
	d := Difference(floats(y), want)
	if s.Task() == columns.Labels {
		yes, ok := have[g.free(LabelsName)]
		if !ok {
			return d, fmt.Errorf("there is no %s", g.free(LabelsName))
		}
		data, _ := yes.Data.([]bool)
		for i, p := range want {
			if len(data) != len(want) || data[i] != (p > 0.5) && math.Abs(float64(p)-0.5) > Tolerance {
				return d, fmt.Errorf("row %d has other labels", i/n)
			}
		}
		return d, nil
	}
	if have[g.free(LabelName)] == nil {
		return d, fmt.Errorf("there is no %s", g.free(LabelName))
	}
	return d, sameLabels(have[g.free(LabelName)], s.Classes(), want)
}

func floats(t *onnx.Tensor) []float32 {
	data, _ := t.Data.([]float32)
	return data
}

// sameLabels reports a label that is not the likeliest class; nil, for a graph without labels, has none.
func sameLabels(t *onnx.Tensor, classes []string, p []float32) error {
	if t == nil {
		return nil
	}
	labels, _ := t.Data.([]string)
	n := len(classes)
	if len(labels)*n != len(p) {
		return fmt.Errorf("there are %d labels; want %d", len(labels), len(p)/n)
	}
	for i, label := range labels {
		row := p[i*n : (i+1)*n]
		k := slices.Index(classes, label)
		if k < 0 || float64(slices.Max(row)-row[k]) > Tolerance {
			return fmt.Errorf("row %d has the label %q", i, label)
		}
	}
	return nil
}
