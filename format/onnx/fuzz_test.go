package onnx_test

import (
	"bytes"
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
)

// FuzzRead reads anything. What is accepted is written and read again without a change, unless it holds what cannot be
// written; and what can be run, runs without a panic and within its limit.
func FuzzRead(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte(model(b{}.bytes(1, node("Relu", "x", "y")))))
	gemm := b{}.text(1, "x").text(1, "w").text(2, "y").text(4, "Gemm").bytes(5, b{}.text(1, "transB").int(3, 1).int(20, 2))
	f.Add([]byte(model(b{}.bytes(1, gemm).bytes(5, tensor("w", 1, 2, 2).bytes(9, make([]byte, 16))))))
	for _, op := range run.Operators() {
		n := b{}.text(1, "x").text(1, "x").text(2, "y").text(4, op).bytes(5, b{}.text(1, "axis").int(3, 0).int(20, 2))
		f.Add([]byte(model(b{}.bytes(1, n))))
		n = b{}.text(1, "x").text(1, "w").text(2, "y").text(4, op)
		f.Add([]byte(model(b{}.bytes(1, n).bytes(5, tensor("w", 7, 2).bytes(7, []byte{0, 1})))))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := onnx.Read(data)
		if err != nil {
			return
		}
		if written, err := m.Bytes(); err == nil {
			back, err := onnx.Read(written)
			if err != nil {
				t.Fatal(err)
			}
			again, err := back.Bytes()
			if err != nil || !bytes.Equal(written, again) {
				t.Fatalf("written twice, it differs (%v)", err)
			}
		}
		p, err := run.New(m)
		if err != nil {
			return
		}
		p.Limit = 1 << 20
		inputs := map[string]*onnx.Tensor{}
		for _, v := range p.Inputs() {
			shape := []int{}
			n := 1
			for _, d := range v.Shape {
				size := int(min(max(d.Size, 0), 8))
				if d.Name != "" {
					size = 2
				}
				shape = append(shape, size)
				if n *= size; n > 1<<12 {
					return
				}
			}
			if v.DType == onnx.Int64 {
				inputs[v.Name] = onnx.Of("", shape, make([]int64, n))
			} else {
				inputs[v.Name] = onnx.Of("", shape, make([]float32, n))
			}
		}
		p.Run(inputs)
	})
}
