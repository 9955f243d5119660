package scores

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Four answers about mails, worked by hand. Of the four pairs of a spam and a ham, three have the larger output at the spam: the
// area is 3/4. The squares of the errors are .01, .36, .36 and .09, a mean of .205.
func ExampleClasses() {
	c := NewClasses([]string{"ham", "spam"})
	c.Add(1, []float32{0.1, 0.9})
	c.Add(1, []float32{0.6, 0.4})
	c.Add(0, []float32{0.4, 0.6})
	c.Add(0, []float32{0.7, 0.3})
	r := c.Report()
	for _, name := range []string{"acc", "balanced_acc", "precision", "recall", "f1", "roc_auc", "brier"} {
		fmt.Printf("%s %.4f\n", name, r.Figures[name])
	}
	// the mean of -ln .9, -ln .4, -ln .4 and -ln .7
	fmt.Printf("log_loss %.4f = %.4f\n", r.Figures["log_loss"], -(math.Log(.9)+2*math.Log(.4)+math.Log(.7))/4)
	// Output:
	// acc 0.5000
	// balanced_acc 0.5000
	// precision 0.5000
	// recall 0.5000
	// f1 0.5000
	// roc_auc 0.7500
	// brier 0.2050
	// log_loss 0.5737 = 0.5737
}

// Ten answers with 80 %, of which eight are right, are as sure as they should be; ten with 95 %, of which eight are right, are
// .15 too sure. Half of all answers are of each kind.
func ExampleCalibration() {
	c := NewClasses([]string{"a", "b"})
	for i := range 10 {
		truth := 0
		if i >= 8 {
			truth = 1
		}
		c.Add(truth, []float32{0.8, 0.2})
		c.Add(truth, []float32{0.95, 0.05})
	}
	r := c.Report().Calibration
	fmt.Printf("expected calibration error %.3f, too sure by %.3f\n", r.ECE, r.Over)
	for _, b := range r.Bins {
		if b.N > 0 {
			fmt.Printf("%.1f-%.1f  %d answers, said %.2f, right %.2f\n", b.Lo, b.Hi, b.N, b.Said, b.Right)
		}
	}
	// Output:
	// expected calibration error 0.075, too sure by 0.075
	// 0.8-0.9  10 answers, said 0.80, right 0.80
	// 0.9-1.0  10 answers, said 0.95, right 0.80
}

// Two pictures with three labels: the first is right in all of them, the second in one of three.
func ExampleLabels() {
	l := NewLabels([]string{"cat", "dog", "tree"})
	l.Add([]float32{1, 0, 1}, []float32{0.9, 0.2, 0.8})
	l.Add([]float32{0, 1, 1}, []float32{0.7, 0.1, 0.6})
	r := l.Report()
	for _, name := range []string{"acc", "hamming", "micro_precision", "micro_recall", "micro_f1", "f1"} {
		fmt.Printf("%s %.4f\n", name, r.Figures[name])
	}
	// Output:
	// acc 0.5000
	// hamming 0.3333
	// micro_precision 0.7500
	// micro_recall 0.7500
	// micro_f1 0.7500
	// f1 0.5556
}

// Errors of 1, -1 and 2 about 1, 3 and 5, whose squared distances from their mean add up to 8: r2 is 1 - 6/8.
func ExampleNumbers() {
	n := NewNumbers([]string{"price"}, []float64{1000})
	n.Add([]float32{1}, []float32{2})
	n.Add([]float32{3}, []float32{2})
	n.Add([]float32{5}, []float32{7})
	for _, d := range n.Report().Targets {
		fmt.Printf("%s: rmse %.0f, mae %.0f, r2 %.2f\n", d.Target, d.RMSE, d.MAE, d.R2)
	}
	// Output:
	// price: rmse 1414, mae 1333, r2 0.25
}

// The area is the share of pairs in the right order, counted one by one.
func TestAreaIsShareOfPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	values := []float32{-3, -0.5, float32(math.Copysign(0, -1)), 0, 1e-40, 0.25, 0.5, 1, float32(math.Inf(1)), float32(math.Inf(-1))}
	for range 200 {
		var q ranking
		var ones, zeros []float32
		for range 1 + rng.IntN(20) {
			v := values[rng.IntN(len(values))]
			if rng.IntN(2) == 0 {
				ones = append(ones, v)
				q.add(v, true)
			} else {
				zeros = append(zeros, v)
				q.add(v, false)
			}
		}
		won := 0.0
		for _, a := range ones {
			for _, b := range zeros {
				switch {
				case a > b:
					won++
				case a == b:
					won += 0.5
				}
			}
		}
		have, curve := q.area()
		if len(ones) == 0 || len(zeros) == 0 {
			if have != nil {
				t.Fatalf("an area of %v with one kind only", *have)
			}
			continue
		}
		if want := won / float64(len(ones)*len(zeros)); math.Abs(*have-want) > 1e-12 {
			t.Fatalf("%v and %v: %v; want %v", ones, zeros, *have, want)
		}
		if under := trapezia(curve); math.Abs(*have-under) > 1e-12 {
			t.Fatalf("%v and %v: an area of %v under the curve %v, which has %v", ones, zeros, *have, curve, under)
		}
	}
}

// Outputs that are no probabilities have no log loss and no calibration; those that are no numbers, no area either.
func TestNotProbabilities(t *testing.T) {
	for name, p := range map[string][]float32{"sigmoids": {0.9, 0.8}, "negative": {1.5, -0.5}, "NaN": {0.5, float32(math.NaN())}} {
		c := NewClasses([]string{"a", "b"})
		c.Add(0, p)
		c.Add(1, []float32{0.5, 0.5})
		r := c.Report()
		for _, figure := range []string{"log_loss", "brier", "ece"} {
			if v, ok := r.Figures[figure]; ok {
				t.Errorf("%s: %s is %v", name, figure, v)
			}
		}
		if r.Calibration != nil {
			t.Errorf("%s: a calibration", name)
		}
		if _, ok := r.Figures["roc_auc"]; ok == (name == "NaN") {
			t.Errorf("%s: an area: %v", name, ok)
		}
	}
}

// A class whose output is no number has no area; the others have theirs.
func TestOneOutputIsNoNumber(t *testing.T) {
	c := NewClasses([]string{"a", "b", "c"})
	c.Add(0, []float32{float32(math.NaN()), 0.1, 0.1})
	c.Add(1, []float32{0.2, 0.7, 0.1})
	if r := c.Report(); r.Classes[0].AUC != nil || r.Classes[1].AUC == nil || *r.Classes[1].AUC != 1 {
		t.Errorf("%+v", r.Classes)
	}
}

// A class that does not occur has no area, and does not count in balanced accuracy.
func TestAbsentClass(t *testing.T) {
	c := NewClasses([]string{"a", "b", "c"})
	c.Add(0, []float32{0.8, 0.1, 0.1})
	c.Add(1, []float32{0.2, 0.7, 0.1})
	r := c.Report()
	if r.Classes[2].AUC != nil || r.Figures["roc_auc"] != 1 || r.Figures["balanced_acc"] != 1 {
		t.Errorf("%+v", r)
	}
}

// Nothing is divided by nothing.
func TestNothingJudged(t *testing.T) {
	for _, r := range []*Report{NewClasses([]string{"a"}).Report(), NewLabels([]string{"a"}).Report(), NewNumbers([]string{"a"}, nil).Report()} {
		if len(r.Figures) > 0 {
			t.Errorf("%+v", r)
		}
	}
	n := NewNumbers([]string{"a", "b"}, nil)
	n.Add([]float32{1, 1}, []float32{1, 2})
	if r := n.Report(); r.Targets[0].R2 != 1 || r.Targets[1].R2 != 0 {
		t.Errorf("targets that never change: %+v", r)
	}
	n.Add([]float32{1, 1}, []float32{float32(math.NaN()), 2})
	if r := n.Report(); len(r.Targets) != 1 || len(r.Figures) != 0 {
		t.Errorf("an answer that is no number: %+v", r)
	}
}

// Figures of targets in different units are not added up.
func TestDifferentUnits(t *testing.T) {
	n := NewNumbers([]string{"metres", "tonnes"}, []float64{2, 3})
	n.Add([]float32{0, 0}, []float32{1, 1})
	n.Add([]float32{2, 2}, []float32{1, 1})
	r := n.Report()
	if _, ok := r.Figures["rmse"]; ok || r.Figures["r2"] != 0 || r.Targets[0].RMSE != 2 || r.Targets[1].MAE != 3 {
		t.Errorf("%+v", r)
	}
}

func TestFind(t *testing.T) {
	if m, ok := Find("auc"); !ok || m.Name != "roc_auc" || m.Less {
		t.Errorf("%+v", m)
	}
	if m, ok := Find("rmse"); !ok || !m.Less || m.Share {
		t.Errorf("%+v", m)
	}
	if _, ok := Find("accuracies"); ok {
		t.Error("found what is not there")
	}
}
