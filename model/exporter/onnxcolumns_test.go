package exporter_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

var tasks = []columns.Task{columns.Classification, columns.Regression, columns.Labels}

// TestRawRows: rows of a table go in as they are, with unknown values and gaps, and the model's own answers come out.
func TestRawRows(t *testing.T) {
	for _, task := range tasks {
		m, rows := tabular(t, task, 1000)
		file, _ := write(t, m)
		p, err := run.New(file)
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.Run(exporter.ONNXInputs(m.Columns, rows))
		if err != nil {
			t.Fatal(err)
		}
		if err := exporter.CheckONNX(m, out, said(t, m, rows)); err != nil {
			t.Errorf("%s: %v", task, err)
		}
	}
}

// TestRawRowsDiffer: a graph that says something else is noticed: another label, another probability, another number.
func TestRawRowsDiffer(t *testing.T) {
	for _, task := range tasks {
		m, rows := tabular(t, task, 50)
		file, _ := write(t, m)
		p, err := run.New(file)
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.Run(exporter.ONNXInputs(m.Columns, rows))
		if err != nil {
			t.Fatal(err)
		}
		want := said(t, m, rows)
		for name, v := range out {
			changed := map[string]*onnx.Tensor{}
			for k, v := range out {
				changed[k] = v
			}
			switch data := v.Data.(type) {
			case []float32:
				data = slices.Clone(data)
				data[7] += 1e-4
				changed[name] = onnx.Of(name, v.Shape, data)
			case []float64:
				data = slices.Clone(data)
				data[7] += 1e-4 * data[7]
				changed[name] = onnx.Of(name, v.Shape, data)
			case []string:
				data = slices.Clone(data)
				data[7] = "another"
				changed[name] = onnx.Of(name, v.Shape, data)
			case []bool:
				data = slices.Clone(data)
				data[7] = !data[7]
				changed[name] = onnx.Of(name, v.Shape, data)
			}
			if err := exporter.CheckONNX(m, changed, want); err == nil {
				t.Errorf("%s: another %s is not noticed", task, name)
			}
		}
	}
}

// TestInputsAndOutputs: what the graph takes and gives, by name, type and shape.
func TestInputsAndOutputs(t *testing.T) {
	for task, want := range map[columns.Task]string{
		columns.Classification: "label string [N]; probabilities float [N 3]",
		columns.Regression:     "price double [N 1]; odd, name double [N 1]",
		columns.Labels:         "labels bool [N 2]; probabilities float [N 2]",
	} {
		m, _ := tabular(t, task, 1)
		file, _ := write(t, m)
		if have := described(file.Graph.Outputs); have != want {
			t.Errorf("%s: outputs %s, want %s", task, have, want)
		}
		const common = "area double [N 1]; rooms double [N 1]; district string [N 1]; form string [N 1]; garden string [N 1]; lift string [N 1]; sold double [N 1]; built double [N 1]"
		if have := described(file.Graph.Inputs); !strings.HasPrefix(have, common) {
			t.Errorf("%s: inputs %s, want %s ...", task, have, common)
		}
	}
}

func described(list []onnx.Value) string {
	var all []string
	for _, v := range list {
		shape := ""
		for _, d := range v.Shape {
			if d.Name != "" {
				shape += " " + d.Name
			} else {
				shape += fmt.Sprint(" ", d.Size)
			}
		}
		all = append(all, fmt.Sprintf("%s %v [%s]", v.Name, v.DType, strings.TrimSpace(shape)))
	}
	return strings.Join(all, "; ")
}

// A column may be called like an output, but not like a tensor of the network.
func TestColumnNames(t *testing.T) {
	m, rows := tabular(t, columns.Classification, 20)
	m.Columns.Columns[0].Name, m.Columns.Columns[1].Name = "label", "probabilities"
	file, _ := write(t, m)
	if have := described(file.Graph.Outputs); have != "label_2 string [N]; probabilities_2 float [N 3]" {
		t.Error(have)
	}
	p, err := run.New(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Run(exporter.ONNXInputs(m.Columns, rows))
	if err != nil {
		t.Fatal(err)
	}
	if err := exporter.CheckONNX(m, out, said(t, m, rows)); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"layer0.W", "features", "column0.scaled"} {
		m.Columns.Columns[1].Name = name
		if _, err := exporter.ONNX(m); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("a column is called %q", name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCheckerColumns: ONNX's own checker finds the graphs of tables sound.
func TestCheckerColumns(t *testing.T) {
	python := checker(t)
	for _, task := range tasks {
		m, _ := tabular(t, task, 1)
		_, path := write(t, m)
		if out, err := exec.Command(python, "-c", checkScript, path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", task, err, out)
		}
	}
}

// TestRuntimeColumns: ONNX Runtime gives the labels and probabilities of the model for 1,000 raw rows with unknown values and gaps.
func TestRuntimeColumns(t *testing.T) {
	needRuntime(t)
	for _, task := range tasks {
		m, rows := tabular(t, task, 1000)
		_, path := write(t, m)
		out := runtimeColumns(t, m, path, rows)
		if err := exporter.CheckONNX(m, out, said(t, m, rows)); err != nil {
			t.Errorf("%s: %v", task, err)
		}
		t.Logf("%s: ONNX Runtime agrees on 1,000 raw rows", task)
	}
}

// runtimeColumns runs a file with onnxruntime-node on rows of a table, which travel as JSON.
func runtimeColumns(t *testing.T, m *model.Model, path string, rows [][]columns.Value) map[string]*onnx.Tensor {
	t.Helper()
	const script = `
const ort = require("onnxruntime-node"), fs = require("fs");
(async () => {
  const path = process.argv[1], given = JSON.parse(fs.readFileSync(path + ".in"));
  const s = await ort.InferenceSession.create(path, {intraOpNumThreads: 1, logSeverityLevel: 3});
  const feeds = {};
  for (const [name, {text, numbers}] of Object.entries(given))
    feeds[name] = text ? new ort.Tensor("string", text, [text.length, 1])
                       : new ort.Tensor("float64", Float64Array.from(numbers, x => x === null ? NaN : x), [numbers.length, 1]);
  const y = await s.run(feeds), out = {};
  for (const name of s.outputNames)
    out[name] = {type: y[name].type, dims: y[name].dims, data: Array.from(y[name].data)};
  fs.writeFileSync(path + ".out", JSON.stringify(out));
})().catch(e => { console.error(String(e)); process.exit(1); });`
	given := map[string]any{}
	for name, v := range exporter.ONNXInputs(m.Columns, rows) {
		switch data := v.Data.(type) {
		case []string:
			given[name] = map[string]any{"text": data}
		case []float64:
			list := make([]any, len(data))
			for i, x := range data {
				if x == x {
					list[i] = x
				}
			}
			given[name] = map[string]any{"numbers": list}
		}
	}
	raw, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".in", raw, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("node", "-e", script, path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if raw, err = os.ReadFile(path + ".out"); err != nil {
		t.Fatal(err)
	}
	var said map[string]struct {
		Type string
		Dims []int
		Data []any
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		t.Fatal(err)
	}
	all := map[string]*onnx.Tensor{}
	for name, v := range said {
		switch v.Type {
		case "string":
			all[name] = onnx.Of(name, v.Dims, each(v.Data, func(x any) string { return x.(string) }))
		case "float32":
			all[name] = onnx.Of(name, v.Dims, each(v.Data, func(x any) float32 { return float32(x.(float64)) }))
		case "float64":
			all[name] = onnx.Of(name, v.Dims, each(v.Data, func(x any) float64 { return x.(float64) }))
		case "bool":
			all[name] = onnx.Of(name, v.Dims, each(v.Data, func(x any) bool { return x == true || x == 1.0 }))
		default:
			t.Fatalf("output %s is %s", name, v.Type)
		}
	}
	return all
}

func each[E any](list []any, of func(any) E) []E {
	all := make([]E, len(list))
	for i, v := range list {
		all[i] = of(v)
	}
	return all
}

// needRuntime skips a test where ONNX Runtime is absent.
func needRuntime(t *testing.T) {
	t.Helper()
	modules := os.Getenv("NODE_PATH")
	if _, err := os.Stat(filepath.Join(modules, "onnxruntime-node")); modules == "" || err != nil {
		t.Skip("skipped: ONNX Runtime is not there (npm install --ignore-scripts onnxruntime-node, then NODE_PATH=.../node_modules)")
	}
}
