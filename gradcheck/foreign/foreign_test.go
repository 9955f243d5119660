package foreign_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/gradcheck/foreign"
	"github.com/gradus-nn/gradus/nn"
)

// simpleNet is Saito's of chapter 4: one matrix, softmax, cross-entropy. The gradient is the book's own.
const simpleNet = `{
	"W1": [[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]],
	"x": [[0.6, 0.9]], "t": [2],
	"grads": {"W1": [[0.21924757, 0.14356243, -0.36281], [0.32887136, 0.21534364, -0.544215]]},
	"cost": 0.9280682858
}`

func check(t *testing.T, text string, s foreign.Settings) foreign.Result {
	t.Helper()
	c, err := foreign.ReadJSON(strings.NewReader(text), s)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Check(gradcheck.Config{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The published gradient has eight digits.
func TestSimpleNet(t *testing.T) {
	r := check(t, simpleNet, foreign.Settings{})
	if !r.OK() || len(r.Report.Tensors) != 1 || r.Report.Tensors[0].Name != "W1" || !(r.Report.Tensors[0].Relative < 1e-7) {
		t.Errorf("%s%v", r.Report, r.Diagnoses)
	}
}

// fields is a file as a map, so that tests can change it.
type fields map[string]any

func (f fields) with(changes fields) fields {
	g := fields{}
	for k, v := range f {
		g[k] = v
	}
	for k, v := range changes {
		if g[k] = v; v == nil {
			delete(g, k)
		}
	}
	return g
}

func (f fields) text(t *testing.T) string {
	t.Helper()
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

type rows = [][]float64

func random(rng *rand.Rand, n, m int) rows {
	a := make(rows, n)
	for i := range a {
		a[i] = make([]float64, m)
		for j := range a[i] {
			a[i][j] = rng.NormFloat64()
		}
	}
	return a
}

func flipped(a rows) rows {
	b := make(rows, len(a[0]))
	for j := range b {
		for i := range a {
			b[j] = append(b[j], a[i][j])
		}
	}
	return b
}

func times(a rows, f float64) rows {
	b := make(rows, len(a))
	for i := range a {
		for _, v := range a[i] {
			b[i] = append(b[i], f*v)
		}
	}
	return b
}

// sample returns a file of a net 3-4-5 of sigmoids with right gradients, which the library computes.
func sample(t *testing.T) fields {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	f := fields{
		"W1": random(rng, 3, 4), "b1": random(rng, 1, 4)[0], "W2": random(rng, 4, 5), "b2": random(rng, 1, 5)[0],
		"x": random(rng, 6, 3), "t": []int{0, 1, 2, 3, 4, 2},
	}
	f["grads"] = f.gradients(t)
	return f
}

// gradients computes what the file should claim.
func (f fields) gradients(t *testing.T) fields {
	t.Helper()
	g := fields{}
	for _, name := range []string{"W1", "W2", "b1", "b2"} {
		g[name] = f[name] // any claim, to be able to read the file
	}
	c, err := foreign.ReadJSON(strings.NewReader(f.with(fields{"grads": g}).text(t)), foreign.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.Compile[float64](c.Spec, nn.Config{Batch: c.Set.Len(), Threads: 1, Examples: c.Examples})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	for _, s := range net.Segments() {
		copy(net.Params()[s.Off:s.Off+s.Len], c.Params[s.Name].Values)
	}
	net.Gradient(c.Set.All())
	for _, s := range net.Segments() {
		values := slices.Clone(net.Grads()[s.Off : s.Off+s.Len])
		if len(s.Shape) == 1 {
			g[c.Given[s.Name]] = values
			continue
		}
		var m rows
		for row := range slices.Chunk(values, s.Shape[1]) {
			m = append(m, row)
		}
		g[c.Given[s.Name]] = m
	}
	return g
}

// The same gradients, said in many ways, are right.
func TestRight(t *testing.T) {
	f := sample(t)
	g := f["grads"].(fields)
	hot := rows{{1, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, {0, 0, 1, 0, 0}, {0, 0, 0, 1, 0}, {0, 0, 0, 0, 1}, {0, 0, 1, 0, 0}}
	for name, changed := range map[string]fields{
		"as it is":      f,
		"one-hot":       f.with(fields{"t": hot}),
		"column of t":   f.with(fields{"t": rows{{0}, {1}, {2}, {3}, {4}, {2}}}),
		"said":          f.with(fields{"activation": "sigmoid", "output": "softmax", "loss": "cross_entropy", "reduction": "sum", "epsilon": 0}),
		"listed":        f.with(fields{"activation": []string{"Sigmoid"}}),
		"rows of bias":  f.with(fields{"b1": rows{f["b1"].([]float64)}, "b2": flipped(rows{f["b2"].([]float64)})}),
		"only W2":       f.with(fields{"grads": fields{"W2": g["W2"]}}),
		"nielsen":       f.with(fields{"layout": "nielsen", "W1": flipped(f["W1"].(rows)), "W2": flipped(f["W2"].(rows)), "grads": g.with(fields{"W1": flipped(g["W1"].(rows)), "W2": flipped(g["W2"].(rows))})}),
		"spec":          f.with(fields{"spec": json.RawMessage(`{"input":[3],"layers":[{"kind":"dense","units":4},{"kind":"sigmoid"},{"kind":"dense","units":5}],"loss":{"kind":"cross-entropy"}}`)}),
		"spec by names": f.with(fields{"W1": nil, "b1": nil, "W2": nil, "b2": nil, "params": fields{"layer0.W": f["W1"], "layer0.b": f["b1"], "layer2.W": f["W2"], "layer2.b": f["b2"]}, "grads": fields{"layer0.W": g["W1"], "layer2.b": g["b2"]}, "spec": json.RawMessage(`{"input":[3],"layers":[{"kind":"dense","units":4},{"kind":"sigmoid"},{"kind":"dense","units":5}],"loss":{"kind":"cross-entropy"}}`)}),
	} {
		if r := check(t, changed.text(t), foreign.Settings{}); !r.OK() {
			t.Errorf("%s:\n%s%v %s", name, r.Report, r.Diagnoses, r.Cost)
		}
	}
	// Other networks, whose gradients are computed anew.
	for _, changes := range []fields{
		{"activation": "relu"}, {"activation": "tanh", "loss": "quadratic", "output": "sigmoid"}, {"loss": "mse"}, {"loss": "quadratic", "output": "softmax"},
		{"loss": "binary-cross-entropy"}, {"loss": "binary-cross-entropy", "output": "softmax"}, {"output": "sigmoid"}, {"epsilon": 1e-7}, {"reduction": "mean"},
		{"l2": 0.5, "examples": 10}, {"l1": 0.1, "style": "saito"}, {"activation": "linear"},
	} {
		other := f.with(changes)
		other["grads"] = other.gradients(t)
		if r := check(t, other.text(t), foreign.Settings{}); !r.OK() {
			t.Errorf("%v:\n%s%v", changes, r.Report, r.Diagnoses)
		}
	}
}

// Wrong ones are named by the names of the file.
func TestWrong(t *testing.T) {
	f := sample(t)
	g := f["grads"].(fields)
	claim := func(changes fields) fields { return f.with(fields{"grads": g.with(changes)}) }
	for _, c := range []struct {
		name   string
		file   fields
		bug    string
		tensor string
		says   string
	}{
		{"transposed", claim(fields{"W2": flipped(g["W2"].(rows))}), "transposed", "W2", "its numbers are right"},
		{"shape", claim(fields{"W1": []int{3, 4}}), "a check that compares shapes", "W1", "compare numbers"},
		{"other shape", claim(fields{"W1": []int{3, 4, 5}}), "another shape", "W1", "[3]"},
		{"zero", claim(fields{"b2": []int{0, 0, 0, 0, 0}}), "a bias never reaches the loss", "b2", "b2 never reaches the loss"},
		{"factor", claim(fields{"W1": times(g["W1"].(rows), -1)}), "the sign", "W1", "sign"},
		{"other loss", f.with(fields{"loss": "binary-cross-entropy", "output": "softmax"}), "the gradient of another loss", "W1", "belongs to softmax with cross-entropy"},
	} {
		r := check(t, c.file.text(t), foreign.Settings{})
		found := slices.ContainsFunc(r.Diagnoses, func(d diagnose.Diagnosis) bool {
			return d.Bug == c.bug && slices.Contains(d.Tensors, c.tensor) && strings.Contains(d.Says, c.says)
		})
		if r.OK() || !found {
			t.Errorf("%s: want %s in %s\n%s%v", c.name, c.bug, c.tensor, r.Report, r.Diagnoses)
		}
	}
	text := strings.Replace(claim(fields{"b2": []any{"!", 0, 0, 0, 0}}).text(t), `"!"`, "NaN", 1)
	if r := check(t, text, foreign.Settings{}); r.OK() || r.Diagnoses[0].Bug != "not a number" {
		t.Errorf("NaN: %v", r.Diagnoses)
	}
	if r := check(t, strings.Replace(simpleNet, `"cost": 0.92`, `"cost": -0.92`, 1), foreign.Settings{}); r.OK() || !strings.Contains(r.Cost, "minus sign") {
		t.Errorf("cost: %q", r.Cost)
	}
}

// Whatever is wrong with a file is said in a sentence.
func TestErrors(t *testing.T) {
	f := sample(t)
	for _, c := range []struct {
		file fields
		want string
	}{
		{f.with(fields{"x": nil}), "no x;"},
		{f.with(fields{"x": 3}), "single number"},
		{f.with(fields{"x": []int{1, 2, 3}}), "x has the shape [3]"},
		{f.with(fields{"x": []any{[]int{1, 2, 3}, []int{1, 2}}}), "rows of one length"},
		{f.with(fields{"x": "abc"}), `"x":`},
		{f.with(fields{"x": json.RawMessage("null")}), "have null"},
		{f.with(fields{"t": nil}), "no t;"},
		{f.with(fields{"t": []int{1, 2}}), "t has the shape [2]; want 6 class numbers, or [6, 5]"},
		{f.with(fields{"t": []int{0, 1, 2, 3, 4, 5}}), "class 5; want a number from 0 to 4"},
		{f.with(fields{"t": []float64{0, 1, 2, 3, 4, .5}}), "class 0.5"},
		{f.with(fields{"grads": nil}), "no grads;"},
		{f.with(fields{"grads": fields{"W3": rows{{1}}}}), `"W3" is the name of no parameter`},
		{f.with(fields{"W1": nil}), "no W1, but W2"},
		{f.with(fields{"W1": flipped(f["W1"].(rows))}), `say "layout": "nielsen"`},
		{f.with(fields{"b1": []int{1}}), "b1 has the shape [1]; want [4]"},
		{f.with(fields{"layout": "keras"}), "layout:"},
		{f.with(fields{"loss": "hinge"}), "want one of binary-cross-entropy"},
		{f.with(fields{"activation": "step"}), "activation:"},
		{f.with(fields{"activation": []string{"relu", "relu"}}), "2 activations for 1 hidden layers"},
		{f.with(fields{"output": "softplus9"}), "output:"},
		{f.with(fields{"reduction": "none"}), "reduction:"},
		{f.with(fields{"style": "keras", "l2": 1}), "style:"},
		{f.with(fields{"epsilon": -1}), "epsilon:"},
		{f.with(fields{"examples": -1}), "examples:"},
		{f.with(fields{"weights": 1}), `"weights": unknown`},
		{f.with(fields{"cost": []int{1, 2}}), "want one number"},
		{f.with(fields{"spec": json.RawMessage(`{"input":[3],"layers":[{"kind":"dense","units":4}],"loss":{"kind":"cross-entropy"}}`)}), "belongs to no layer"},
		{f.with(fields{"spec": json.RawMessage(`{"input":[3],"layers":[{"kind":"dense","units":500000000}],"loss":{"kind":"cross-entropy"}}`)}), "W1 has the shape [3 4]"},
	} {
		_, err := foreign.ReadJSON(strings.NewReader(c.file.text(t)), foreign.Settings{})
		if err == nil || !strings.HasPrefix(err.Error(), "foreign: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("have %v, want ... %s", err, c.want)
		}
	}
	for _, text := range []string{"", "[]", "3", `{"x":`, strings.Repeat("[", 100000), `{"x":` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + "}", `{"x":[[]],"t":[1],"grads":{"W1":1}}`} {
		if _, err := foreign.ReadJSON(strings.NewReader(text), foreign.Settings{}); err == nil {
			t.Errorf("%.20q is accepted", text)
		}
	}
}

// The program in the help writes what is read, and an archive says the same.
func TestNumPy(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skip("no NumPy: ", err)
	}
	dir := t.TempDir()
	cmd := exec.Command(python, "-c", `
import json
import numpy as np
def save(name, params, grads, x, t, **more):
    tolist = lambda d: {k: v.tolist() for k, v in d.items()}
    with open(name, "w") as f:
        json.dump({**tolist(params),
                   "grads": tolist(grads),
                   "x": x.tolist(),
                   "t": t.tolist(),
                   **more}, f)
r = np.random.RandomState(0)
x, t = r.randn(6, 3), r.randint(0, 2, 6)
p = {"W1": r.randn(3, 2), "b1": np.zeros(2)}
y = np.exp(x @ p["W1"] + p["b1"]); y /= y.sum(1, keepdims=True)
d = (y - np.eye(2)[t]) / 6
g = {"W1": x.T @ d, "b1": d.sum(0)}
save("grads.json", p, g, x, t, activation="sigmoid")
np.savez("grads.npz", **p, x=x, t=t, dW1=np.asfortranarray(g["W1"]), db1=g["b1"] * 6, l2=0.0)
`)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "grads.json"))
	if err != nil {
		t.Fatal(err)
	}
	if r := check(t, string(text), foreign.Settings{}); !r.OK() {
		t.Errorf("%s", r.Report)
	}
	arrays, err := npy.ReadArchiveFile(filepath.Join(dir, "grads.npz"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := foreign.ReadArchive(arrays, foreign.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Check(gradcheck.Config{Threads: 1})
	if err != nil || len(r.Diagnoses) != 1 || !slices.Equal(r.Diagnoses[0].Tensors, []string{"b1"}) || r.Diagnoses[0].Bug != "the mean over the batch is missing" {
		t.Errorf("%v %v\n%s", err, r.Diagnoses, r.Report)
	}
	if _, err := foreign.ReadArchive(append(arrays, npy.Named{Name: "y", Array: npy.Of([]float64{1})}), foreign.Settings{}); err == nil || !strings.Contains(err.Error(), `"y": unknown`) {
		t.Error(err)
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add(simpleNet)
	f.Add(`{"W1":[[NaN,1],[Infinity,-Infinity]],"b1":[1,2],"x":[[1,2]],"t":[0],"grads":{"W1":[2,2]},"cost":1e300}`)
	f.Add(`{"spec":{"input":[2],"layers":[{"kind":"dense","units":2}],"loss":{"kind":"mse"}},"layer0.W":[[1,2],[3,4]],"layer0.b":[0,0],"x":[[1,2]],"t":[[0,1]],"grads":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := foreign.ReadJSON(strings.NewReader(text), foreign.Settings{})
		if err != nil || c.Set.Len() > 20 {
			return
		}
		size := 0
		for _, p := range c.Params {
			size += len(p.Values)
		}
		if size > 100 {
			return
		}
		if r, err := c.Check(gradcheck.Config{Threads: 1}); err == nil && math.IsNaN(r.Report.Tolerance) {
			t.Error("no tolerance")
		}
	})
}
