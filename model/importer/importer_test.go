package importer

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/network2"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
)

// The three-layer network of Saito's chapter 3, but with softmax at its end.
var saito = []npy.Named{
	{Name: "W1", Array: npy.Of([]float64{.1, .3, .5, .2, .4, .6}, 2, 3)},
	{Name: "b1", Array: npy.Of([]float64{.1, .2, .3}, 3)},
	{Name: "W2", Array: npy.Of([]float64{.1, .4, .2, .5, .3, .6}, 3, 2)},
	{Name: "b2", Array: npy.Of([]float64{.1, .2}, 2)},
	{Name: "W3", Array: npy.Of([]float64{.1, .3, .2, .4}, 2, 2)},
	{Name: "b3", Array: npy.Of([]float64{.1, .2}, 2)},
}

// save writes a file into a fresh folder.
func save(t *testing.T, name string, write func(w io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// predict runs a model in float64 on one example.
func predict(t *testing.T, m *model.Model, x ...float64) []float64 {
	t.Helper()
	net, err := model.Compile[float64](m, nn.Config{Batch: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	y, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func near(a, b []float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-8 {
			return false
		}
	}
	return len(a) == len(b)
}

// TestArrays: the book's logits are 0.31682708 and 0.69627909; softmax of them is what comes out, from every format.
func TestArrays(t *testing.T) {
	e := math.Exp(0.69627909 - 0.31682708)
	want := []float64{1 / (1 + e), e / (1 + e)}
	paths := map[Format]string{
		Archive: save(t, "a", func(w io.Writer) error { return npy.WriteArchive(w, saito) }),
		Pickle:  save(t, "b", func(w io.Writer) error { return pickle.Write(w, saito) }),
	}
	for format, path := range paths {
		if f, err := Detect(path); f != format || err != nil {
			t.Errorf("%s: detected as %q, %v", format, f, err)
		}
		m, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if y := predict(t, m, 1, 0.5); !near(y, want) {
			t.Errorf("%s: %v, want %v", format, y, want)
		}
		if len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "sigmoid is taken") || len(m.Preprocess) != 0 {
			t.Errorf("%s: warnings %q, preprocessing %v", format, m.Warnings, m.Preprocess)
		}
		// What was opened can be saved as a .gradus file and opened again.
		own := filepath.Join(t.TempDir(), "c")
		if err := m.Save(own); err != nil {
			t.Fatal(err)
		}
		again, err := Open(own)
		if f, _ := Detect(own); err != nil || f != Safetensors || again.SHA256() != m.SHA256() {
			t.Errorf("%s: saved as a model: %v, %v", format, f, err)
		}
		for _, p := range []string{path, own} {
			if _, file, err := Read(p); err != nil || len(file.Tensors) != 6 || file.Tensors[0].DType != "F64" {
				t.Errorf("%s: tensors %v, %v", p, file, err)
			}
		}
	}
	m, err := OpenWith(paths[Archive], Options{Between: []layer.Layer{layer.ReLU{}}})
	if err != nil {
		t.Fatal(err)
	}
	// By hand: h1 = (.3 .7 1.1), h2 = (.1+.03+.14+.33, .2+.12+.35+.66) = (.6 1.33), y = (.1+.06+.266, .2+.18+.532).
	e = math.Exp(.912 - .426)
	if y := predict(t, m, 1, 0.5); !near(y, []float64{1 / (1 + e), e / (1 + e)}) || len(m.Warnings) != 0 {
		t.Errorf("with ReLU %v, warnings %q", y, m.Warnings)
	}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// TestNetwork2: network2's rows of weights are neurons.
func TestNetwork2(t *testing.T) {
	for _, cost := range []string{network2.CrossEntropy, network2.Quadratic} {
		n := &network2.Network{
			Sizes:   []int{3, 2, 1},
			Weights: [][]float64{{1, 2, 3, 4, 5, 6}, {.5, -.25}},
			Biases:  [][]float64{{-3, -8}, {.125}},
			Cost:    cost,
		}
		path := save(t, "net", func(w io.Writer) error { return network2.Write(w, n) })
		m, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		// Neuron 0: 1·1 + 2·0 + 3·1 - 3 = 1; neuron 1: 4·1 + 5·0 + 6·1 - 8 = 2.
		want := []float64{sigmoid(.5*sigmoid(1) - .25*sigmoid(2) + .125)}
		if y := predict(t, m, 1, 0, 1); !near(y, want) {
			t.Errorf("%s: %v, want %v", cost, y, want)
		}
		if _, quadratic := m.Spec.Loss.(loss.Quadratic); quadratic != (cost == network2.Quadratic) || m.DType() != "F64" {
			t.Errorf("%s became %T in %s", cost, m.Spec.Loss, m.DType())
		}
		if back, err := ToNetwork2(m); err != nil || !reflect.DeepEqual(back, n) {
			t.Errorf("%s: %v came back as %v, %v", cost, n, back, err)
		}
		if format, file, err := Read(path); format != Network2 || err != nil || len(file.Tensors) != 4 {
			t.Errorf("%s: %v, %v, %v", cost, format, file, err)
		}
	}
	m, err := FromArrays(saito, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ToNetwork2(m); err == nil || !strings.Contains(err.Error(), `no loss "cross-entropy"`) {
		t.Error(err)
	}
	m.Spec.Loss = loss.Quadratic{} // but no sigmoid at the end
	if _, err := ToNetwork2(m); err != errNotSigmoid {
		t.Error(err)
	}
	m.Spec.Loss = loss.BinaryCrossEntropy{Mean: true}
	if _, err := ToNetwork2(m); err == nil || !strings.Contains(err.Error(), "not their mean") {
		t.Error(err)
	}
	m.Spec.Loss, m.Spec.Layers[1] = loss.BinaryCrossEntropy{}, layer.Tanh{}
	if _, err := ToNetwork2(m); err != errNotSigmoid {
		t.Error(err)
	}
}

// TestPixels: 784 inputs are MNIST's, and float32 stays float32.
func TestPixels(t *testing.T) {
	m, err := FromArrays([]npy.Named{
		{Name: "b1", Array: npy.Of(make([]npy.Half, 10), 1, 10)},
		{Name: "W1", Array: npy.Of(make([]float32, 7840), 784, 10)},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %v %v %v", m.Preprocess, m.Classes, m.DType(), m.Warnings); text != "[{255}] [0 1 2 3 4 5 6 7 8 9] F32 []" {
		t.Error(text)
	}
}

func TestRefused(t *testing.T) {
	w := func(name string, shape ...int) npy.Named {
		n := 1
		for _, d := range shape {
			n *= d
		}
		return npy.Named{Name: name, Array: npy.Of(make([]float32, n), shape...)}
	}
	for says, arrays := range map[string][]npy.Named{
		`holds no network: want arrays W1, b1, W2, b2 ..., have none`:                nil,
		`have "train_img", "train_label"`:                                            {w("train_img", 3, 1, 2, 2), w("train_label", 3)},
		`"a7" and 2 more`:                                                            {w("a0"), w("a1"), w("a2"), w("a3"), w("a4"), w("a5"), w("a6"), w("a7"), w("a8"), w("a9")},
		`W1 is there but b1 is not`:                                                  {w("W1", 2, 3)},
		`W2 is there but b2 is not; have "W1", "b1", "W2"`:                           {w("W1", 2, 3), w("b1", 3), w("W2", 3, 2)},
		`"W3" [2 2] belongs to none of the 1 dense layers`:                           {w("W1", 2, 3), w("b1", 3), w("W3", 2, 2)},
		`"gamma1" [3] belongs to none`:                                               {w("W1", 2, 3), w("b1", 3), w("gamma1", 3)},
		`"\x1b[2J" [3] belongs to none`:                                              {w("W1", 2, 3), w("b1", 3), w("\x1b[2J", 3)},
		`W1 [3 2] and b1 [3] do not fit; want [in out] and [out]; is W1 transposed?`: {w("W1", 3, 2), w("b1", 3)},
		`W1 [3 2] and b1 [7] do not fit; want [in out] and [out]`:                    {w("W1", 3, 2), w("b1", 7)},
		`b1 [2 1] do not fit`:                                                        {w("W1", 3, 2), w("b1", 2, 1)},
		`W2 [4 2] does not fit behind a layer of 3 units; want [3 out]`:              {w("W1", 2, 3), w("b1", 3), w("W2", 4, 2), w("b2", 2)},
		`W1 has shape [6]`:                                                           {w("W1", 6), w("b1", 3)},
		`W1 has shape [0 3]`:                                                         {w("W1", 0, 3), w("b1", 3)},
		`holds a convolution (W2 [3 1 5 5])`:                                         {w("W1", 2, 3), w("b1", 3), w("W2", 3, 1, 5, 5), w("b2", 3)},
		`W1 holds int32; want floating point numbers`:                                {{Name: "W1", Array: npy.Of(make([]int32, 6), 2, 3)}, w("b1", 3)},
		`at least 2 classes`:                                                         {w("W1", 2, 1), w("b1", 1)},
	} {
		if m, err := FromArrays(arrays, Options{}); err == nil || !strings.Contains(err.Error(), says) || m != nil {
			t.Errorf("%v, %v; want %q", m, err, says)
		}
	}
	nan := w("W1", 2, 3)
	nan.Data.([]float32)[4] = float32(math.NaN())
	m, err := FromArrays([]npy.Named{nan, w("b1", 3)}, Options{})
	if err != nil || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], `"layer0.W" holds values that are not finite`) {
		t.Errorf("NaN: %v, %v", m, err)
	}
}

func TestFiles(t *testing.T) {
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	for name, c := range map[string]struct {
		write func(io.Writer) error
		says  string
	}{
		"empty":           {text(""), `is no model: it begins with ""`},
		"text":            {text("hello, world, how are you"), `is no model: it begins with "hello, world, ho"`},
		"escape":          {text("\x1b[2J"), `begins with "\x1b[2J"`},
		"one array":       {func(w io.Writer) error { return npy.Write(w, saito[0].Array) }, "one array is no network"},
		"a bad archive":   {text("PK\x03\x04..."), "npy: "},
		"a bad pickle":    {text("\x80\x04."), "pickle: "},
		"os.system":       {text("cos\nsystem\n(S'true'\ntR."), `"os.system"`},
		"a tuple":         {text("]."), "the pickle holds no dictionary"},
		"a number":        {text("}X\x02\x00\x00\x00W1K\x01s."), `"W1" is no array`},
		"bad JSON":        {text(" \n{\"sizes\": 3}"), "network2: "},
		"JSON of another": {text(`{"layers": []}`), `unknown key "layers"`},
		"a bad model":     {text("\x02\x00\x00\x00\x00\x00\x00\x00{}"), "description"},
		"protocol 6":      {text("\x80\x06N."), "is no model"},
		"spaces":          {text(strings.Repeat(" ", 100)), "is no model"},
	} {
		path := save(t, "file", c.write)
		m, err := Open(path)
		if err == nil || m != nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v; want the path and %q", name, err, c.says)
		}
	}
	for _, path := range []string{"testdata-that-is-not-there", ".", os.DevNull} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
		if _, _, err := Read(path); err == nil {
			t.Errorf("%s was read", path)
		}
	}
	// Arrays that are no network can be seen.
	data := save(t, "x", func(w io.Writer) error {
		z := gzip.NewWriter(w)
		if err := pickle.Write(z, []npy.Named{{Name: "train_img", Array: npy.Of([]uint8{1, 2, 3, 4}, 2, 2)}}); err != nil {
			return err
		}
		return z.Close()
	})
	if format, file, err := Read(data); err != nil || format != Pickle || file.Tensors[0].DType != "U8" || !bytes.Equal(file.Tensors[0].Data, []byte{1, 2, 3, 4}) {
		t.Errorf("%v, %v, %v", format, file, err)
	}
	one := save(t, "x", func(w io.Writer) error { return npy.Write(w, saito[1].Array) })
	if format, file, err := Read(one); err != nil || format != Array || len(file.Tensors) != 1 || file.Tensors[0].Name != "array" {
		t.Errorf("%v, %v, %v", format, file, err)
	}
}
