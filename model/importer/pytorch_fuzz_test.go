package importer

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/gradus-nn/gradus/format/pytorch"
)

// FuzzFromPyTorch makes a network of whatever package pytorch accepts, or says why it cannot; what it makes can be saved.
func FuzzFromPyTorch(f *testing.F) {
	names, _ := filepath.Glob("../../format/pytorch/testdata/*.pt*")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := pytorch.Read(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, o := range []Options{{}, relu} {
			m, err := FromPyTorch(v, o)
			if (m == nil) == (err == nil) {
				t.Fatalf("%v, %v", m, err)
			}
			if err == nil && m.Check() != nil {
				t.Fatal(m.Check())
			}
		}
	})
}
