package importer_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/nn"
)

// TestTorchSave: networks that torch.save has written, whole or as a state_dict, in both formats, and the same tensors in a
// safetensors file, answer as PyTorch does in float64. What is exported again is still the same network.
func TestTorchSave(t *testing.T) {
	python := pythonWith(t, "torch")
	dir := t.TempDir()
	out, err := exec.Command(python, "-W", "ignore", "-c", `
import json, struct, sys, torch
from torch.nn import *
torch.manual_seed(0)
nets = {
    "relu": (Sequential(Linear(6, 8), ReLU(), Dropout(0.5), Linear(8, 8), ReLU(), Linear(8, 3), Softmax(dim=1)), "relu", "softmax"),
    "nested": (Sequential(Flatten(), Sequential(Linear(6, 8), Tanh()), Sequential(Linear(8, 3), LogSoftmax(dim=-1))), "tanh", "softmax"),
    "sigmoid": (Sequential(Linear(6, 8, bias=False), Sigmoid(), Linear(8, 1), Sigmoid()), "sigmoid", "sigmoid"),
    "elu": (Sequential(Linear(6, 8), ELU(0.5), Linear(8, 2)), "elu 0.5", "linear"),
    "leaky": (Sequential(Linear(6, 8), LeakyReLU(0.2), Linear(8, 2)), "leaky-relu 0.2", "linear"),
    "gelu": (Sequential(Linear(6, 8), GELU(), Linear(8, 2)), "gelu", "linear"),
    "softplus": (Sequential(Linear(6, 8), Softplus(), Linear(8, 2)), "softplus", "linear"),
    "mixed": (Sequential(Linear(6, 8), Tanh(), Linear(8, 8), ReLU(), Identity(), Linear(8, 2), Softmax(1)), "tanh, relu", "softmax"),
    "double": (Sequential(Linear(6, 8), Tanh(), Linear(8, 3), Softmax(1)).double(), "tanh", "softmax"),
    "half": (Sequential(Linear(6, 8), Tanh(), Linear(8, 3), Softmax(1)).bfloat16(), "tanh", "softmax"),
}
types = {torch.float32: "F32", torch.float64: "F64", torch.bfloat16: "BF16"}
def safetensors(state, path):
    head, body = {"__metadata__": {"format": "pt"}}, b""
    for name in sorted(state):
        x = state[name].contiguous()
        raw = bytes(x.view(torch.int16).numpy().tobytes() if x.dtype == torch.bfloat16 else x.numpy().tobytes())
        head[name] = {"dtype": types[x.dtype], "shape": list(x.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + body)
x = torch.randn(20, 6, dtype=torch.float64)
cases = []
for name, (net, act, output) in nets.items():
    net.eval()
    path = sys.argv[1] + "/" + name
    torch.save(net, path + ".pt")
    torch.save(net, path + ".pth", _use_new_zipfile_serialization=False)
    torch.save(net.state_dict(), path + "-state.pt")
    torch.save({"epoch": 1, "model_state_dict": net.state_dict()}, path + "-state.pth", _use_new_zipfile_serialization=False)
    safetensors(net.state_dict(), path + "-state.safetensors")
    y = net.double()(x)
    if name == "nested":
        y = y.exp()
    cases.append({"Name": name, "Act": act, "Output": output, "Y": y.flatten().tolist()})
print(json.dumps({"X": x.flatten().tolist(), "Cases": cases}))`, dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var torch struct {
		X     []float64
		Cases []struct {
			Name, Act, Output string
			Y                 []float64
		}
	}
	if err := json.Unmarshal(out, &torch); err != nil {
		t.Fatal(err)
	}
	outputs := map[string]layer.Layer{"softmax": layer.Softmax{}, "sigmoid": layer.Sigmoid{}, "linear": layer.Identity{}}
	for _, c := range torch.Cases {
		acts, err := nn.ParseLayers(c.Act)
		if err != nil {
			t.Fatal(err)
		}
		for _, ending := range []string{".pt", ".pth", "-state.pt", "-state.pth", "-state.safetensors"} {
			o := importer.Options{Between: acts, Output: outputs[c.Output]}
			if !strings.Contains(ending, "state") {
				o = importer.Options{}
				if c.Output == "linear" {
					o.Output = layer.Identity{}
				}
			}
			path := filepath.Join(dir, c.Name+ending)
			m, err := importer.OpenWith(path, o)
			if err != nil {
				t.Error(err)
				continue
			}
			if y := answers(t, m, torch.X); exporter.Difference(y, c.Y) > exporter.Tolerance {
				t.Errorf("%s: differs by %v", path, exporter.Difference(y, c.Y))
			}
			graph, err := exporter.ONNX(m)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			back, err := importer.FromONNX(graph)
			if err != nil || back.SHA256() != m.SHA256() && m.DType() != safetensors.F64 { // graphs are float32
				t.Errorf("%s: exported and read again: %v", path, err)
			}
		}
	}
}

// answers runs a model in float64.
func answers(t *testing.T, m *model.Model, x []float64) []float64 {
	t.Helper()
	net, err := model.Compile[float64](m, nn.Config{Threads: 1})
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

// pythonWith returns a Python that has a module; the system's own has Debian's packages.
func pythonWith(t *testing.T, module string) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import "+module).Run() == nil {
			return name
		}
	}
	t.Skipf("skipped: Python's module %s is not there (package python3-%s)", module, module)
	return ""
}
