package shipping

import (
	"testing"

	"github.com/gradus-nn/gradus/internal/exit"
)

// The ending chooses the format where none is asked for; one that means another is refused, in either way.
func TestFormatOf(t *testing.T) {
	for _, c := range []struct{ path, asked, want string }{
		{"", "", "onnx"}, {"model", "", "onnx"}, {"m.v2", "", "onnx"},
		{"m.json", "", "json"}, {"m.CSV", "", "csv"}, {"m.pickle", "", "pickle"}, {"m.gradus", "", "safetensors"},
		{"m.json", "network2", "network2"}, {"m.pickle", "pickle", "pickle"}, {"m.bin", "npz", "npz"}, {"m.pt", "pickle", "pickle"},
		{"m.pt", "", ""}, {"m.onnx", "csv", ""}, {"m.json", "go", "go"}, {"m.json", "binary", ""}, {"m.onnx", "torch", ""},
	} {
		have, err := FormatOf(c.path, c.asked)
		if have != c.want || (err == nil) != (c.want != "") || err != nil && exit.Code(err) != exit.Usage {
			t.Errorf("%s --to %q: %q, %v; want %q", c.path, c.asked, have, err, c.want)
		}
	}
	for ending, name := range endings {
		if _, ok := formats[name]; !ok {
			t.Errorf("%s means %s, which is no format", ending, name)
		}
	}
}
