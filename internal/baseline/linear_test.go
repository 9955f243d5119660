package baseline

import (
	"math"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
)

// TestLeastSquares: through (0, 1), (1, 3), (2, 4) goes the line 7/6 + 3/2·x, with errors -1/6, 1/3, -1/6.
func TestLeastSquares(t *testing.T) {
	s, err := dataset.FromTargets("line", dataset.NewFloats([]float32{0, 1, 2}, 1), nil, []float32{1, 3, 4}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := Straight(s, s)
	// The mean of the squares is (1/36 + 1/9 + 1/36)/3 = 1/18; the penalty moves it by less than 1e-6.
	if want := math.Sqrt(1. / 18); f == nil || !f.Numbers || math.Abs(f.RMSE-want) > 1e-6 {
		t.Errorf("%+v; want rmse %v", f, want)
	}
	s.Unit = 10
	if g := Straight(s, s); math.Abs(g.RMSE-10*f.RMSE) > 1e-9 {
		t.Errorf("in a unit of 10: %v; want %v", g.RMSE, 10*f.RMSE)
	}
}

// TestLeastSquaresOfEach: two targets are two fits, the second a line without errors.
func TestLeastSquaresOfEach(t *testing.T) {
	s, err := dataset.FromTargets("lines", dataset.NewFloats([]float32{0, 1, 2}, 1), nil, []float32{1, 1, 3, 3, 4, 5}, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := Straight(s, s)
	if len(f.Each) != 2 || math.Abs(f.Each[0]-math.Sqrt(1./18)) > 1e-6 || f.Each[1] > 1e-5 {
		t.Errorf("%+v; want rmse of %v and 0", f, math.Sqrt(1./18))
	}
	if want := math.Sqrt((f.Each[0]*f.Each[0] + f.Each[1]*f.Each[1]) / 2); math.Abs(f.RMSE-want) > 1e-12 {
		t.Errorf("rmse over both %v; want %v", f.RMSE, want)
	}
}

// TestSoftmaxRegression: scikit-learn's LogisticRegression with C = 1 gets .960 on iris in cross-validation; on all
// of it at once, standardised, 146 of 150.
func TestSoftmaxRegression(t *testing.T) {
	train, test, _, err := catalog.Load("iris", catalog.Options{Prepare: true})
	if err != nil {
		t.Fatal(err)
	}
	f := Straight(train, train)
	if f == nil || f.Numbers || f.Examples != 120 || f.Correct < 114 {
		t.Fatalf("%+v", f)
	}
	if f := Straight(train, test); f.Correct < 27 {
		t.Errorf("%+v", f)
	}
	// At the minimum of a convex function its gradient is nothing.
	p := &problem{n: train.Len(), d: 4, k: 3, x: features(train), target: targetsOf(train)}
	w := minimize(p.loss, make([]float64, 15))
	g := make([]float64, 15)
	if p.loss(g, w); largest(g) > flat {
		t.Errorf("the gradient at the minimum is %v", g)
	}
	// and the gradient is that of the loss
	w[3] += 0.5
	value := p.loss(g, w)
	w[3] += 1e-6
	if rate := (p.loss(make([]float64, 15), w) - value) / 1e-6; math.Abs(rate-g[3]) > 1e-5 {
		t.Errorf("the loss rises by %v; its gradient says %v", rate, g[3])
	}
}

func TestTooLarge(t *testing.T) {
	n := maxWork/1000 + 1
	s, err := dataset.FromTargets("large", dataset.NewFloats(make([]float32, n*1000), 1000), nil, make([]float32, n), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if f := Straight(s, s); f != nil {
		t.Errorf("%+v of a set that takes long", f)
	}
}

// TestLogisticOfLabels: two labels that have nothing to do with one another are learnt as if each were alone.
func TestLogisticOfLabels(t *testing.T) {
	const n = 40
	var x, both []float32
	var alone [2][]float32
	for i := range n {
		u, v := float32(i%8)-3.5, float32(i/8)-2
		x = append(x, u, v)
		for c, yes := range []bool{u > 0, v > u/4} {
			target := float32(0)
			if yes {
				target = 1
			}
			both, alone[c] = append(both, target), append(alone[c], target)
		}
	}
	rows := dataset.NewFloats(x, 2)
	set, err := dataset.FromTargets("labels", rows, nil, both, 2, []string{"right", "above"})
	if err != nil {
		t.Fatal(err)
	}
	f := Straight(set, set)
	if f == nil || f.Numbers || f.Name != "logistic" || f.Correct != n {
		t.Fatalf("%+v; want all %d right: a line divides each label", f, n)
	}
	if f.Each[0] != 1 || f.Each[1] != 1 {
		t.Errorf("%+v; want all of each label right", f)
	}
	fit := func(targets []float32, k int) []float64 {
		p := &problem{n: n, d: 2, k: k, x: features(set), target: rowsOf(targets, k), labels: true}
		w := minimize(p.loss, make([]float64, 3*k))
		g := make([]float64, 3*k)
		if p.loss(g, w); largest(g) > flat {
			t.Errorf("the gradient at the minimum is %v", g)
		}
		return w
	}
	w := fit(both, 2)
	for c := range alone {
		own := fit(alone[c], 1)
		for j := range own {
			if math.Abs(w[2*j+c]-own[j]) > 1e-4 {
				t.Errorf("label %d: weight %v beside the other, %v alone", c, w[2*j+c], own[j])
			}
		}
	}
}

// TestWeighted: an example that counts twice is as good as two of it.
func TestWeighted(t *testing.T) {
	x := []float32{0, 1, 2, 3, 4, 2.5}
	yes := []float32{0, 0, 1, 0, 1, 1}
	fit := func(labels bool, k int, again []int, weights []float64) []float64 {
		p := &problem{d: 1, k: k, labels: labels, weights: weights}
		var rows, targets []float32
		for _, i := range again {
			p.n++
			rows = append(rows, x[i])
			if k == 2 {
				targets = append(targets, 1-yes[i])
			}
			targets = append(targets, yes[i])
		}
		p.x, p.target = matrixOf(rows, 1), rowsOf(targets, k)
		w := minimize(p.loss, make([]float64, 2*k))
		g := make([]float64, 2*k)
		if p.loss(g, w); largest(g) > flat {
			t.Errorf("the gradient at the minimum is %v", g)
		}
		return w
	}
	once, twice := []int{0, 1, 2, 3, 4, 5}, []int{0, 1, 2, 3, 4, 5, 2, 4, 5}
	for _, c := range []struct {
		labels  bool
		k       int
		weights []float64
	}{{false, 2, []float64{1, 2}}, {true, 1, []float64{2}}} {
		have, want := fit(c.labels, c.k, once, c.weights), fit(c.labels, c.k, twice, nil)
		for j := range want { // the penalty is one for all, so that the weights are the same
			if math.Abs(have[j]-want[j]) > 1e-4 {
				t.Errorf("labels %v: %v with weights; %v with examples twice", c.labels, have, want)
				break
			}
		}
	}
	set, err := dataset.FromLabels("few", dataset.NewFloats(x, 1), nil, []int32{0, 0, 1, 0, 1, 1}, []string{"no", "yes"})
	if err != nil {
		t.Fatal(err)
	}
	if f := Straight(set, set); math.Abs(f.Balanced-float64(f.Correct)/6) > 1e-12 || f.Correct < 4 {
		t.Errorf("%+v; want the same share, since there are three of each class", f)
	}
	if f := Weighted(set, set, []float64{1, 1000}); f.Correct != 3 || f.Balanced != 0.5 {
		t.Errorf("%+v; want all taken for the heavy class", f)
	}
}

// rowsOf returns what writes row i of targets [n, k].
func rowsOf(targets []float32, k int) func(t []float64, i int) {
	return targetsOf(&dataset.Set{Out: k, Targets: targets})
}
