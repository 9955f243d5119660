package model_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// counted is a layer that keeps state.
type counted struct{}

var _ = kind.Register(append(layer.Kinds, layer.Layer(counted{}))...)

func (counted) Kind() string { return "counted" }

func (counted) Plan(in tensor.Shape) (layer.Plan, error) {
	return layer.Plan{Out: in, State: []layer.Param{{Name: "count", Shape: tensor.Shape{2}}}}, nil
}

var spec = nn.Spec{
	Input: tensor.Shape{3},
	Layers: []layer.Layer{
		layer.Dense{Units: 4}, counted{}, layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 4}, layer.Tanh{}}}, layer.Dense{Units: 2},
	},
	Loss:         loss.SoftmaxCrossEntropy{},
	Regularizers: []regularizer.Regularizer{regularizer.L2{Lambda: 0.5}},
}

func compile[F kernel.Float](t testing.TB, spec nn.Spec) *nn.Net[F] {
	t.Helper()
	net, err := nn.Compile[F](spec, nn.Config{Seed: 7, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func TestRoundTrip(t *testing.T) {
	t.Run("float32", roundTrip[float32])
	t.Run("float64", roundTrip[float64])
}

func roundTrip[F kernel.Float](t *testing.T) {
	net := compile[F](t, spec)
	copy(net.State(), []F{3, 4})
	net.Params()[0], net.Params()[1] = F(math.Copysign(0, -1)), 1e-40 // the sign of zero and denormals are bits too
	m := model.From(net)
	m.Info = model.Info{
		Classes: []string{"cat", "dög\x1b[31m"}, Features: []string{"a", "b", `"c"`},
		Preprocess: preprocess.Pipeline{preprocess.Standardize{Mean: []float32{1, 2, 3}, Std: []float32{1, 1, 0.1}}},
		Seed:       math.MaxUint64, Data: "pets", Tool: "gradus 0.1", Metrics: map[string]float64{"val_acc": 1.0 / 3},
		Extra: map[string]string{"note": "kept"},
	}
	m.Attached = []safetensors.Tensor{model.Tensor("train.velocity", []int{2}, []F{1, 2})}
	path := filepath.Join(t.TempDir(), "m.gradus")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := model.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m, back) {
		t.Errorf("saved\n%+v\nand loaded\n%+v", m, back)
	}
	again, err := model.Compile[F](back, nn.Config{Seed: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !sameBits(again.Params(), net.Params()) || !sameBits(again.State(), net.State()) {
		t.Error("the loaded network has other bits")
	}
	if _, err := back.Net(nn.Config{}); err != nil { // of the other precision, if F is float64
		t.Error(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	embedded, err := model.Read(bytes.NewReader(data), int64(len(data)))
	if err != nil || !reflect.DeepEqual(embedded, back) {
		t.Errorf("read from memory: %v", err)
	}
}

func sameBits[F kernel.Float](a, b []F) bool {
	return slices.EqualFunc(a, b, func(x, y F) bool { return math.Float64bits(float64(x)) == math.Float64bits(float64(y)) })
}

// Any safetensors reader finds the tensors under their names.
func TestPlainTensors(t *testing.T) {
	net := compile[float32](t, spec)
	path := filepath.Join(t.TempDir(), "m.gradus")
	if err := model.Save(path, net); err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range file.Tensors {
		names = append(names, fmt.Sprint(f.Name, f.Shape))
	}
	want := "[layer0.W[3 4] layer2.0.0.W[4 4] layer3.W[4 2] layer0.b[4] layer2.0.0.b[4] layer3.b[2] layer1.count[2]]"
	if fmt.Sprint(names) != want {
		t.Errorf("tensors %v, want %s", names, want)
	}
	if keys := slices.Sorted(maps.Keys(file.Metadata)); !slices.Equal(keys, []string{"gradus.format", "gradus.seed", "gradus.spec"}) {
		t.Errorf("metadata %v", keys)
	}
	if file.Checksum == "" {
		t.Error("no checksum")
	}
}

func TestSHA256(t *testing.T) {
	net := compile[float32](t, spec)
	net.State()[0] = 9 // not a weight
	h := sha256.New()
	for _, w := range net.Params() {
		h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(w)))
	}
	m := model.From(net)
	if want := fmt.Sprintf("%x", h.Sum(nil)); m.SHA256() != want {
		t.Errorf("%s, want %s", m.SHA256(), want)
	}
	net.Params()[3] = -net.Params()[3]
	if m.SHA256() == model.From(net).SHA256() {
		t.Error("another weight gives the same digits")
	}
}

// file returns a good file, for tests to spoil.
func file(t *testing.T) *safetensors.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.gradus")
	if err := model.Save(path, compile[float32](t, spec)); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLoadErrors(t *testing.T) {
	drop := func(name string) func(*safetensors.File) {
		return func(f *safetensors.File) {
			f.Tensors = slices.DeleteFunc(f.Tensors, func(t safetensors.Tensor) bool { return t.Name == name })
		}
	}
	set := func(key, value string) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Metadata[key] = value }
	}
	for name, c := range map[string]struct {
		spoil func(*safetensors.File)
		says  string
	}{
		"no metadata":     {func(f *safetensors.File) { f.Metadata = nil }, "without the description of a network (metadata gradus.format and gradus.spec): its tensors can be inspected"},
		"newer major":     {set("gradus.format", "2.0"), "version 2.0 of the format, and this program reads version 1: upgrade gradus"},
		"version zero":    {set("gradus.format", "0.9"), "which never was"},
		"no version":      {set("gradus.format", "one"), `"one"; want a version such as 1.0`},
		"no spec":         {func(f *safetensors.File) { delete(f.Metadata, "gradus.spec") }, "gradus.spec) is missing"},
		"spec not JSON":   {set("gradus.spec", "{"), "metadata gradus.spec: "},
		"unknown layer":   {set("gradus.spec", `{"input":[3],"layers":[{"kind":"magic"}],"loss":{"kind":"quadratic"}}`), `unknown kind "magic"`},
		"no layers":       {set("gradus.spec", `{"input":[3],"layers":[],"loss":{"kind":"quadratic"}}`), "no layers"},
		"huge layer":      {set("gradus.spec", `{"input":[3],"layers":[{"kind":"dense","units":4000000000}],"loss":{"kind":"quadratic"}}`), "4000000000"},
		"many weights":    {set("gradus.spec", `{"input":[1000],"layers":[{"kind":"dense","units":1000000}],"loss":{"kind":"quadratic"}}`), `tensor "layer0.W" has shape [3 4]; layer 0 (dense) wants [1000 1000000]`},
		"missing tensor":  {drop("layer3.W"), `tensor "layer3.W" of layer 3 (dense) is missing; want shape [4 2]`},
		"missing last":    {drop("layer3.b"), `tensor "layer3.b" of layer 3 (dense) is missing`},
		"missing state":   {drop("layer1.count"), `tensor "layer1.count" of layer 1 (counted) is missing`},
		"wrong shape":     {func(f *safetensors.File) { f.Tensors[0].Shape = []int{4, 3} }, `tensor "layer0.W" has shape [4 3]; layer 0 (dense) wants [3 4]`},
		"wrong dtype":     {func(f *safetensors.File) { f.Tensors[0].DType = safetensors.I32 }, `tensor "layer0.W" is I32; want F32 or F64`},
		"mixed precision": {func(f *safetensors.File) { f.Tensors[2] = model.Tensor("layer3.W", []int{4, 2}, make([]float64, 8)) }, "want one precision for all"},
		"stray tensor": {func(f *safetensors.File) {
			f.Tensors = append(f.Tensors, model.Tensor("layer9.W", []int{1}, []float32{1}))
		}, `tensor "layer9.W" belongs to no layer`},
		"classes":            {set("gradus.classes", `["a"]`), "1 class names, but the network has 2 outputs"},
		"classes not a list": {set("gradus.classes", `"a"`), "metadata gradus.classes"},
		"features":           {set("gradus.features", `["a"]`), "1 names of features, but the network has 3 inputs"},
		"preprocessing":      {set("gradus.preprocess", `[{"standardize":{"mean":[1],"std":[1]}}]`), "1 means"},
		"unknown step":       {set("gradus.preprocess", `[{"whiten":{}}]`), `"whiten"`},
		"seed":               {set("gradus.seed", "-1"), "metadata gradus.seed"},
	} {
		t.Run(name, func(t *testing.T) {
			f := file(t)
			c.spoil(f)
			path := filepath.Join(t.TempDir(), "spoilt.gradus")
			write(t, path, f)
			_, err := model.Load(path)
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v\nwant %q and the path", err, c.says)
			}
		})
	}
}

func write(t *testing.T, path string, f *safetensors.File) {
	t.Helper()
	w, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := safetensors.Write(w, f); err != nil {
		t.Fatal(err)
	}
}

func TestOtherBadFiles(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"empty": "", "text": "hello, this is no model at all", "cut": "\xff\x00\x00\x00\x00\x00\x00\x00{"} {
		path := filepath.Join(dir, name)
		os.WriteFile(path, []byte(content), 0o666)
		if _, err := model.Load(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := model.Load(filepath.Join(dir, "missing")); !os.IsNotExist(err) && !strings.Contains(fmt.Sprint(err), "no such file") {
		t.Error(err)
	}
	if _, err := model.Load(dir); err == nil {
		t.Error("a folder was loaded")
	}
}

// Loading takes memory in proportion to the file, whatever its description promises.
func TestLoadIsBounded(t *testing.T) {
	f := file(t)
	f.Metadata["gradus.spec"] = `{"input":[40000],"layers":[{"kind":"dense","units":40000}],"loss":{"kind":"quadratic"}}`
	path := filepath.Join(t.TempDir(), "liar.gradus")
	write(t, path, f)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := model.Load(path); err == nil {
		t.Fatal("loaded")
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated for a file of a few kilobytes", n)
	}
}

func TestNewerMinorIsKept(t *testing.T) {
	f := file(t)
	f.Metadata["gradus.format"], f.Metadata["gradus.novelty"] = "1.7", "news"
	path := filepath.Join(t.TempDir(), "newer.gradus")
	write(t, path, f)
	m, err := model.Load(path)
	if err != nil || m.Extra["gradus.novelty"] != "news" {
		t.Errorf("error %v, extra %v", err, m.Extra)
	}
}

func TestNaNIsAWarning(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		single, double := compile[float32](t, spec), compile[float64](t, spec)
		single.Params()[13], double.State()[1] = float32(bad), bad
		double.Params()[0], single.Params()[0] = math.MaxFloat64, math.MaxFloat32 // large, but finite
		path := filepath.Join(t.TempDir(), "m.gradus")
		for _, c := range []struct {
			save func() error
			name string
		}{
			{func() error { return model.Save(path, single) }, "layer2.0.0.W"},
			{func() error { return model.Save(path, double) }, "layer1.count"},
		} {
			if err := c.save(); err != nil {
				t.Fatal(err)
			}
			m, err := model.Load(path)
			if err != nil || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], `"`+c.name+`"`) {
				t.Errorf("%v: error %v, warnings %v", bad, err, m.Warnings)
			}
		}
	}
}

func TestSaveErrors(t *testing.T) {
	dir := t.TempDir()
	m := model.From(compile[float32](t, spec))
	if err := m.Save(filepath.Join(dir, "missing", "m.gradus")); err == nil || !strings.Contains(err.Error(), "check that the folder exists") {
		t.Error(err)
	}
	path := filepath.Join(dir, "m.gradus")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	m.Classes = []string{"only one"}
	if err := m.Save(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
	m.Classes, m.Attached = nil, []safetensors.Tensor{model.Tensor("velocity", []int{1}, []float32{1})}
	if err := m.Save(path); err == nil || !strings.Contains(err.Error(), `"train."`) {
		t.Error(err)
	}
	m.Attached, m.Params = nil, append(m.Params, model.Tensor("layer9.W", []int{1}, []float32{1}))
	if err := m.Save(path); err == nil || !strings.Contains(err.Error(), `"layer9.W" belongs to no layer`) {
		t.Error(err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("a save that failed has changed the file")
	}
}

func TestRestoreWrongNetwork(t *testing.T) {
	other := nn.Spec{Input: tensor.Shape{3}, Layers: []layer.Layer{layer.Dense{Units: 5}}, Loss: loss.Quadratic{}}
	err := model.Restore(compile[float32](t, other), model.From(compile[float32](t, spec)))
	if err == nil || !strings.Contains(err.Error(), `tensor "layer0.W" has shape [3 4]; layer 0 (dense) wants [3 5]`) {
		t.Error(err)
	}
}

// Save a network with what is needed to use it, and use it.
func Example() {
	net, _ := nn.Compile[float32](nn.Spec{
		Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 2}}, Loss: loss.SoftmaxCrossEntropy{},
	}, nn.Config{})
	copy(net.Params(), []float32{5, -5, 5, -5, -7.5, 7.5}) // (x0 + x1)·5 - 7.5: AND

	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "and.gradus")
	m := model.From(net)
	m.Classes = []string{"true", "false"}
	if err := m.Save(path); err != nil {
		fmt.Println(err)
	}

	loaded, err := model.Load(path)
	if err != nil {
		fmt.Println(err)
	}
	again, err := loaded.Net(nn.Config{})
	if err != nil {
		fmt.Println(err)
	}
	p, _ := again.Predict([]float32{0, 1, 1, 1})
	for i := range 2 {
		fmt.Println(loaded.Classes[nn.Argmax(p[2*i:2*i+2])])
	}
	// Output:
	// false
	// true
}
