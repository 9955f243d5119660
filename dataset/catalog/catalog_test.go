package catalog

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleLoad() {
	train, test, info, err := Load("iris", Options{Seed: 1, Prepare: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train)
	fmt.Println(test.ClassCounts(), info.Columns[0])
	_, _, _, err = Load("irsi", Options{})
	fmt.Println(err)
	// Output:
	// iris train: 120 examples, 4 → 3 classes
	// [10 10 10] sepal length (cm)
	// catalog: there is no set "irsi"; did you mean "iris"?
}

// TestList: what List says of every set is true, and the parts are sound and share no example but where they must.
func TestList(t *testing.T) {
	for _, want := range List() {
		train, test, info, err := Load(want.Name, Options{Seed: 3})
		if err != nil {
			t.Errorf("%s: %v", want.Name, err)
			continue
		}
		for _, s := range []*dataset.Set{train, test} {
			if err := s.Check(); err != nil {
				t.Error(err)
			}
			if !s.Shape.Equal(want.Shape) || s.Out != want.Out || !slices.Equal(s.Classes, want.Classes) {
				t.Errorf("%v with classes %v; want %v → %d, %v", s, s.Classes, want.Shape, want.Out, want.Classes)
			}
		}
		if train.Len() != want.Train || test.Len() != want.Test || info.Train != want.Train || info.Test != want.Test {
			t.Errorf("%s: %d and %d examples; want %d and %d", want.Name, train.Len(), test.Len(), want.Train, want.Test)
		}
		if want.Description == "" || want.Licence == "" || want.Source == "" {
			t.Errorf("%s is not described", want.Name)
		}
		if info.Columns != nil && len(info.Columns) != want.Shape.Size() {
			t.Errorf("%s: %d names of columns", want.Name, len(info.Columns))
		}
		counts := train.ClassCounts()
		if counts != nil && slices.Min(counts) == 0 {
			t.Errorf("%s: a class without examples: %v", want.Name, counts)
		}
		if want.Name == "mnist" || want.Name == "noise" {
			continue // large, and split by their makers
		}
		again, _, _, _ := Load(want.Name, Options{Seed: 3})
		if again.Fingerprint() != train.Fingerprint() {
			t.Errorf("%s: the same seed gives another training part", want.Name)
		}
	}
}

// TestPrepare: columns that need it are scaled by the training part's numbers, and the same numbers are handed out to be stored.
func TestPrepare(t *testing.T) {
	for _, name := range []string{"iris", "wine", "breast-cancer", "digits", "moons"} {
		raw, rawTest, _, err := Load(name, Options{Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		train, test, info, err := Load(name, Options{Seed: 5, Prepare: true})
		if err != nil {
			t.Fatal(err)
		}
		if (len(info.Applied) > 0) != (info.Scaling != None) {
			t.Errorf("%s: %q, but applied %v", name, info.Scaling, info.Applied)
		}
		text, err := json.Marshal(info.Applied)
		if err != nil {
			t.Fatal(err)
		}
		var stored preprocess.Pipeline
		if err := json.Unmarshal(text, &stored); err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]*dataset.Set{{raw, train}, {rawTest, test}} {
			x := pair[0].Example(3)
			stored.Apply(x, len(x))
			if !slices.Equal(x, pair[1].Example(3)) {
				t.Errorf("%s: the stored scaling gives %v; the set has %v", name, x, pair[1].Example(3))
			}
		}
		largest, sum := float32(0), 0.0
		for i := range train.Len() {
			sum += float64(train.Example(i)[0])
			for _, v := range train.Example(i) {
				largest = max(largest, float32(math.Abs(float64(v))))
			}
		}
		// The mean of n float32 around 1 is exact to a few 1e-7.
		if mean := sum / float64(train.Len()); info.Scaling == Standardized && math.Abs(mean) > 1e-5 {
			t.Errorf("%s: the first column has mean %v over the training part", name, mean)
		}
		if info.Scaling == Pixels16 && largest != 1 || largest > 13 {
			t.Errorf("%s: the largest feature is %v", name, largest)
		}
	}
}

func TestImages(t *testing.T) {
	for name, want := range map[string]tensor.Shape{"mnist": {1, 28, 28}, "digits": {1, 8, 8}, "iris": {4}} {
		train, test, info, err := Load(name, Options{Images: true, Prepare: true})
		if err != nil || !train.Shape.Equal(want) || !test.Shape.Equal(want) || !info.Shape.Equal(want) {
			t.Errorf("%s: %v, %v, %v", name, train, test, err)
		}
	}
}

func TestHeld(t *testing.T) {
	train, test, _, err := Load("iris", Options{Held: 0.5})
	if err != nil || train.Len() != 75 || test.Len() != 75 {
		t.Errorf("%v, %v, %v", train, test, err)
	}
	for _, held := range []float64{-0.1, 1, 2, math.NaN()} {
		if _, _, _, err := Load("iris", Options{Held: held}); err == nil || !strings.Contains(err.Error(), "want a share") {
			t.Errorf("held %v: %v", held, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"Breast_Cancer", "XOR"} {
		if _, _, _, err := Load(name, Options{}); err != nil {
			t.Error(err)
		}
	}
	for name, says := range map[string]string{
		"minst":          `did you mean "mnist"?`,
		"breastcancer":   `did you mean "breast-cancer"?`,
		"spirals":        `did you mean "spiral"?`,
		"fashion-mnist":  "give the folder of its four IDX files",
		"cats":           "want one of: mnist, iris,",
		"":               "want one of: mnist, iris,",
		"no/such/folder": "there is no folder no/such/folder",
		"catalog.go":     "catalog.go is a file; want a folder",
		".":              "no files to train on",
	} {
		if _, _, _, err := Load(name, Options{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want %q", name, err, says)
		}
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tiny")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	pixels, labels := make([]uint8, 10*4), make([]uint8, 10)
	for i := range labels {
		labels[i] = uint8(i % 2)
		pixels[4*i] = uint8(i)
	}
	for name, a := range map[string]*idx.Array{
		"train-images-idx3-ubyte": idx.Of(pixels, 10, 2, 2), "train-labels-idx1-ubyte": idx.Of(labels, 10),
	} {
		if err := idx.WriteFile(filepath.Join(dir, name), a); err != nil {
			t.Fatal(err)
		}
	}
	train, test, info, err := Load(dir, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if info.Name != "tiny" || train.Name != "tiny train" || test.Name != "tiny test" || train.Len() != 8 || test.Len() != 2 || train.Overlap(test) != 0 {
		t.Errorf("%v, %v, %+v", train, test, info)
	}
	if got := fmt.Sprint(info.Applied); got != "[{255}]" || info.Out != 2 {
		t.Errorf("applied %s, out %d", got, info.Out)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"xor", "xor", 0}, {"flaw", "lawn", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q: %d; want %d", c.a, c.b, got, c.want)
		}
	}
}
