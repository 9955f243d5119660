package exporter

import (
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// small is a model as JSON.
func small(t testing.TB, double bool) string {
	t.Helper()
	spec := nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 2}}, Loss: loss.SoftmaxCrossEntropy{}}
	m := &model.Model{Spec: spec, Info: model.Info{Data: "moons"}}
	if double {
		m.Params = append(m.Params, model.Tensor("layer0.W", []int{2, 2}, []float64{0.1, -2, 1e300, 4}), model.Tensor("layer0.b", []int{2}, []float64{1, 1.0 / 3}))
	} else {
		m.Params = append(m.Params, model.Tensor("layer0.W", []int{2, 2}, []float32{0.1, -2, 3e38, 4}), model.Tensor("layer0.b", []int{2}, []float32{1, 1.0 / 3}))
	}
	data, err := JSON(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestReadJSON(t *testing.T) {
	for _, double := range []bool{false, true} {
		text := small(t, double)
		m, err := FromJSON([]byte(text))
		if err != nil || m.Data != "moons" {
			t.Fatalf("%v, %v", m, err)
		}
		if again, err := JSON(m); err != nil || string(again) != text {
			t.Errorf("it came back as\n%s, %v, want\n%s", again, err, text)
		}
		if _, err := FromJSON([]byte(" \n" + text + " ")); err != nil {
			t.Error(err)
		}
	}
}

func TestHostileJSON(t *testing.T) {
	good := small(t, false)
	change := func(from, to string) string {
		t.Helper()
		if !strings.Contains(good, from) {
			t.Fatalf("%q is not in %s", from, good)
		}
		return strings.Replace(good, from, to, 1)
	}
	for name, c := range map[string]struct{ text, says string }{
		"nothing":         {"", "EOF"},
		"cut":             {good[:len(good)-9], "EOF"},
		"a list":          {"[]", `have "["; want {`},
		"a key":           {`{"metadata":{},"x":1}`, `unexpected key "x"`},
		"twice":           {change(`"tensors"`, `"metadata"`), `unexpected key "metadata"`},
		"two documents":   {good + good, "more follows"},
		"no description":  {`{"metadata":{},"tensors":[]}`, "without the description"},
		"metadata of 1":   {change(`"moons"`, "1"), `have "1"; want a text`},
		"values first":    {change(`"name":"layer0.W",`, ""), `unexpected key "dtype"`},
		"an unknown key":  {change(`"dtype"`, `"DType"`), `unexpected key "DType"`},
		"no values":       {change(`,"values":[1,`, `}],"x":[1,`), `lacks a name, dtype, shape or values`},
		"a type":          {change(`"F32"`, `"F16"`), `is "F16"; want F32 or F64`},
		"a shape of -1":   {change("[2,2]", "[-1,2]"), `an axis of "-1"`},
		"a shape of 2.5":  {change("[2,2]", "[2.5,2]"), `an axis of "2.5"`},
		"a shape of 1e9":  {change("[2,2]", "[1000000000,2]"), "there is room for"},
		"a shape of 2^62": {change("[2,2]", "[4611686018427387904,4]"), "more than a file holds"},
		"17 axes":         {change("[2,2]", "["+strings.Repeat("1,", 16)+"1]"), "up to 16 counts"},
		"too few":         {change("[2,2]", "[3,2]"), "has shape [3 2] but 4 values"},
		"too many":        {change("[2,2]", "[1,2]"), "value 3 is \"3e+38\"; want 2 numbers"},
		"too large":       {change("3e+38", "4e+38"), "want 4 numbers of type F32"},
		"1e999":           {change("3e+38", "1e999"), "want 4 numbers of type F32"},
		"NaN":             {change("3e+38", "NaN"), "invalid character"},
		"a text":          {change("3e+38", `"x"`), `have "x"; want a number`},
		"nested":          {change("3e+38", strings.Repeat("[", 100_000)), "want a number"},
		"another shape":   {change("[2,2]", "[4,1]"), "has shape [4 1]"},
		"an escape":       {change("layer0.W", `\u001b[2J`), "missing"},
	} {
		m, err := FromJSON([]byte(c.text))
		if err == nil || m != nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "exporter: at byte ") {
			t.Errorf("%s: %v; want %q", name, err, c.says)
		}
	}
}

// FuzzReadJSON reads anything. What is accepted is written and read again without a change.
func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(small(f, false)))
	f.Add([]byte(small(f, true)))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := FromJSON(data)
		if err != nil {
			return
		}
		text, err := JSON(m)
		if err != nil {
			t.Fatal(err)
		}
		back, err := FromJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		if back.SHA256() != m.SHA256() {
			t.Fatal("the weights came back changed")
		}
	})
}
