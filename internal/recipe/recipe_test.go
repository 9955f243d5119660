package recipe

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

var digits = Facts{Input: tensor.Shape{784}, Outputs: 10, Targets: dataset.Labelled, Examples: 60_000}

func set[T any](v T) *T { return &v }

// What is stored reads back as the same recipe: nothing is left open, nothing is lost.
func TestRoundTrip(t *testing.T) {
	for _, q := range []Request{
		{},
		{Layers: set("784,30,10"), Act: set("sigmoid"), Loss: set("quadratic"), Init: set("large"), Opt: set("sgd"), LR: set(3.0), Seed: set(uint64(1<<64 - 1))},
		{Layers: set("dense 50 elu 0.5, residual(dense 50 | dense 50), dense 10 sigmoid"), L2: set(1e-4), L2Style: set("saito"), Opt: set("nesterov"), Momentum: set(0.0)},
		{Opt: set("adamw"), L2: set(0.1), Schedule: set("warm-up:100:cosine:0.1"), Patience: set(3), Clip: set(0.5), Replacement: set(true), Iters: set(100)},
	} {
		r, err := Resolve(&q, digits)
		if err != nil {
			t.Fatal(err)
		}
		text, err := r.YAML("a comment")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		again, err := Read(path)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		back, err := Resolve(again, digits)
		if err != nil || !reflect.DeepEqual(back, r) {
			t.Errorf("stored as\n%sit reads back as %+v, %v; want %+v", text, back, err, r)
		}
		a, errA := r.Spec(digits.Input)
		b, errB := back.Spec(digits.Input)
		if errA != nil || errB != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("the networks differ: %+v, %v and %+v, %v", a, errA, b, errB)
		}
	}
}

// A loss has the output's activation inside where it learns better from logits; the sketch shows it all the same.
func TestOutput(t *testing.T) {
	for _, c := range []struct {
		q      Request
		sketch string
		last   layer.Layer
		loss   loss.Loss
	}{
		{Request{Layers: set("784,30,10")}, "784 → 30 relu → 10 softmax", layer.Dense{}, loss.SoftmaxCrossEntropy{}},
		{Request{Layers: set("784,30,10"), Output: set("sigmoid")}, "784 → 30 relu → 10 sigmoid", layer.Dense{}, loss.BinaryCrossEntropy{}},
		{Request{Layers: set("dense 10 sigmoid")}, "784 → 10 sigmoid", layer.Dense{}, loss.BinaryCrossEntropy{}},
		{Request{Layers: set("dense 10"), Loss: set("binary-cross-entropy")}, "784 → 10 sigmoid", layer.Dense{}, loss.BinaryCrossEntropy{}},
		{Request{Layers: set("dense 10"), Loss: set("quadratic")}, "784 → 10 sigmoid", layer.Sigmoid{}, loss.Quadratic{}},
		{Request{Layers: set("dense 10 softmax"), Loss: set("mse")}, "784 → 10 softmax", layer.Softmax{}, loss.MeanSquared{}},
		{Request{Layers: set("dense 10"), Loss: set("mse"), Output: set("linear")}, "784 → 10 linear", layer.Identity{}, loss.MeanSquared{}},
	} {
		r, err := Resolve(&c.q, digits)
		if err != nil {
			t.Errorf("%s: %v", c.sketch, err)
			continue
		}
		s, err := r.Spec(digits.Input)
		if err != nil {
			t.Fatal(err)
		}
		if have := Sketch(s); have != c.sketch {
			t.Errorf("sketched as %q; want %q", have, c.sketch)
		}
		if last := s.Layers[len(s.Layers)-1]; last.Kind() != c.last.Kind() || s.Loss.Kind() != c.loss.Kind() {
			t.Errorf("%s: ends with %s and learns by %s; want %s and %s", c.sketch, last.Kind(), s.Loss.Kind(), c.last.Kind(), c.loss.Kind())
		}
	}
}

// The defaults depend on the data, and on what else was asked for.
func TestDefaults(t *testing.T) {
	table := Facts{Input: tensor.Shape{4}, Outputs: 3, Targets: dataset.Labelled, Examples: 120}
	numbers := Facts{Input: tensor.Shape{1, 8, 8}, Outputs: 2, Targets: dataset.Real, Examples: 120}
	multi := Facts{Input: tensor.Shape{4}, Outputs: 3, Targets: dataset.MultiHot, Examples: 10_000}
	for _, c := range []struct {
		q    Request
		f    Facts
		want string
	}{
		{Request{}, digits, "dense 128 init=he relu, dense 10 init=xavier softmax|cross-entropy|adam one-cycle 64"},
		{Request{}, table, "dense 32 init=he relu, dense 3 init=xavier softmax|cross-entropy|adam one-cycle 32"},
		{Request{}, numbers, "flatten, dense 32 init=he relu, dense 2 init=xavier|mse|adam one-cycle 32"},
		{Request{}, multi, "dense 128 init=he relu, dense 3 init=xavier sigmoid|cross-entropy|adam one-cycle 64"},
		{Request{Patience: set(5)}, digits, "dense 128 init=he relu, dense 10 init=xavier softmax|cross-entropy|adam constant 64"},
		{Request{Opt: set("SGD")}, digits, "dense 128 init=he relu, dense 10 init=xavier softmax|cross-entropy|sgd constant 64"},
		{Request{Momentum: set(0.5)}, digits, "dense 128 init=he relu, dense 10 init=xavier softmax|cross-entropy|momentum constant 64"},
		{Request{Layers: set("4,5,3"), Act: set("tanh"), Init: set("nielsen")}, table, "dense 5 init=lecun bias-init=normal:1 tanh, dense 3 init=lecun bias-init=normal:1 softmax|cross-entropy|adam one-cycle 32"},
		{Request{Layers: set("4,5,3"), Init: set("lecun")}, table, "dense 5 init=lecun relu, dense 3 init=lecun softmax|cross-entropy|adam one-cycle 32"},
	} {
		r, err := Resolve(&c.q, c.f)
		if err != nil {
			t.Errorf("%s: %v", c.want, err)
			continue
		}
		batch := map[int]string{32: "32", 64: "64"}[r.Batch]
		if have := r.Layers + "|" + r.Loss + "|" + r.Opt + " " + r.Schedule + " " + batch; have != c.want {
			t.Errorf("have %s\nwant %s", have, c.want)
		}
	}
	r, _ := Resolve(&Request{Patience: set(5)}, digits)
	if r.Val != 0.1 {
		t.Errorf("with patience, %v of the examples are held out; want 0.1: the test examples must not decide when to stop", r.Val)
	}
}

// A request over another one has its own settings, and the other's where it has none.
func TestOver(t *testing.T) {
	base, over := &Request{LR: set(0.1), Batch: set(10)}, &Request{LR: set(0.2), Seed: set(uint64(3))}
	all := over.Over(base)
	if *all.LR != 0.2 || *all.Batch != 10 || *all.Seed != 3 || all.Opt != nil || *base.LR != 0.1 {
		t.Errorf("%+v", all)
	}
}

// Every setting of a request is one of the recipe, by the same name, so that a stored recipe reads back.
func TestSameSettings(t *testing.T) {
	open := map[string]bool{}
	for i := range reflect.TypeFor[Request]().NumField() {
		open[strings.Split(reflect.TypeFor[Request]().Field(i).Tag.Get("yaml"), ",")[0]] = true
	}
	for i := range reflect.TypeFor[Recipe]().NumField() {
		f := reflect.TypeFor[Recipe]().Field(i)
		if name := strings.Split(f.Tag.Get("yaml"), ",")[0]; f.IsExported() && !open[name] {
			t.Errorf("the recipe stores %s, which a request cannot read", name)
		}
	}
}

func TestParseSchedule(t *testing.T) {
	for text, kind := range map[string]string{
		"constant": "constant", "one-cycle": "one-cycle", "cosine": "cosine", "Cosine:0.1": "cosine", "exponential:0.5": "exponential",
		"step": "step", "step:0.25": "step", "warm-up:10": "warm-up", "warmup:10:one-cycle": "warm-up",
	} {
		if s, err := ParseSchedule(text); err != nil || s.Kind() != kind {
			t.Errorf("%q is %v, %v; want %s", text, s, err, kind)
		}
	}
	for _, text := range []string{"", "constant:1", "one-cycle:3", "cosine:x", "cosine:2", "step:-1", "warm-up", "warm-up:x", "warm-up:5:foo", "exponential:NaN"} {
		var field *FieldError
		if s, err := ParseSchedule(text); !errors.As(err, &field) || field.Field != "schedule" {
			t.Errorf("%q is %v, %v; want an error about schedule", text, s, err)
		}
	}
}

// Nielsen's and other divisions of the data hold the examples that they say, each once.
func TestDivide(t *testing.T) {
	x := make([]float32, 20_000)
	labels := make([]int32, len(x))
	for i := range x {
		x[i], labels[i] = float32(i), int32(i%4)
	}
	train, err := dataset.FromLabels("count train", dataset.NewFloats(x, 1), nil, labels, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &Data{Train: train, Test: train.Head(10)}
	for _, c := range []struct {
		r          Recipe
		train, val int
		judge      string
	}{
		{Recipe{Split: "standard"}, 20_000, 10, "test"},
		{Recipe{Split: "standard", Limit: 7}, 7, 10, "test"},
		{Recipe{Split: "nielsen"}, 10_000, 10_000, "val"},
		{Recipe{Split: "standard", Val: 0.1}, 18_000, 2_000, "val"},
		{Recipe{Split: "standard", Val: 400}, 19_600, 400, "val"},
	} {
		v, err := c.r.Divide(d)
		if err != nil || v.Train.Len() != c.train || v.HeldOut.Len() != c.val || v.Judge != c.judge || v.Test.Len() != 10 {
			t.Errorf("%+v: %v, %+v", c.r, err, v)
			continue
		}
		if c.judge == "val" && v.Train.Overlap(v.HeldOut) != 0 {
			t.Errorf("%+v: examples on both sides", c.r)
		}
	}
}
