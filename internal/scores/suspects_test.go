package scores

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Cats are told with .8 on average ((.9 + .9 + .6)/3), dogs with .6. The third cat looks like a dog, but with .4 less surely than dogs
// do; the second dog looks like a cat with .9, which is as sure as cats are: its label is suspect.
func ExampleSuspects() {
	s := NewSuspects(2)
	for _, x := range []struct {
		label int
		cat   float32
	}{{0, 0.9}, {0, 0.9}, {0, 0.6}, {1, 0.05}, {1, 0.9}, {1, 0.25}} {
		s.Add(x.label, []float32{x.cat, 1 - x.cat})
	}
	n, worst := s.Find(10)
	fmt.Println(n, "suspect")
	for _, w := range worst {
		fmt.Printf("example %d has label %d, looks like %d: %.2f against %.2f\n", w.Index, w.Label, w.Looks, w.Likely, w.Own)
	}
	// Output:
	// 1 suspect
	// example 4 has label 1, looks like 0: 0.90 against 0.10
}

// Labels that were changed are found, before those that are only hard.
func TestSuspectsFindsPlanted(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	s := NewSuspects(3)
	planted := map[int]bool{}
	for i := range 600 {
		truth := rng.IntN(3)
		p := make([]float32, 3)
		sure := 0.5 + 0.45*rng.Float32()
		for c := range p {
			p[c] = (1 - sure) / 2
		}
		p[truth] = sure
		label := truth
		if i%40 == 0 {
			label = (truth + 1) % 3
			planted[i] = true
		}
		if err := s.Add(label, p); err != nil {
			t.Fatal(err)
		}
	}
	n, worst := s.Find(5)
	if len(worst) != 5 || n < 5 || n > len(planted) {
		t.Errorf("%d suspects, of which %d are shown; planted are %d", n, len(worst), len(planted))
	}
	for k, w := range worst {
		if !planted[w.Index] || k > 0 && w.Likely-w.Own > worst[k-1].Likely-worst[k-1].Own {
			t.Errorf("%+v is not planted, or not in order", w)
		}
	}
	if n, worst := NewSuspects(3).Find(5); n != 0 || len(worst) != 0 {
		t.Error("suspects among nothing")
	}
}

// It is not enough that another class is likelier: it has to be as likely as that class is on average. Nor is it enough to be as likely as
// that where the own label is likelier still.
func TestNotSuspect(t *testing.T) {
	s := NewSuspects(2)
	s.Add(0, []float32{0.3, 0.7}) // dogs are told with .9
	s.Add(0, []float32{0.95, 0.05})
	s.Add(1, []float32{0.1, 0.9})
	if n, worst := s.Find(3); n != 0 {
		t.Errorf("less sure than of other dogs: %+v", worst)
	}
	s = NewSuspects(2)
	s.Add(0, []float32{0.95, 0.05})
	s.Add(0, []float32{0.7, 0.3}) // dogs are told with .25, cats with .825
	s.Add(1, []float32{0.75, 0.25})
	for _, w := range second(s.Find(3)) {
		if w.Index == 1 {
			t.Errorf("still likelier a cat: %+v", w)
		}
	}
}

func second(_ int, worst []Suspect) []Suspect { return worst }

// Of normal errors none is odd among a hundred; those of ten deviations are, and they do not hide each other.
func TestFindOdd(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	errors := make([]float64, 100)
	for i := range errors {
		errors[i] = 5 + rng.NormFloat64()
	}
	if n, _ := FindOdd(errors, 5); n != 0 {
		t.Errorf("%d odd ones among normal errors", n)
	}
	for i := range 20 {
		errors[5*i] = 5 - float64(10+i)
	}
	n, worst := FindOdd(errors, 3)
	if n != 20 || len(worst) != 3 || worst[0].Index != 95 || worst[0].Error != -24 || math.Abs(worst[0].Times-29) > 12 {
		t.Errorf("%d, %+v", n, worst)
	}
	if n, _ := FindOdd(make([]float64, 9), 3); n != 0 {
		t.Error("odd ones among equal errors")
	}
}

// The rule as it is written down, over all examples, finds the same as what keeps only those in doubt.
func TestSuspectsAgreesWithItsRule(t *testing.T) {
	const classes, n = 3, 20_000 // several blocks
	rng := rand.New(rand.NewPCG(3, 4))
	s := NewSuspects(classes)
	labels, rows := make([]int, n), make([][]float32, n)
	var sum, of [classes]float64
	for i := range rows {
		p := make([]float32, classes)
		for c := range p {
			p[c] = float32(rng.IntN(20)) / 20 // some are equal
		}
		labels[i], rows[i] = rng.IntN(classes), p
		if err := s.Add(labels[i], p); err != nil {
			t.Fatal(err)
		}
		sum[labels[i]] += float64(p[labels[i]])
		of[labels[i]]++
	}
	var want []Suspect
	for i, p := range rows {
		best := Suspect{Index: i, Label: labels[i], Looks: -1, Own: float64(p[labels[i]])}
		for c, v := range p {
			if float64(v) >= sum[c]/of[c] && (best.Looks < 0 || float64(v) > best.Likely) {
				best.Looks, best.Likely = c, float64(v)
			}
		}
		if best.Looks >= 0 && best.Looks != best.Label && best.Likely > best.Own {
			want = append(want, best)
		}
	}
	slices.SortStableFunc(want, func(a, b Suspect) int { return cmp.Compare(b.Likely-b.Own, a.Likely-a.Own) })
	if found, have := s.Find(100); found != len(want) || !slices.Equal(have, want[:100]) {
		t.Errorf("%d found; want %d\n%v\n%v", found, len(want), have, want[:100])
	}
}

// Examples that look like what they are take no memory, however many there are.
func TestSuspectsKeepsDoubts(t *testing.T) {
	s := NewSuspects(2)
	if n := testing.AllocsPerRun(1, func() {
		for range 10_000 {
			s.Add(1, []float32{0.2, 0.8})
		}
	}); n != 0 {
		t.Errorf("%v allocations for examples without doubt", n)
	}
}
