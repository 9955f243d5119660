package shipping

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
)

// An format is a way to write a model.
type format struct {
	extension string
	folder    bool
	name      func(model string) string // of the file or folder; nil: the model's with the extension
	tolerance float64                   // how far apart the answers may be
	write     func(e *exporting) error
	// compare reads what was written and asks it, as far as the format allows without the model.
	compare func(e *exporting) (difference float64, err error)
	inside  func(m *model.Model) []string // what the file carries beside the weights
	without func(m *model.Model) string   // what it does not carry, though the model has it
}

// formats are the formats by name. A new one is one entry here, and its place in Formats.
var formats = map[string]format{
	"onnx":        file(".onnx", writeONNX, askONNX, everything, nothing),
	"safetensors": file(".safetensors", writeSafetensors, askSafetensors, everything, nothing),
	"json":        file(".json", writeJSON, askJSON, everything, nothing),
	"csv":         file(".csv", writeCSV, askCSV, weightsAlone, arraysOnly),
	"npz":         file(".npz", writeNPZ, askNPZ, weightsAlone, arraysOnly),
	"pickle":      file(".pkl", writePickle, askPickle, weightsAlone, arraysOnly),
	"network2":    file(".json", writeNetwork2, askNetwork2, func(*model.Model) []string { return []string{"cost"} }, unprepared),
	"go":          goFormat,
	"binary":      binaryFormat,
}

// Formats lists the names that --to takes.
func Formats() []string {
	return []string{"onnx", "go", "binary", "safetensors", "json", "csv", "npz", "pickle", "network2"}
}

// file is a format of one file.
func file(extension string, write func(e *exporting) error, compare func(e *exporting) (float64, error), inside func(*model.Model) []string, without func(*model.Model) string) format {
	return format{extension: extension, tolerance: exporter.Tolerance, write: write, compare: compare, inside: inside, without: without}
}

func everything(m *model.Model) []string {
	list := []string{"network"}
	switch {
	case m.Columns != nil:
		list = append(list, "scaling and categories of the columns")
	case len(m.Preprocess) > 0:
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

func writeONNX(e *exporting) error {
	f, err := exporter.ONNX(e.model)
	if err != nil {
		return err
	}
	return e.one(f.Bytes())
}

// askONNX asks the graph: rows of a table as they are, or numbers as they were measured.
func askONNX(e *exporting) (float64, error) {
	f, err := onnx.Read(e.data())
	if err != nil {
		return 0, err
	}
	p, err := run.New(f)
	if err != nil {
		return 0, err
	}
	var inputs map[string]*onnx.Tensor
	if s := e.model.Columns; s != nil {
		inputs = exporter.ONNXInputs(s, e.values)
	} else {
		inputs = map[string]*onnx.Tensor{exporter.InputName: onnx.Of("", append([]int{e.n}, e.model.Spec.Input...), e.raw)}
	}
	out, err := p.Run(inputs)
	if err != nil {
		return 0, err
	}
	return exporter.DifferenceONNX(e.model, out, e.want)
}

func writeSafetensors(e *exporting) error { return e.one(safetensorsOf(e.model)) }

// safetensorsOf is a .gradus file without the memory of the training.
func safetensorsOf(m *model.Model) ([]byte, error) {
	text, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = safetensors.Write(&b, &safetensors.File{Metadata: text, Tensors: slices.Concat(m.Params, m.State)})
	return b.Bytes(), err
}

func askSafetensors(e *exporting) (float64, error) {
	return e.again(model.Read(bytes.NewReader(e.data()), int64(len(e.data()))))
}

func writeJSON(e *exporting) error { return e.one(exporter.JSON(e.model)) }

func askJSON(e *exporting) (float64, error) { return e.again(exporter.FromJSON(e.data())) }

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

func writeNPZ(e *exporting) error {
	list, err := arraysOf(e.model)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = npy.WriteArchive(&b, list)
	return e.one(b.Bytes(), err)
}

func writePickle(e *exporting) error {
	list, err := arraysOf(e.model)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = pickle.Write(&b, list)
	return e.one(b.Bytes(), err)
}

func writeCSV(e *exporting) error {
	list, err := arraysOf(e.model)
	if err != nil {
		return err
	}
	return e.one(exporter.CSV(list))
}

func askNPZ(e *exporting) (float64, error) {
	list, err := npy.ReadArchive(bytes.NewReader(e.data()), int64(len(e.data())))
	return askArrays(e, list, err)
}

func askPickle(e *exporting) (float64, error) {
	v, err := pickle.Read(bytes.NewReader(e.data()))
	if err != nil {
		return 0, err
	}
	return askArrays(e, pickle.Arrays(v), nil)
}

func askCSV(e *exporting) (float64, error) {
	list, err := exporter.FromCSV(e.data())
	return askArrays(e, list, err)
}

// askArrays puts the arrays into the network's description, which the file does not have.
func askArrays(e *exporting, list []npy.Named, err error) (float64, error) {
	if err != nil {
		return 0, err
	}
	m := e.model
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
			return 0, fmt.Errorf("%s is missing", name)
		case t.DType == safetensors.F64:
			back.Params = append(back.Params, model.Tensor(t.Name, a.Shape, a.Float64s()))
		default:
			back.Params = append(back.Params, model.Tensor(t.Name, a.Shape, a.Float32s()))
		}
	}
	return e.again(&back, nil)
}

func writeNetwork2(e *exporting) error {
	n, err := importer.ToNetwork2(e.model)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = network2.Write(&b, n)
	return e.one(b.Bytes(), err)
}

func askNetwork2(e *exporting) (float64, error) {
	n, err := network2.Read(bytes.NewReader(e.data()))
	if err != nil {
		return 0, err
	}
	back, err := importer.FromNetwork2(n)
	if err != nil {
		return 0, err
	}
	back.Preprocess, back.Columns = e.model.Preprocess, e.model.Columns
	return e.again(back, nil)
}
