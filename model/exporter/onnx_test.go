package exporter_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// every is a network with all layers that can be exported.
func every(t testing.TB, input tensor.Shape, out int, l loss.Loss) *model.Model {
	t.Helper()
	spec := nn.Spec{
		Input: input,
		Layers: []layer.Layer{
			layer.Flatten{},
			layer.Dense{Units: 12}, layer.Sigmoid{}, layer.Dense{Units: 12, NoBias: true}, layer.Tanh{},
			layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 12}, layer.GELU{}}},
			layer.Dense{Units: 12, BiasInit: initializer.Normal{Std: 1}}, layer.LeakyReLU{}, layer.Dense{Units: 12}, layer.ELU{Alpha: 0.7},
			layer.Concat{Branches: [][]layer.Layer{{}, {layer.Dense{Units: 4}, layer.Softplus{}}, {layer.Dense{Units: 4}, layer.Softmax{}}}},
			layer.Dense{Units: 6}, layer.ReLU{}, layer.Identity{}, layer.Dense{Units: 6}, layer.LogSoftmax{},
			layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 5}}, Shortcut: []layer.Layer{layer.Dense{Units: 5}}},
			layer.Dense{Units: out},
		},
		Loss: l,
	}
	net, err := nn.Compile[float32](spec, nn.Config{Seed: 3, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	m := model.From(net)
	m.Classes = []string{"cat", "dög", "\"emu\""}[:min(3, out)]
	if out > 3 {
		m.Classes = nil
	}
	return m
}

// answers are what the model itself says about rows as they were measured.
func answers(t testing.TB, m *model.Model, x []float32) []float32 {
	t.Helper()
	net, err := m.Net(nn.Config{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	x = append([]float32(nil), x...)
	m.Preprocess.Apply(x, m.Spec.Input.Size())
	y, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// write exports a model to a file and returns what is read from it.
func write(t testing.TB, m *model.Model) (*onnx.Model, string) {
	t.Helper()
	file, err := exporter.ONNX(m)
	if err != nil {
		t.Fatal(err)
	}
	data, err := file.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.onnx")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	back, err := onnx.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return back, path
}

func cases(t testing.TB) map[string]*model.Model {
	pixels := every(t, tensor.Shape{1, 4, 5}, 3, loss.SoftmaxCrossEntropy{})
	pixels.Preprocess = preprocess.Pipeline{preprocess.PixelScale{Divide: 255}}
	columns := every(t, tensor.Shape{7}, 3, loss.BinaryCrossEntropy{})
	columns.Preprocess = preprocess.Pipeline{preprocess.Standardize{Mean: []float32{1, -2, 3, 4, 500, 6, 7}, Std: []float32{1, 2, 0.3, 4, 50, 6, 1}}}
	images := every(t, tensor.Shape{2, 2}, 1, loss.MeanSquared{})
	images.Preprocess = preprocess.Pipeline{preprocess.Standardize{Mean: []float32{1, -2, 3, 4}, Std: []float32{1, 2, 0.3, 4}}}
	return map[string]*model.Model{"pixels": pixels, "columns": columns, "images": images}
}

func TestParity(t *testing.T) {
	for name, m := range cases(t) {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			x := make([]float32, 256*m.Spec.Input.Size())
			for i := range x {
				x[i] = float32(5 * rng.NormFloat64())
			}
			file, _ := write(t, m)
			p, err := run.New(file)
			if err != nil {
				t.Fatal(err)
			}
			out, err := p.Run(map[string]*onnx.Tensor{"input": onnx.Of("", append([]int{256}, m.Spec.Input...), x)})
			if err != nil {
				t.Fatal(err)
			}
			if d := exporter.Difference(out["output"].Data.([]float32), answers(t, m, x)); d > exporter.Tolerance {
				t.Errorf("the graph answers differently by %g; want at most %v", d, exporter.Tolerance)
			}
			if text := file.Meta()["gradus.spec"]; !strings.Contains(text, `"residual"`) {
				t.Errorf("metadata %v", file.Meta())
			}
		})
	}
}

func TestDifference(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		have, want []float32
		is         float64
	}{
		{[]float32{1, 2}, []float32{1, 2}, 0},
		{[]float32{0, 0.5}, []float32{0.25, 0.5}, 0.25}, // absolute below 1
		{[]float32{110}, []float32{100}, 0.1},           // relative above
		{[]float32{nan, inf}, []float32{nan, inf}, 0},
		{[]float32{nan}, []float32{1}, math.Inf(1)},
		{[]float32{1}, []float32{nan}, math.Inf(1)},
		{[]float32{-inf}, []float32{inf}, math.Inf(1)},
		{[]float32{1}, []float32{1, 2}, math.Inf(1)},
	} {
		if d := exporter.Difference(c.have, c.want); d != c.is {
			t.Errorf("%v and %v differ by %v, want %v", c.have, c.want, d, c.is)
		}
	}
}

func TestStep(t *testing.T) {
	net, err := nn.Compile[float32](nn.Spec{Input: tensor.Shape{3}, Layers: []layer.Layer{layer.Step{}}, Loss: loss.MeanSquared{}}, nn.Config{})
	if err != nil {
		t.Fatal(err)
	}
	file, _ := write(t, model.From(net))
	p, err := run.New(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Run(map[string]*onnx.Tensor{"input": onnx.Of("", []int{1, 3}, []float32{-2, 0, 3})})
	if err != nil {
		t.Fatal(err)
	}
	if y := out["output"].Data.([]float32); y[0] != 0 || y[1] != 0 || y[2] != 1 {
		t.Errorf("step of -2, 0, 3 is %v", y)
	}
}

// TestChecker: ONNX's own checker, with its inference of shapes, finds the files sound.
func TestChecker(t *testing.T) {
	python := checker(t)
	for name, m := range cases(t) {
		_, path := write(t, m)
		if out, err := exec.Command(python, "-c", checkScript, path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

const checkScript = `
import onnx, sys
m = onnx.load(sys.argv[1])
onnx.checker.check_model(m, full_check=True)
s = onnx.shape_inference.infer_shapes(m, strict_mode=True, data_prop=True)
print([(d.dim_param or d.dim_value) for d in s.graph.output[0].type.tensor_type.shape.dim])`

// checker returns a Python that has ONNX's checker, and skips the test where there is none.
func checker(t *testing.T) string {
	t.Helper()
	python := ""
	for _, name := range []string{"python3", "/usr/bin/python3"} { // the system's own has Debian's packages
		if exec.Command(name, "-c", "import onnx.checker").Run() == nil {
			python = name
		}
	}
	if python == "" {
		t.Skip("skipped: ONNX's checker is not there (package python3-onnx)")
	}
	return python
}

// TestRuntime: ONNX Runtime answers as the model does for 256 digits of MNIST, and for every layer there is.
func TestRuntime(t *testing.T) {
	needRuntime(t)
	all := cases(t)
	digits := every(t, tensor.Shape{784}, 10, loss.SoftmaxCrossEntropy{})
	digits.Preprocess = preprocess.Pipeline{preprocess.PixelScale{Divide: 255}}
	all["digits"] = digits
	for name, m := range all {
		x := make([]float32, 256*m.Spec.Input.Size())
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range x {
			x[i] = float32(5 * rng.NormFloat64())
		}
		if name == "digits" {
			data, err := mnist.Load()
			if err != nil {
				t.Fatal(err)
			}
			for r := range 256 {
				for i, v := range data.Test.Example(r) {
					x[r*784+i] = float32(math.Round(float64(v) * 255))
				}
			}
		}
		_, path := write(t, m)
		y := runtime(t, path, append([]int{256}, m.Spec.Input...), x)
		d := exporter.Difference(y, answers(t, m, x))
		t.Logf("%s: ONNX Runtime differs by at most %.3g", name, d)
		if d > exporter.Tolerance {
			t.Errorf("%s: differs by %g; want at most %v", name, d, exporter.Tolerance)
		}
	}
}

// runtime runs a file with onnxruntime-node.
func runtime(t *testing.T, path string, shape []int, x []float32) []float32 {
	t.Helper()
	const script = `
const ort = require("onnxruntime-node"), fs = require("fs");
(async () => {
  const [path, dims] = process.argv.slice(1);
  const raw = fs.readFileSync(path + ".in");
  const x = new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4);
  const s = await ort.InferenceSession.create(path, {intraOpNumThreads: 1, logSeverityLevel: 3});
  const y = await s.run({input: new ort.Tensor("float32", x, JSON.parse(dims))});
  fs.writeFileSync(path + ".out", Buffer.from(y.output.data.buffer, y.output.data.byteOffset, y.output.data.byteLength));
})().catch(e => { console.error(String(e)); process.exit(1); });`
	raw, err := binary.Append(nil, binary.LittleEndian, x)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".in", raw, 0o666); err != nil {
		t.Fatal(err)
	}
	dims := strings.ReplaceAll(fmt.Sprint(shape), " ", ",")
	if out, err := exec.Command("node", "-e", script, path, dims).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	raw, err = os.ReadFile(path + ".out")
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float32, len(raw)/4)
	if _, err := binary.Decode(raw, binary.LittleEndian, y); err != nil {
		t.Fatal(err)
	}
	return y
}

// TestSameBits: dense layers and rectifiers have the model's bits in our own executor, whose sums begin with the bias, too.
func TestSameBits(t *testing.T) {
	net, err := nn.Compile[float32](nn.Spec{
		Input: tensor.Shape{300}, Loss: loss.MeanSquared{},
		Layers: []layer.Layer{layer.Dense{Units: 50, BiasInit: initializer.Normal{Std: 100}}, layer.ReLU{}, layer.Dense{Units: 7, BiasInit: initializer.Normal{Std: 100}}},
	}, nn.Config{Seed: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	m := model.From(net)
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 64*300)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	file, _ := write(t, m)
	p, err := run.New(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Run(map[string]*onnx.Tensor{"input": onnx.Of("", []int{64, 300}, x)})
	if err != nil {
		t.Fatal(err)
	}
	if d := exporter.Difference(out["output"].Data.([]float32), answers(t, m, x)); d != 0 {
		t.Errorf("they differ by %g", d)
	}
}
