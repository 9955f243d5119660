package gopackage_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/gopackage"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/preprocess/columns"
	"github.com/gradus-nn/gradus/tensor"
)

// table makes rows with every kind of column; foreign ones have values that the others do not, and gaps where there were none.
func table(n int, foreign bool) string {
	rng := rand.New(rand.NewPCG(uint64(n), 0))
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	var b strings.Builder
	b.WriteString("living area (m²),rooms,type,2nd,garden,lift,sold,built,odd,price,class,fast,größe\n")
	for i := range n {
		area, district, garden, sold := fmt.Sprintf("%.2f", 50+100*rng.Float64()), pick("North", "South", "Öst \\ \"\t\""), pick("yes", "no"), fmt.Sprintf("20%02d-%02d-%02d 12:30", rng.IntN(24), 1+rng.IntN(12), 1+rng.IntN(28))
		rooms, form, lift, built := fmt.Sprint(1+rng.IntN(7)), pick("flat", "house"), pick("true", "False"), fmt.Sprintf("19%02d-01-01", rng.IntN(99))
		odd := pick("YES", "maybe", "no")
		if rng.IntN(5) == 0 {
			area, district, garden, sold = "", pick("NA", "", "n/a"), "?", "null"
		}
		if foreign && rng.IntN(3) == 0 {
			rooms, form, lift, built = pick("", "many", "1e300", "-1e300", "1e-300"), pick("", "tent", "Flat", "missing"), pick("", "perhaps", "TRUE"), pick("", "yesterday", "0001-01-01", "1969-12-31 23:59:59")
			district, odd = pick("North-9", "north", " South ", "NULL"), pick("Yes", "none", "no one")
		}
		fmt.Fprintf(&b, "%s,%s,%q,%s,%s,%s,%s,%s,%s,%g,%s,%s,%s\n", area, rooms, strings.ReplaceAll(district, `"`, "'"), form, garden, lift, sold, built, odd,
			1e5+1e4*rng.NormFloat64(), []string{"cheap", "dear", "fair"}[i%3], pick("yes", "no"), pick("yes", "no"))
	}
	return b.String()
}

// tabular is a model of that table with random weights, and the values of rows for it.
func tabular(t testing.TB, task columns.Task, n int) (*model.Model, [][]columns.Value) {
	t.Helper()
	all, err := columns.Read(strings.NewReader(table(300, false)), csv.Options{Name: "houses.csv"}, columns.Present)
	if err != nil {
		t.Fatal(err)
	}
	s, err := columns.Infer(all, columns.Options{
		Target: map[columns.Task]string{columns.Classification: "class", columns.Regression: "price", columns.Labels: "fast,größe"}[task], Task: task,
		Kinds: map[string]columns.Kind{"odd": columns.Boolean},
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := s.Examples(all)
	if s, err = s.Fit(all, rows); err != nil {
		t.Fatal(err)
	}
	cost := map[columns.Task]loss.Loss{columns.Classification: loss.SoftmaxCrossEntropy{}, columns.Regression: loss.MeanSquared{}, columns.Labels: loss.BinaryCrossEntropy{}}[task]
	m := compiled(t, nn.Spec{
		Input:  tensor.Shape{s.Width()},
		Layers: []layer.Layer{layer.Dense{Units: 32, BiasInit: initializer.Normal{Std: 1}}, layer.ReLU{}, layer.Dense{Units: s.Outputs()}},
		Loss:   cost,
	})
	m.Columns, m.Classes, m.Features, m.Data = s, s.Classes(), s.Features(), "houses.csv\n// not \ufeff\xff a comment"
	var values [][]columns.Value
	_, err = s.Stream(strings.NewReader(table(n, true)), csv.Options{Name: "new.csv"}, func([]string, byte) error { return nil }, func(b *columns.Binding, _ int, cells [][]byte) error {
		row := make([]columns.Value, len(s.Columns))
		b.Values(row, cells)
		values = append(values, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m, values
}

func compiled(t testing.TB, spec nn.Spec) *model.Model {
	t.Helper()
	net, err := nn.Compile[float32](spec, nn.Config{Seed: 3, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	return model.From(net)
}

// predict is the model's own answer to features.
func predict(t testing.TB, m *model.Model, x []float32) []float32 {
	t.Helper()
	net, err := m.Net(nn.Config{Threads: 1})
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

// numeric are models of numbers: of every layer that there is, of pixels, of named columns.
func numeric(t testing.TB) map[string]*model.Model {
	every := compiled(t, nn.Spec{
		Input: tensor.Shape{2, 3, 4},
		Layers: []layer.Layer{
			layer.Concat{Branches: [][]layer.Layer{{}, {layer.Tanh{}}}, Axis: 1}, layer.Flatten{},
			layer.Dense{Units: 12}, layer.Sigmoid{}, layer.Dense{Units: 12, NoBias: true}, layer.Tanh{},
			layer.Residual{Layers: []layer.Layer{layer.Identity{}, layer.ReLU{}, layer.Dense{Units: 12}, layer.GELU{}}},
			layer.Residual{Layers: []layer.Layer{layer.Step{}}},
			layer.Dense{Units: 12, BiasInit: initializer.Normal{Std: 1}}, layer.LeakyReLU{}, layer.Dense{Units: 12}, layer.ELU{Alpha: 0.7},
			layer.Concat{Branches: [][]layer.Layer{{}, {layer.Dense{Units: 4}, layer.Softplus{}}, {layer.Dense{Units: 4}, layer.Softmax{}}}},
			layer.Dense{Units: 6}, layer.LogSoftmax{}, layer.LeakyReLU{Alpha: 0.3}, layer.ELU{}, layer.Dense{Units: 3},
		},
		Loss: loss.Huber{},
	})
	pixels := compiled(t, nn.Spec{Input: tensor.Shape{784}, Layers: []layer.Layer{layer.Dense{Units: 10}}, Loss: loss.SoftmaxCrossEntropy{}})
	pixels.Preprocess = preprocess.Pipeline{preprocess.Image{Width: 28, Height: 28, Channels: 1, Fit: preprocess.Stretch}, preprocess.PixelScale{Divide: 255}}
	pixels.Classes = strings.Split("0123456789", "")
	named := compiled(t, nn.Spec{Input: tensor.Shape{3}, Layers: []layer.Layer{layer.Identity{}}, Loss: loss.MeanSquared{}})
	named.Preprocess = preprocess.Pipeline{preprocess.Standardize{Mean: []float32{1, 2, 3}, Std: []float32{0.1, 20, 3}}}
	named.Features = []string{"sepal length (cm)", "sepal-length (cm)", "7"}
	return map[string]*model.Model{"every": every, "pixels": pixels, "named": named}
}

// build writes a package and returns its folder.
func build(t *testing.T, p *gopackage.Package, rows gopackage.Rows) string {
	t.Helper()
	files, err := p.Files(rows)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// tool runs the go command in a folder, with an empty module cache and no network.
func tool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local", "GOMODCACHE="+t.TempDir(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestTables: the arithmetic that is copied gives the model's bits for rows of a table, and so does the package when it is built
// from nothing but the standard library.
func TestTables(t *testing.T) {
	for _, task := range []columns.Task{columns.Classification, columns.Regression, columns.Labels} {
		m, rows := tabular(t, task, 200)
		p, err := gopackage.New(m, gopackage.Options{Name: "houses", Module: true})
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, len(rows)*m.Columns.Width())
		same := 0
		for i, row := range rows {
			rows[i] = p.Typed(row)
			m.Columns.ValueFeatures(x[i*m.Columns.Width():(i+1)*m.Columns.Width()], rows[i])
			if fmt.Sprint(rows[i]) == fmt.Sprint(row) {
				same++
			}
		}
		if same < len(rows)/3 {
			t.Errorf("only %d of %d rows have a typed form of their own", same, len(rows))
		}
		want := predict(t, m, x)
		check(t, string(task), p.Ask(rows), want)
		if testing.Short() {
			continue
		}
		dir := build(t, p, gopackage.Rows{Values: rows, Answers: want})
		for _, args := range [][]string{{"vet", "."}, {"test", "-count=1", "-v", "-bench=.", "-benchtime=10x", "."}} {
			if out, err := tool(t, dir, args...); err != nil {
				t.Errorf("%s: go %v: %v\n%s", task, args, err, out)
			}
		}
		if out, err := tool(t, dir, "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "."); err != nil || strings.TrimSpace(out) != "example.com/houses" {
			t.Errorf("%s: depends on %s (%v)", task, out, err)
		}
		if task == columns.Classification {
			failing(t, dir)
		}
	}
}

// failing sees the package's own test fail once one weight is another.
func failing(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "weights.bin")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 0x3f // the bias of the last class, 0 before
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := tool(t, dir, "test", "-count=1", "."); err == nil || !strings.Contains(out, "--- FAIL: TestPredict") {
		t.Errorf("another weight, and the test says %s (%v)", out, err)
	}
}

func check(t *testing.T, name string, have, want []float32) {
	t.Helper()
	if len(have) != len(want) {
		t.Fatalf("%s: %d answers, want %d", name, len(have), len(want))
	}
	for i := range want {
		if math.Float32bits(have[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: answer %d is %g, want %g", name, i, have[i], want[i])
		}
	}
}

// TestNumbers: the same for models of numbers, with every layer.
func TestNumbers(t *testing.T) {
	for name, m := range numeric(t) {
		p, err := gopackage.New(m, gopackage.Options{Name: "net", Module: true})
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		raw := make([]float32, 40*m.Spec.Input.Size())
		for i := range raw {
			raw[i] = float32(5 * rng.NormFloat64())
		}
		x := append([]float32(nil), raw...)
		m.Preprocess.Apply(x, m.Spec.Input.Size())
		want := predict(t, m, x)
		check(t, name, p.AskNumbers(raw), want)
		if testing.Short() {
			continue
		}
		dir := build(t, p, gopackage.Rows{Numbers: raw, Answers: want})
		for _, args := range [][]string{{"vet", "."}, {"test", "-count=1", "."}} {
			if out, err := tool(t, dir, args...); err != nil {
				t.Errorf("%s: go %v: %v\n%s", name, args, err, out)
			}
		}
	}
}

// The same model gives the same files, which are formatted; fields are called after their columns.
func TestFiles(t *testing.T) {
	m, rows := tabular(t, columns.Regression, 3)
	p, err := gopackage.New(m, gopackage.Options{Name: "houses"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i] = p.Typed(rows[i])
	}
	given := gopackage.Rows{Values: rows, Answers: make([]float32, 3)}
	first, err := p.Files(given)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Files(given)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for i, f := range first {
		if !bytes.Equal(f.Data, again[i].Data) {
			t.Errorf("%s differs when it is written again", f.Name)
		}
		all[f.Name] = string(f.Data)
	}
	if _, there := all["go.mod"]; there {
		t.Error("there is a go.mod that was not asked for")
	}
	for _, line := range []string{
		"LivingAreaM float64 ", "Type ", "X2nd ", "Garden ", "Built ", "Price   float64  // \"price\"\n", "func NewRow() Row {", "func Predict(r Row) (Prediction, error) {",
		"// Package houses predicts price with a neural network trained on houses.csv // not  ? a comment: ",
	} {
		if !strings.Contains(all["predict.go"], line) {
			t.Errorf("predict.go is without %q:\n%s", line, all["predict.go"])
		}
	}
	for _, name := range []string{"fma.go", "dense.go", "relu.go", "boolean.go"} {
		if !strings.Contains(all[name], "\npackage houses\n") {
			t.Errorf("%s: %.200s", name, all[name])
		}
	}
	if all["exp.go"] != "" {
		t.Error("there is an exponential that nobody needs")
	}
}

func TestName(t *testing.T) {
	for path, want := range map[string]string{
		"houses": "houses", "1-houses-17-36-1": "houses", "My.Houses 2": "myhouses", "2nd": "nd", "": "model", "func": "funcmodel", "main": "mainmodel", "Öl": "l", "42": "model",
	} {
		if have := gopackage.Name(path); have != want {
			t.Errorf("%q becomes %q, want %q", path, have, want)
		}
	}
	m := numeric(t)["named"]
	for _, name := range []string{"", "func", "main", "a-b"} {
		if _, err := gopackage.New(m, gopackage.Options{Name: name}); err == nil {
			t.Errorf("a package may be called %q", name)
		}
	}
}
