package importance

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"sync/atomic"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// plane returns a network that computes Σ w·x.
func plane(t *testing.T, w []float32, threads int) *nn.Net[float32] {
	t.Helper()
	net, err := nn.Compile[float32](nn.Spec{
		Input: tensor.Shape{len(w)}, Layers: []layer.Layer{layer.Dense{Units: 1, Init: initializer.Constant{}}}, Loss: loss.MeanSquared{},
	}, nn.Config{Batch: 1, Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	copy(net.Params(), w)
	t.Cleanup(net.Close)
	return net
}

// normal returns n examples of so many standard normal features, whose target is Σ w·x exactly.
func normal(t *testing.T, n int, w []float32) *dataset.Set {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float32, n*len(w)), make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
		y[i/len(w)] += w[i%len(w)] * x[i]
	}
	s, err := dataset.FromTargets("plane", dataset.NewFloats(x, len(w)), nil, y, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// counted are rows that count how many of them are fetched.
type counted struct {
	dataset.Rows
	fetched atomic.Int64
}

func (c *counted) Gather32(dst []float32, rows []int) {
	c.fetched.Add(int64(len(rows)))
	c.Rows.Gather32(dst, rows)
}

// The features of a sample are fetched once, however often they are dealt out; those of many wide examples are not kept. The results
// are the same.
func TestFeaturesAreFetchedOnce(t *testing.T) {
	w := []float32{3, 0, 1, -2}
	set, net := normal(t, 300, w), plane(t, w, 1)
	x := &counted{Rows: set.X}
	far, err := set.WithRows(x, set.Shape)
	if err != nil {
		t.Fatal(err)
	}
	inputs, o := []Input{{"one", 2, 3}, {"three", 0, 1}}, Options{Repeats: 3, Seed: 1, Most: 100}
	have, err := Measure(context.Background(), net, far, inputs, o)
	if err != nil {
		t.Fatal(err)
	}
	if n := x.fetched.Load(); n != 100 {
		t.Errorf("%d rows fetched for 100 examples", n)
	}
	sample := set.Subset(dataset.Sample(set.Len(), o.Most, rand.New(rand.NewPCG(o.Seed, stream))))
	o.Most = 0
	if want, err := Measure(context.Background(), net, sample, inputs, o); err != nil || !reflect.DeepEqual(have, want) {
		t.Errorf("%+v, %v; want %+v", have, err, want)
	}
	wide, err := dataset.FromTargets("wide", dataset.NewFloats(make([]float32, keptFeatures+2), keptFeatures/2+1), nil, make([]float32, 2), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := gathered(wide); err != nil || kept != wide {
		t.Errorf("%d features were copied, %v", len(wide.Targets)*wide.X.Width(), err)
	}
}

// Of a plane y = Σ w·x that is known exactly, the mean squared error without input j is w²·E(x - x')² = 2·w²·var(x): two examples
// drawn at random are √2 deviations apart. An input that is not used owes exactly nothing; inputs that belong together are dealt out
// together.
func TestPlane(t *testing.T) {
	w := []float32{3, 0, 1, -2}
	set, net := normal(t, 4000, w), plane(t, w, 1)
	inputs := []Input{{"nothing", 1, 2}, {"one", 2, 3}, {"three", 0, 1}, {"two", 3, 4}, {"one and two", 2, 4}, {"three again", 0, 1}}
	all, err := Measure(context.Background(), net, set, inputs, Options{Repeats: 4, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{"nothing": 0, "one": 2, "two": 8, "three": 18, "one and two": 10, "three again": 18}
	previous := math.Inf(1)
	for _, r := range all {
		// loss.MeanSquared is (y-t)²; 4,000 examples in 4 draws leave about 2 % to chance
		if math.Abs(r.Loss.Mean-want[r.Input]) > 0.08*want[r.Input] {
			t.Errorf("without %s the loss rises by %v; want %v", r.Input, r.Loss.Mean, want[r.Input])
		}
		if rmse := math.Sqrt(want[r.Input]); math.Abs(r.Figure.Mean-rmse) > 0.05*rmse {
			t.Errorf("without %s the error rises by %v; want %v", r.Input, r.Figure.Mean, rmse)
		}
		if (r.Loss.SD == 0) != (r.Input == "nothing") {
			t.Errorf("%s: deviation %v", r.Input, r.Loss.SD)
		}
		if r.Loss.Mean > previous {
			t.Errorf("%s is not in order", r.Input)
		}
		previous = r.Loss.Mean
	}
	if names := Useful(all, 2); len(names) != 2 || names[0][:5] != "three" || names[1][:5] != "three" {
		t.Errorf("most useful: %q", names)
	}
	if names := Useful(all, 10); len(names) != 5 {
		t.Errorf("useful: %q", names)
	}
	// neither threads nor other inputs change what is measured
	again, err := Measure(context.Background(), plane(t, w, 4), set, inputs, Options{Repeats: 4, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(all, again) {
		t.Errorf("with four threads\n%+v\nwith one\n%+v", again, all)
	}
}

// Of a view of a set, the examples of the view are dealt out, and no others; a large set is drawn from.
func TestViews(t *testing.T) {
	w := []float32{1}
	set, net := normal(t, 300, w), plane(t, w, 1)
	for i := range set.Targets {
		if i%3 == 0 {
			set.Targets[i] = float32(math.NaN()) // never to be touched
		}
	}
	var fine []int
	for i := range 300 {
		if i%3 != 0 {
			fine = append(fine, i)
		}
	}
	r, err := Measure(context.Background(), net, set.Subset(fine), []Input{{"x", 0, 1}}, Options{Repeats: 2, Most: 100})
	if err != nil || !(r[0].Loss.Mean > 1 && r[0].Loss.Mean < 3) {
		t.Errorf("%+v, %v", r, err)
	}
	whole, err := Measure(context.Background(), net, set.Subset(fine), []Input{{"x", 0, 1}}, Options{Repeats: 2})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Measure(context.Background(), net, set.Subset(fine), []Input{{"x", 0, 1}}, Options{Most: 1}); err != nil || r[0].Loss.Mean != 0 {
		t.Errorf("a single example can only be given its own value: %+v, %v", r, err)
	}
	set.Unit = 10
	if r, err := Measure(context.Background(), net, set.Subset(fine), []Input{{"x", 0, 1}}, Options{Repeats: 2}); err != nil || math.Abs(r[0].Figure.Mean-10*whole[0].Figure.Mean) > 1e-9 {
		t.Errorf("in a unit of 10: %+v; want ten times %+v", r, whole)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Measure(ctx, net, set.Subset(fine), []Input{{"x", 0, 1}}, Options{Repeats: 2}); err == nil {
		t.Error("cancelled, but went on")
	}
}

// Accuracy falls by what the input has told: a network that reads the class from one feature guesses without it.
func TestClasses(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	n := 2000
	x, labels := make([]float32, 2*n), make([]int32, n)
	for i := range n {
		labels[i] = int32(rng.IntN(2))
		x[2*i], x[2*i+1] = float32(2*labels[i]-1), float32(rng.NormFloat64())
	}
	set, err := dataset.FromLabels("signs", dataset.NewFloats(x, 2), nil, labels, []string{"minus", "plus"})
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.Compile[float32](nn.Spec{
		Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 2, Init: initializer.Constant{}}}, Loss: loss.SoftmaxCrossEntropy{},
	}, nn.Config{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	copy(net.Params(), []float32{-3, 3, 0, 0}) // W [in, out]
	all, err := Measure(context.Background(), net, set, []Input{{"noise", 1, 2}, {"sign", 0, 1}}, Options{Repeats: 3})
	if err != nil {
		t.Fatal(err)
	}
	if all[0].Input != "sign" || math.Abs(all[0].Figure.Mean-0.5) > 0.03 || all[1].Figure.Mean != 0 || all[1].Loss.Mean != 0 {
		t.Errorf("%+v", all)
	}
	if names := Useful(all, 3); !reflect.DeepEqual(names, []string{"sign"}) {
		t.Errorf("useful: %q", names)
	}
}

// What chance could make is not useful, nor is what is little beside the best.
func TestUseful(t *testing.T) {
	all := []Result{{Input: "best", Loss: Rise{1, 0.1}}, {Input: "chance", Loss: Rise{0.5, 0.3}}, {Input: "good", Loss: Rise{0.4, 0.1}}, {Input: "little", Loss: Rise{0.04, 0.001}}}
	if names := Useful(all, 5); !reflect.DeepEqual(names, []string{"best", "good"}) {
		t.Errorf("%q", names)
	}
	if names := Useful(nil, 5); names != nil {
		t.Errorf("%q", names)
	}
}
