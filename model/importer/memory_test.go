package importer_test

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/internal/peak"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model/importer"
)

// TestMain imports, as a child of TestMemory, one file.
func TestMain(m *testing.M) {
	peak.Main(m, func(path string) error {
		_, err := importer.OpenWith(path, importer.Options{Between: []layer.Layer{layer.ReLU{}}})
		return err
	})
}

// TestMemory: to import a network takes at most 64 MiB and four times the file, whatever the format, and so does refusing one.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes files of 32 MB")
	}
	const in, out = 4096, 2048 // one layer of 8 million weights: the hardest case, since nothing can be let go of between layers
	weights := make([]float32, in*out)
	for i := range weights {
		weights[i] = float32(i%1000) / 1000
	}
	tensor := func(kind, shape, strides string, n int) string {
		return "ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\n" + kind + "\nS'0'\nS'cpu'\nI" + strconv.Itoa(n) + "\ntQI0\n(" + shape + "t(" + strides + "tI00\nccollections\nOrderedDict\n)RtR"
	}
	torch := func(pickle string, data []byte) func(io.Writer) error {
		return func(w io.Writer) error {
			z := zip.NewWriter(w)
			for name, content := range map[string][]byte{"net/data.pkl": []byte(pickle), "net/data/0": data} {
				e, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
				if err != nil {
					return err
				}
				if _, err := e.Write(content); err != nil {
					return err
				}
			}
			return z.Close()
		}
	}
	single, brain := make([]byte, 4*len(weights)), make([]byte, 2*len(weights))
	for i, v := range weights {
		binary.LittleEndian.PutUint32(single[4*i:], math.Float32bits(v))
		binary.LittleEndian.PutUint16(brain[2*i:], uint16(math.Float32bits(v)>>16))
	}
	shape, strides := fmt.Sprintf("I%d\nI%d\n", out, in), fmt.Sprintf("I%d\nI1\n", in)
	crossed := fmt.Sprintf("I1\nI%d\n", out)
	state := func(tensors ...string) string {
		s := "("
		for i, x := range tensors {
			s += fmt.Sprintf("S'fc%d.weight'\n%s", i, x)
		}
		return s + "d."
	}
	views := make([]string, 100)
	for i := range views {
		views[i] = tensor("FloatStorage", shape, strides, len(weights))
	}
	for _, c := range []struct {
		name     string
		write    func(io.Writer) error
		accepted bool
	}{
		{"torch, float32", torch(state(tensor("FloatStorage", shape, strides, len(weights))), single), true},
		{"torch, transposed", torch(state(tensor("FloatStorage", shape, crossed, len(weights))), single), true},
		{"torch, bfloat16", torch(state(tensor("BFloat16Storage", shape, strides, len(weights))), brain), true},
		{"torch, views upon views", torch(state(views...), single), false},
		{"npz", func(w io.Writer) error {
			return npy.WriteArchive(w, []npy.Named{{Name: "fc.weight", Array: npy.Of(weights, out, in)}})
		}, true},
		{"safetensors", func(w io.Writer) error {
			head := fmt.Sprintf(`{"fc.weight":{"dtype":"F32","shape":[%d,%d],"data_offsets":[0,%d]}}`, out, in, len(single))
			_, err := w.Write(append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(head))), head...), single...))
			return err
		}, true},
		{"JSON of zeros", func(w io.Writer) error {
			const n = 4_000_000
			head := `{"metadata":{},"tensors":[{"name":"layer0.W","dtype":"F64","shape":[` + strconv.Itoa(n) + `],"values":[`
			_, err := io.WriteString(w, head+strings.Repeat("0,", n-1)+"0]}]}")
			return err
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "net")
			file, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if err := c.write(file); err != nil {
				t.Fatal(err)
			}
			peak.Check(t, path, c.accepted, 0)
		})
	}
}
