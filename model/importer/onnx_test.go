package importer_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// What gradus has exported comes back whole: description, names, preprocessing, bits.
func TestOwnONNX(t *testing.T) {
	spec := nn.Spec{
		Input: tensor.Shape{2, 2},
		Layers: []layer.Layer{
			layer.Flatten{}, layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 4}, layer.GELU{}}},
			layer.Concat{Branches: [][]layer.Layer{{}, {layer.Dense{Units: 3, NoBias: true}, layer.LeakyReLU{Alpha: 0.3}}}}, layer.Dense{Units: 2},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}
	net, err := nn.Compile[float32](spec, nn.Config{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	m := model.From(net)
	m.Classes, m.Features, m.Data = []string{"no", "yes"}, []string{"a", "b", "c", "d"}, "pets"
	m.Preprocess = preprocess.Pipeline{preprocess.Standardize{Mean: []float32{1, 2, 3, 4}, Std: []float32{1, 2, 3, 4}}}
	m.Metrics = map[string]float64{"val_acc": 0.5}
	f, err := exporter.ONNX(m)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "net")
	save(t, path, f)
	back, err := importer.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m, back) {
		t.Errorf("exported\n%+v\nand imported\n%+v", m, back)
	}
	format, file, err := importer.Read(path)
	if err != nil || format != importer.ONNX || file.Tensors[0].Name != "layer1.0.0.W" || file.Metadata["gradus.data"] != "pets" {
		t.Errorf("%v %v %+v", err, format, file)
	}

	// The graph counts, and not what the metadata say about it.
	f.Graph.Nodes[len(f.Graph.Nodes)-1].Op = "Identity"
	save(t, path, f)
	if m, err := importer.Open(path); err == nil {
		t.Errorf("a graph that is no longer its description was imported: %+v", m.Spec)
	}
}

func save(t *testing.T, path string, f *onnx.Model) {
	t.Helper()
	data, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func weights(name string, seed uint64, shape ...int) *onnx.Tensor {
	n, _ := onnx.Count(shape)
	rng := rand.New(rand.NewPCG(seed, 1))
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(rng.NormFloat64())
	}
	return onnx.Of(name, shape, data)
}

func node(op, out string, in ...string) onnx.Node {
	return onnx.Node{Op: op, Inputs: in, Outputs: []string{out}}
}

func with(n onnx.Node, name string, v any) onnx.Node {
	n.Attributes = append(n.Attributes, onnx.Attribute{Name: name, Value: v})
	return n
}

// foreign is a graph as PyTorch writes a perceptron: weights are [out in].
func foreign(nodes ...onnx.Node) *onnx.Model {
	last := nodes[len(nodes)-1].Outputs[0]
	return &onnx.Model{
		IRVersion: 6, Producer: "pytorch", Opsets: []onnx.Opset{{Version: 11}},
		Graph: onnx.Graph{
			Nodes: nodes,
			Initializers: []*onnx.Tensor{
				weights("W", 1, 5, 4), weights("b", 2, 5), weights("V", 3, 5, 3), weights("c", 4, 1, 3),
				weights("m", 5, 1, 4), onnx.Of("s", []int{4}, []float32{1, 2, 3, 4}), onnx.Of("column", []int{4, 1}, []float32{1, 2, 3, 4}),
				onnx.Of("zero", []int{}, []int64{0}), onnx.Of("minus", []int{1}, []int64{-1}),
				onnx.Of("flat", []int{2}, []int64{0, -1}), onnx.Of("mixed", []int{2}, []int64{-1, 2}),
				weights("U", 6, 4, 5), onnx.Of("scale", []int{}, []float32{1.0 / 255}), onnx.Of("rows", []int{2}, []int64{-1, 4}),
			},
			Inputs:  []onnx.Value{{Name: "x", DType: onnx.Float, Rank: true, Shape: []onnx.Dim{{Name: "batch"}, {Size: 4}}}},
			Outputs: []onnx.Value{{Name: last, DType: onnx.Float}},
		},
	}
}

func TestForeignONNX(t *testing.T) {
	gemm := with(node("Gemm", "h", "x", "W", "b"), "transB", int64(1))
	for name, c := range map[string]struct {
		nodes   []onnx.Node
		layers  string
		same    bool // the model answers what the graph does
		warning string
	}{
		"PyTorch": {[]onnx.Node{with(gemm, "alpha", float32(1)), node("Relu", "r", "h"), node("MatMul", "p", "r", "V"), node("Add", "q", "c", "p"), with(node("Softmax", "y", "q"), "axis", int64(1))},
			"dense 5 relu, dense 3", true, ""},
		"scores": {[]onnx.Node{gemm, node("Tanh", "r", "h"), node("MatMul", "y", "r", "V")},
			"dense 5 tanh, dense 3 no-bias", false, "taken for scores of classes"},
		"view": {[]onnx.Node{node("Shape", "s0", "x"), node("Gather", "s1", "s0", "zero"), with(node("Unsqueeze", "s2", "s1"), "axes", []int64{0}), with(node("Concat", "s3", "s2", "minus"), "axis", int64(0)),
			node("Reshape", "e", "x", "s3"), with(node("Gemm", "h", "e", "W", "b"), "transB", int64(1)), node("Softmax", "y", "h")},
			"dense 5", true, ""},
		"standardised": {[]onnx.Node{node("Sub", "a", "x", "m"), node("Div", "d", "a", "s"), node("Reshape", "e", "d", "flat"),
			with(node("Gemm", "h", "e", "W", "b"), "transB", int64(1)), node("Dropout", "o", "h"), with(node("Elu", "r", "o"), "alpha", float32(0.5)), node("MatMul", "p", "r", "V"), node("Sigmoid", "y", "p")},
			"dense 5 elu 0.5, dense 3 no-bias", true, ""},
		"Keras": {[]onnx.Node{node("Mul", "a", "x", "scale"), node("Reshape", "e", "a", "rows"), node("MatMul", "p", "e", "U"), node("Add", "h", "p", "b"), node("Relu", "r", "h"),
			node("MatMul", "q", "r", "V"), node("Add", "z", "q", "c"), node("Softmax", "y", "z")},
			"dense 5 relu, dense 3", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := foreign(c.nodes...)
			m, err := importer.FromONNX(f)
			if err != nil {
				t.Fatal(err)
			}
			if text := nn.FormatLayers(m.Spec.Layers); text != c.layers {
				t.Errorf("layers %q, want %q", text, c.layers)
			}
			if all := strings.Join(m.Warnings, "\n"); !strings.Contains(all, c.warning) || c.warning == "" && all != "" {
				t.Errorf("warnings %q, want %q", all, c.warning)
			}
			if !c.same {
				return
			}
			for i := range f.Graph.Nodes { // which the executor, unlike the importer, does not know
				if f.Graph.Nodes[i].Op == "Dropout" {
					f.Graph.Nodes[i].Op = "Identity"
				}
			}
			p, err := run.New(f)
			if err != nil {
				t.Fatal(err)
			}
			x := weights("", 9, 20, 4)
			out, err := p.Run(map[string]*onnx.Tensor{"x": x})
			if err != nil {
				t.Fatal(err)
			}
			net, err := m.Net(nn.Config{})
			if err != nil {
				t.Fatal(err)
			}
			rows := append([]float32(nil), x.Data.([]float32)...)
			m.Preprocess.Apply(rows, 4)
			y, err := net.Predict(rows)
			if err != nil {
				t.Fatal(err)
			}
			if d := exporter.Difference(y, out["y"].Data.([]float32)); d > exporter.Tolerance {
				t.Errorf("the model answers differently by %v", d)
			}
		})
	}
}

func TestForeignONNXRefused(t *testing.T) {
	gemm := with(node("Gemm", "h", "x", "W", "b"), "transB", int64(1))
	for says, nodes := range map[string][]onnx.Node{
		`operator "Conv" is not part of a plain multilayer perceptron`: {node("Conv", "y", "x", "W")},
		"alpha is 2":                       {with(gemm, "alpha", float32(2))},
		"weights [5 4] do not fit":         {node("Gemm", "y", "x", "W")},
		"which is neither constant":        {gemm, node("MatMul", "y", "x", "V")},
		"an activation before":             {node("Relu", "y", "x")},
		"the bias has shape [5]; want [3]": {gemm, node("MatMul", "p", "h", "V"), node("Add", "y", "p", "b")},
		"right behind it":                  {gemm, node("Add", "y", "h", "b")},
		"want it before the first layer":   {gemm, node("Div", "y", "h", "b")},
		"Mul: want it before the first":    {gemm, node("Mul", "y", "h", "b")},
		"Mul: by 5 numbers of type float":  {node("Mul", "a", "x", "b"), node("MatMul", "y", "a", "U")},
		"for each column":                  {node("Sub", "a", "x", "m"), node("Div", "d", "a", "column"), with(node("Gemm", "y", "d", "W"), "transB", int64(1))},
		"want examples of 4":               {node("Reshape", "e", "x", "mixed"), with(node("Gemm", "y", "e", "W"), "transB", int64(1))},
		"no dense layer":                   {node("Identity", "y", "x")},
		"alone":                            {gemm, node("Add", "y", "h", "h")},
	} {
		m, err := importer.FromONNX(foreign(nodes...))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want an error with %q (%+v)", err, says, m)
		}
	}
	f := foreign(gemm)
	f.Opsets[0].Version = 99
	if _, err := importer.FromONNX(f); err == nil || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("opset 99: %v", err)
	}
	if _, err := importer.FromONNX(&onnx.Model{}); err == nil {
		t.Error("nothing at all is imported")
	}
	var empty bytes.Buffer
	if err := onnx.Write(&empty, &onnx.Model{}); err == nil {
		t.Error("nothing at all is written")
	}
}
