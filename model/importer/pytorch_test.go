package importer_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/nn"
)

// TestPyTorch: networks that torch.onnx.export has written answer as PyTorch does.
func TestPyTorch(t *testing.T) {
	python := pythonWith(t, "torch")
	dir := t.TempDir()
	out, err := exec.Command(python, "-W", "ignore", "-c", `
import json, sys, torch
torch.manual_seed(0)
class View(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = torch.nn.Linear(6, 8), torch.nn.Linear(8, 3, bias=False)
    def forward(self, x):
        return torch.softmax(self.b(torch.tanh(self.a(x.view(x.size(0), -1)))), 1)
nets = {
    "sequential": torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(6, 8), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(8, 3), torch.nn.Softmax(dim=1)),
    "activations": torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(6, 8), torch.nn.ELU(0.5), torch.nn.Linear(8, 8), torch.nn.LeakyReLU(0.2), torch.nn.Linear(8, 8), torch.nn.Softplus(), torch.nn.Linear(8, 1), torch.nn.Sigmoid()),
    "view": View(),
    "regression": torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(6, 8), torch.nn.Sigmoid(), torch.nn.Linear(8, 1)),
}
x = torch.randn(20, 2, 3)
answers = {}
for name, net in nets.items():
    net.eval()
    for opset in (9, 11, 13, 16):
        torch.onnx.export(net, x, f"{sys.argv[1]}/{name}{opset}.onnx", opset_version=opset, input_names=["x"], dynamic_axes={"x": {0: "n"}})
    answers[name] = net(x).flatten().tolist()
print(json.dumps({"x": x.flatten().tolist(), "answers": answers}))`, dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var torch struct {
		X       []float32
		Answers map[string][]float32
	}
	if err := json.Unmarshal(out, &torch); err != nil {
		t.Fatal(err)
	}
	for name, want := range torch.Answers {
		for _, opset := range []string{"9", "11", "13", "16"} {
			m, err := importer.Open(filepath.Join(dir, name+opset+".onnx"))
			if err != nil {
				t.Error(err)
				continue
			}
			net, err := m.Net(nn.Config{Threads: 1})
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Predict(torch.X)
			net.Close()
			if d := exporter.Difference(y, want); err != nil || d > exporter.Tolerance {
				t.Errorf("%s, opset %s: differs by %v (%v)", name, opset, d, err)
			}
		}
	}
}
