package shipping

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// small saves a small model of numbers and returns its file.
func small(t *testing.T) string {
	t.Helper()
	net, err := nn.Compile[float32](nn.Spec{Input: tensor.Shape{3}, Layers: []layer.Layer{layer.Dense{Units: 4}, layer.Sigmoid{}, layer.Dense{Units: 2}}, Loss: loss.BinaryCrossEntropy{}}, nn.Config{Seed: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	path := filepath.Join(t.TempDir(), "m.gradus")
	if err := model.Save(path, net); err != nil {
		t.Fatal(err)
	}
	return path
}

// Whatever would be written with another answer than the model's is not: exit code 4, and no product.
func TestParityFails(t *testing.T) {
	path := small(t)
	for _, name := range Formats() {
		whole := formats[name]
		broken := whole
		broken.write = func(e *exporting) error { // one weight is another
			changed := *e.model
			changed.Params = append(changed.Params[:0:0], changed.Params...)
			w := make([]float32, changed.Params[0].Len())
			if err := changed.Params[0].CopyFloat32s(w); err != nil {
				return err
			}
			w[0] += 0.01
			changed.Params[0] = model.Tensor(changed.Params[0].Name, changed.Params[0].Shape, w)
			own := e.model
			e.model = &changed
			err := whole.write(e)
			e.model = own
			return err
		}
		formats[name] = broken
		r, product, err := Export("runs", path, name, filepath.Join(t.TempDir(), "out"))
		formats[name] = whole
		if r != nil || product != nil || exit.Code(err) != exit.Check || !strings.Contains(err.Error(), "nothing was written") {
			t.Errorf("%s: %v (exit %d)", name, err, exit.Code(err))
		}
	}
}

// Every format writes what it says, and answers alike.
func TestExportFormats(t *testing.T) {
	path := small(t)
	if len(Formats()) != len(formats) {
		t.Errorf("%d names of %d formats", len(Formats()), len(formats))
	}
	for _, name := range Formats() {
		out := filepath.Join(t.TempDir(), "out")
		r, product, err := Export("runs", path, name, out)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Rows != parityRows || r.Bytes == 0 || r.Files != len(product.Files) {
			t.Errorf("%s: %+v", name, r)
		}
		if err := product.Write(out); err != nil {
			t.Error(err)
		}
		info, err := os.Stat(out)
		if err != nil || info.IsDir() != (name == "go") || (info.Mode()&0o100 != 0) != (name == "go" || name == "binary") {
			t.Errorf("%s: %v (%v)", name, info.Mode(), err)
		}
		left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), ".*"))
		if len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
}

// A folder that cannot be written leaves nothing.
func TestWriteFolderFails(t *testing.T) {
	dir := t.TempDir()
	p := &Product{Folder: true, Files: []ProductFile{{"a.go", []byte("package a\n")}, {"a.go/b", nil}}}
	err := p.Write(filepath.Join(dir, "pkg"))
	if err == nil || errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
