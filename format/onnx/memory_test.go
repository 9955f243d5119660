package onnx_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/internal/peak"
)

// TestMain reads, as a child of TestPeak, one file.
func TestMain(m *testing.M) {
	peak.Main(m, func(path string) error {
		_, err := onnx.ReadFile(path)
		return err
	})
}

// Graphs that are short for what they say: many nodes without anything, numbers of a byte each, axes, names.
func TestPeak(t *testing.T) {
	const size = 12 << 20
	many := func(field byte, item b) []byte {
		one := b{}.bytes(1, item)
		one[0] = field<<3 | 2
		return bytes.Repeat(one, size/len(one))
	}
	ones := bytes.Repeat([]byte{1}, size)
	weight := func(w b) []byte { return b{}.bytes(1, node("Relu", "x", "y")).bytes(5, w) }
	for _, c := range []struct {
		name     string
		graph    []byte
		accepted bool
	}{
		{"float32", weight(tensor("w", 1, size/4).bytes(9, ones)), true},
		{"packed int32", weight(tensor("w", 6, size).bytes(5, ones)), false},
		{"packed int64", weight(tensor("w", 7, size).bytes(7, ones)), false},
		{"bytes", weight(tensor("w", 2, size).bytes(9, ones)), true},
		{"empty nodes", many(1, b{}), false},
		{"nodes", many(1, b(node("Relu", "x", "y"))), false},
		{"empty tensors", many(5, b{}), false},
		{"empty inputs", many(11, b{}), false},
		{"inputs of a node", b{}.bytes(1, b(many(1, b{})).text(4, "Relu")), false},
		{"attributes", b{}.bytes(1, b(many(5, b{})).text(4, "Relu")), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "net.onnx")
			if err := os.WriteFile(path, []byte(model(b(c.graph))), 0o666); err != nil {
				t.Fatal(err)
			}
			peak.Check(t, path, c.accepted, 0)
		})
	}
}
