package importer_test

import (
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/model/importer"
)

// FuzzFromONNX makes models of any graph. Whatever is accepted is a sound model.
func FuzzFromONNX(f *testing.F) {
	gemm := with(node("Gemm", "h", "x", "W", "b"), "transB", int64(1))
	for _, nodes := range [][]onnx.Node{
		{gemm, node("Relu", "r", "h"), node("MatMul", "p", "r", "V"), node("Add", "q", "c", "p"), node("Softmax", "y", "q")},
		{node("Sub", "a", "x", "m"), node("Div", "d", "a", "s"), node("Reshape", "e", "d", "flat"), with(node("Gemm", "y", "e", "W"), "transB", int64(1))},
		{node("Shape", "s0", "x"), node("Gather", "s1", "s0", "zero"), node("Unsqueeze", "s2", "s1"), node("Concat", "s3", "s2", "minus"), node("Reshape", "e", "x", "s3"), node("Flatten", "y", "e")},
	} {
		data, err := foreign(nodes...).Bytes()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := onnx.Read(data)
		if err != nil {
			return
		}
		m, err := importer.FromONNX(file)
		if err != nil {
			return
		}
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
	})
}
