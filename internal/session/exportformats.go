package session

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/format/network2"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// An exportFormat is a way to write a model.
type exportFormat struct {
	extension string
	write     func(m *model.Model) ([]byte, error)
	// answers reads what was written and asks it, as far as the format allows without the model m.
	answers func(m *model.Model, data []byte, raw []float32) ([]float32, error)
	inside  func(m *model.Model) []string // what the file carries beside the weights
	without func(m *model.Model) string   // what it does not carry, though the model has it
}

// exportFormats are the formats by name. A new one is one entry here.
var exportFormats = map[string]exportFormat{
	"onnx":        {".onnx", writeONNX, askONNX, everything, preparedColumns},
	"safetensors": {".safetensors", writeSafetensors, askSafetensors, everything, nothing},
	"json":        {".json", exporter.JSON, askJSON, everything, nothing},
	"npz":         {".npz", writeNPZ, askNPZ, weightsAlone, arraysOnly},
	"pickle":      {".pkl", writePickle, askPickle, weightsAlone, arraysOnly},
	"network2":    {".json", writeNetwork2, askNetwork2, func(*model.Model) []string { return []string{"cost"} }, unprepared},
}

// ExportFormats lists the names that --to takes.
func ExportFormats() []string {
	return []string{"onnx", "safetensors", "json", "npz", "pickle", "network2"}
}

func everything(m *model.Model) []string {
	list := []string{"network"}
	if len(m.Preprocess) > 0 {
		list = append(list, "scaling")
	}
	if len(m.Classes) > 0 {
		list = append(list, "class names")
	}
	if len(m.Features) > 0 {
		list = append(list, "feature names")
	}
	return list
}

func weightsAlone(*model.Model) []string { return []string{} }

func nothing(*model.Model) string { return "" }

func preparedColumns(m *model.Model) string {
	if m.Columns == nil {
		return ""
	}
	text := fmt.Sprintf("the graph takes the %d numbers that gradus makes of the columns, not the columns themselves; how it does that is in the metadata (gradus.columns)", m.Spec.Input.Size())
	if m.Columns.Task() == columns.Regression {
		for _, t := range m.Columns.Targets {
			text += fmt.Sprintf("; %s is its output times %g plus %g", t.Name, t.Std, t.Mean)
		}
	}
	return text
}

func unprepared(m *model.Model) string {
	if len(m.Preprocess) == 0 && m.Columns == nil {
		return ""
	}
	return "the format has no place for the scaling of the inputs; whoever uses the file must scale them alike"
}

func arraysOnly(m *model.Model) string {
	text := "the format holds arrays alone: the activations and the loss are not in the file"
	if more := unprepared(m); more != "" {
		text += ", nor is the scaling of the inputs"
	}
	return text
}

func writeONNX(m *model.Model) ([]byte, error) {
	f, err := exporter.ONNX(m)
	if err != nil {
		return nil, err
	}
	return f.Bytes()
}

func askONNX(m *model.Model, data []byte, raw []float32) ([]float32, error) {
	f, err := onnx.Read(data)
	if err != nil {
		return nil, err
	}
	p, err := run.New(f)
	if err != nil {
		return nil, err
	}
	shape := append([]int{len(raw) / m.Spec.Input.Size()}, m.Spec.Input...)
	out, err := p.Run(map[string]*onnx.Tensor{exporter.InputName: onnx.Of("", shape, raw)})
	if err != nil {
		return nil, err
	}
	return out[exporter.OutputName].Data.([]float32), nil
}

func writeSafetensors(m *model.Model) ([]byte, error) {
	text, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = safetensors.Write(&b, &safetensors.File{Metadata: text, Tensors: slices.Concat(m.Params, m.State)})
	return b.Bytes(), err
}

func askSafetensors(_ *model.Model, data []byte, raw []float32) ([]float32, error) {
	back, err := model.Read(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	return (&Used{Model: back}).answers(raw)
}

func askJSON(_ *model.Model, data []byte, raw []float32) ([]float32, error) {
	back, err := exporter.FromJSON(data)
	if err != nil {
		return nil, err
	}
	return (&Used{Model: back}).answers(raw)
}

// arrayNames are the names of the parameters in a file of arrays: W1, b1, W2, b2 ... as Saito's book has them, if the network
// is a list of dense layers with biases and activations, and the network's own otherwise.
func arrayNames(m *model.Model) map[string]string {
	names, depth := map[string]string{}, 0
	for i, l := range m.Spec.Layers {
		switch l := l.(type) {
		case layer.Dense:
			if l.NoBias {
				return nil
			}
			depth++
			names[fmt.Sprintf("layer%d.W", i)], names[fmt.Sprintf("layer%d.b", i)] = fmt.Sprintf("W%d", depth), fmt.Sprintf("b%d", depth)
		case layer.Residual, layer.Concat:
			return nil
		}
	}
	return names
}

func arraysOf(m *model.Model) ([]npy.Named, error) {
	names := arrayNames(m)
	var list []npy.Named
	for _, t := range m.Params {
		a := npy.Named{Name: t.Name}
		if name := names[t.Name]; name != "" {
			a.Name = name
		}
		if t.DType == safetensors.F64 {
			v, err := t.Float64s()
			if err != nil {
				return nil, err
			}
			a.Array = npy.Of(v, t.Shape...)
		} else {
			v := make([]float32, t.Len())
			if err := t.CopyFloat32s(v); err != nil {
				return nil, err
			}
			a.Array = npy.Of(v, t.Shape...)
		}
		list = append(list, a)
	}
	return list, nil
}

func writeNPZ(m *model.Model) ([]byte, error) {
	list, err := arraysOf(m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = npy.WriteArchive(&b, list)
	return b.Bytes(), err
}

func writePickle(m *model.Model) ([]byte, error) {
	list, err := arraysOf(m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = pickle.Write(&b, list)
	return b.Bytes(), err
}

func askNPZ(m *model.Model, data []byte, raw []float32) ([]float32, error) {
	list, err := npy.ReadArchive(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	return askArrays(m, list, raw)
}

func askPickle(m *model.Model, data []byte, raw []float32) ([]float32, error) {
	v, err := pickle.Read(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return askArrays(m, pickle.Arrays(v), raw)
}

// askArrays puts the arrays into the network's description, which the file does not have.
func askArrays(m *model.Model, list []npy.Named, raw []float32) ([]float32, error) {
	names := arrayNames(m)
	byName := map[string]*npy.Array{}
	for _, a := range list {
		byName[strings.Trim(a.Name, `"'[]`)] = a.Array
	}
	back := *m
	back.Params = nil
	for _, t := range m.Params {
		name := t.Name
		if names[name] != "" {
			name = names[name]
		}
		a := byName[name]
		switch {
		case a == nil:
			return nil, fmt.Errorf("%s is missing", name)
		case t.DType == safetensors.F64:
			back.Params = append(back.Params, model.Tensor(t.Name, a.Shape, a.Float64s()))
		default:
			back.Params = append(back.Params, model.Tensor(t.Name, a.Shape, a.Float32s()))
		}
	}
	return (&Used{Model: &back}).answers(raw)
}

func writeNetwork2(m *model.Model) ([]byte, error) {
	n, err := importer.ToNetwork2(m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = network2.Write(&b, n)
	return b.Bytes(), err
}

func askNetwork2(m *model.Model, data []byte, raw []float32) ([]float32, error) {
	n, err := network2.Read(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	back, err := importer.FromNetwork2(n)
	if err != nil {
		return nil, err
	}
	back.Preprocess = m.Preprocess
	return (&Used{Model: back}).answers(raw)
}
