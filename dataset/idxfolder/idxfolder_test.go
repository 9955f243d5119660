package idxfolder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/mapped"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/tensor"
)

// folder writes arrays into a new folder.
func folder(t testing.TB, files map[string]*idx.Array) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pictures")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, a := range files {
		if err := idx.WriteFile(filepath.Join(dir, name), a); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var (
	images3 = idx.Of([]uint8{0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6}, 3, 2, 2)
	labels3 = idx.Of([]uint8{1, 0, 2}, 3)
	images1 = idx.Of([]uint8{9, 9, 9, 9}, 1, 2, 2)
	labels1 = idx.Of([]uint8{2}, 1)
)

func Example() {
	dir, _ := os.MkdirTemp("", "idx")
	defer os.RemoveAll(dir)
	idx.WriteFile(filepath.Join(dir, "train-images-idx3-ubyte.gz"), idx.Of([]uint8{0, 255, 255, 0}, 2, 1, 2))
	idx.WriteFile(filepath.Join(dir, "train-labels-idx1-ubyte.gz"), idx.Of([]uint8{1, 0}, 2))

	train, test, err := Load(dir, Options{Classes: []string{"left", "right"}})
	fmt.Println(train.Shape, train.Example(0), train.ClassName(train.Label(0)))
	fmt.Println(test, err)
	// Output:
	// 1×1×2 [0 1] right
	// <nil> <nil>
}

func TestNames(t *testing.T) {
	for _, names := range [][4]string{
		{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
		{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"},
		{"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte.gz", "test-labels.idx1-ubyte"},
		{"emnist-x-train-images-idx3-ubyte", "emnist-x-train-labels-idx1-ubyte", "emnist-x-test-images-idx3-ubyte", "emnist-x-test-labels-idx1-ubyte"},
	} {
		dir := folder(t, map[string]*idx.Array{names[0]: images3, names[1]: labels3, names[2]: images1, names[3]: labels1})
		train, test, err := Load(dir, Options{})
		if err != nil {
			t.Errorf("%v: %v", names, err)
			continue
		}
		if train.Len() != 3 || test.Len() != 1 || train.Name != "pictures train" || test.Name != "pictures test" {
			t.Errorf("%v: %v, %v", names, train, test)
		}
		if !slices.Equal(train.Labels, []int32{1, 0, 2}) || !slices.Equal(train.Classes, []string{"0", "1", "2"}) || test.Label(0) != 2 {
			t.Errorf("%v: labels %v of %v", names, train.Labels, train.Classes)
		}
		if want := (tensor.Shape{1, 2, 2}); !train.Shape.Equal(want) {
			t.Errorf("shape %v; want %v", train.Shape, want)
		}
		if got := train.Example(0); !slices.Equal(got, []float32{0, 0.2, 0.4, 0.6}) {
			t.Errorf("example 0 is %v", got)
		}
	}
}

// TestRawFirst: of a raw and a compressed file the raw one counts; other files of the folder do not matter.
func TestRawFirst(t *testing.T) {
	dir := folder(t, map[string]*idx.Array{
		"train-images-idx3-ubyte": images3, "train-images-idx3-ubyte.gz": images1, "train-labels-idx1-ubyte": labels3,
	})
	os.WriteFile(filepath.Join(dir, "LICENSE.txt"), nil, 0o644)
	if train, test, err := Load(dir, Options{Flatten: true}); err != nil || train.Len() != 3 || test != nil || !train.Shape.Flat() {
		t.Errorf("%v, %v, %v", train, test, err)
	}
}

// TestMapped: large raw files are mapped, and make the same sets; their mistakes are told as well.
func TestMapped(t *testing.T) {
	const ti, tl = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
	dir := folder(t, map[string]*idx.Array{ti: images3, tl: labels3, "t10k-images-idx3-ubyte.gz": images1, "t10k-labels-idx1-ubyte": labels1})
	want, wantTest, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func(n int64) { mapFrom = n }(mapFrom)
	mapFrom = 0
	train, test, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := train.X.(*mapped.Rows); !ok {
		t.Errorf("the images are %T; want *mapped.Rows", train.X)
	}
	if train.Fingerprint() != want.Fingerprint() || test.Fingerprint() != wantTest.Fingerprint() {
		t.Error("the mapped set is another one")
	}
	short := filepath.Join(dir, ti)
	os.Truncate(short, 20)
	if _, _, err := Load(dir, Options{}); err == nil || !strings.Contains(err.Error(), "was it cut short?") {
		t.Errorf("a file that was cut: %v", err)
	}
}

func TestRefused(t *testing.T) {
	const (
		ti, tl = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
		si, sl = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
	)
	type files = map[string]*idx.Array
	for name, c := range map[string]struct {
		files   files
		classes []string
		says    []string
	}{
		"nothing":        {files{}, nil, []string{"no files to train on", ti}},
		"only a test":    {files{si: images1, sl: labels1}, nil, []string{"no files to train on"}},
		"no labels":      {files{ti: images3}, nil, []string{ti, "no labels"}},
		"no images":      {files{tl: labels3}, nil, []string{tl, "no images"}},
		"no test labels": {files{ti: images3, tl: labels3, si: images1}, nil, []string{si, "no labels"}},
		"count":          {files{ti: images3, tl: labels1}, nil, []string{ti + " has 3 images", tl + " has 1 labels"}},
		"test count":     {files{ti: images3, tl: labels3, si: images1, sl: labels3}, nil, []string{si + " has 1 images", sl + " has 3 labels"}},
		"swapped":        {files{ti: labels3, tl: images3}, nil, []string{tl, "want one row of uint8 labels"}},
		"signed":         {files{ti: idx.Of(make([]int8, 4), 1, 2, 2), tl: labels1}, nil, []string{ti, "int8", "want uint8 images"}},
		"empty":          {files{ti: idx.Of([]uint8{}, 0, 28, 28), tl: idx.Of([]uint8{}, 0)}, nil, []string{ti, "empty"}},
		"no pixels":      {files{ti: idx.Of([]uint8{}, 3, 0, 28), tl: labels3}, nil, []string{ti, "empty"}},
		"wild label":     {files{ti: images3, tl: idx.Of([]uint8{1, 200, 0}, 3)}, nil, []string{tl, "example 1 has label 200", "only 3 of the classes 0 to 200"}},
		"beyond names":   {files{ti: images3, tl: labels3}, []string{"a", "b"}, []string{tl, "example 2 has label 2; want 0 to 1"}},
		"beyond train":   {files{ti: images3, tl: labels3, si: images1, sl: idx.Of([]uint8{3}, 1)}, nil, []string{sl, "example 0 has label 3; want 0 to 2"}},
		"other size":     {files{ti: images3, tl: labels3, si: idx.Of([]uint8{1, 2}, 1, 1, 2), sl: labels1}, nil, []string{ti, "1×2×2", si, "1×1×2"}},
		"two sets":       {files{ti: images3, tl: labels3, "k-" + ti: images3}, nil, []string{"two files of train images", "k-" + ti}},
	} {
		_, _, err := Load(folder(t, c.files), Options{Classes: c.classes})
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, says := range c.says {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %q does not say %q", name, err, says)
			}
		}
	}
	if _, _, err := Load(filepath.Join(t.TempDir(), "none"), Options{}); err == nil || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("a folder that does not exist: %v", err)
	}
	dir := folder(t, files{tl: labels3})
	os.WriteFile(filepath.Join(dir, ti), []byte{0, 0, 8, 3, 0, 0, 0, 3}, 0o644)
	var broken *idx.FormatError
	if _, _, err := Load(dir, Options{}); !errors.As(err, &broken) || broken.Name != filepath.Join(dir, ti) {
		t.Errorf("a broken file: %v", err)
	}
}

// TestPublished: the real sets are recognised, if they lie beside the project.
func TestPublished(t *testing.T) {
	for dir, want := range map[string]struct{ name, first string }{
		"../../../shared/data/fashion-mnist": {"fashion-mnist", "Ankle boot"},
		"../../../shared/data/mnist":         {"mnist", "5"},
	} {
		if _, err := os.Stat(dir); err != nil {
			t.Skipf("no data: %v", err)
		}
		train, test, err := Load(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if train.Name != want.name+" train" || train.Len() != 60000 || test.Len() != 10000 {
			t.Errorf("%v, %v", train, test)
		}
		if got := train.ClassName(train.Label(0)); got != want.first {
			t.Errorf("%s: the first example is a %q; want %q", want.name, got, want.first)
		}
	}
}

// TestRecognise: the labels of the embedded MNIST, which need no files.
func TestRecognise(t *testing.T) {
	digits, err := mnist.Load()
	if err != nil {
		t.Fatal(err)
	}
	labels := make([]uint8, digits.Train.Len())
	for i := range labels {
		labels[i] = uint8(digits.Train.Label(i))
	}
	if k, ok := recognise(labels); !ok || k.name != "mnist" {
		t.Errorf("MNIST is taken for %q", k.name)
	}
	labels[17]++
	if _, ok := recognise(labels); ok {
		t.Error("other labels are taken for MNIST")
	}
}
