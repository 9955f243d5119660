package leakage

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/tabular"
)

func numbers(n int) []Column {
	var all []Column
	for j := range n {
		all = append(all, Column{Name: string(rune('a' + j%26)), Lo: j, Hi: j + 1, Number: true})
	}
	return all
}

// Real tables without a leak have no finding, although petal width alone tells 96 % of the irises.
func TestRealTables(t *testing.T) {
	for name, load := range map[string]func() (*tabular.Table, error){
		"iris": tabular.Iris, "wine": tabular.Wine, "breast cancer": tabular.BreastCancer, "digits": tabular.Digits,
	} {
		a, err := load()
		if err != nil {
			t.Fatal(err)
		}
		shuffled := a.Set.Subset(dataset.Order(a.Len(), rand.New(rand.NewPCG(1, 1))))
		if found := Alone(shuffled, numbers(a.X.Width())); len(found) > 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// What was written from the target is found, whatever its form: the class itself, a number in another order, a copy with noise or in
// another unit, a gap where the answer is no. What only hints at it is not.
func TestLeaks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, width = 400, 12
	x := make([]float32, n*width)
	labels, y := make([]int32, n), make([]float32, n)
	for i := range n {
		c := rng.IntN(3)
		labels[i], y[i] = int32(c), float32(rng.NormFloat64())
		row := x[i*width : (i+1)*width]
		row[c] = 1                                       // 0-2: the class as a category
		row[3] = float32((c+1)%3) + 0.2*rng.Float32()    // a number that tells it, in no order
		row[4] = float32(c) + float32(rng.NormFloat64()) // a hint
		row[5] = y[i]*1.1 + 3                            // in another unit
		row[6] = y[i] + 0.02*float32(rng.NormFloat64())  // with noise
		row[7] = float32(math.Exp(float64(y[i])))        // bent
		row[8] = y[i] + 0.5*float32(rng.NormFloat64())   // a hint
		row[9] = 0
		row[10] = float32(min(c, 1)) // a gap unless the class is 0
		row[11] = float32(i)         // a number for each row
	}
	columns := []Column{
		{"category", 0, 3, false, false}, {"number", 3, 4, true, false}, {"hint", 4, 5, true, false},
		{"unit", 5, 6, true, false}, {"noise", 6, 7, true, false}, {"bent", 7, 8, true, false}, {"weak", 8, 9, true, false},
		{"gap", 9, 11, true, true}, {"row", 11, 12, true, false},
	}
	table := dataset.NewFloats(x, width)
	three, err := dataset.FromLabels("three", table, nil, labels, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "classes", Alone(three, columns), "category", "number")
	two := make([]int32, n)
	for i, c := range labels {
		two[i] = min(c, 1)
	}
	yes, err := dataset.FromLabels("two", table, nil, two, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "two classes", Alone(yes, columns), "category", "number", "gap")
	real, err := dataset.FromTargets("real", table, nil, y, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "numbers", Alone(real, columns), "unit", "noise", "bent")
	many := make([]float32, 2*n)
	for i := range n {
		many[2*i], many[2*i+1] = float32(rng.IntN(2)), float32(two[i])
	}
	labelled, err := dataset.FromTargets("labels", table, nil, many, 2, []string{"p", "q"})
	if err != nil {
		t.Fatal(err)
	}
	found := Alone(labelled, columns)
	expect(t, "labels", found, "category", "number", "gap")
	if found[0].Output != 1 || found[0].Share != 1 {
		t.Errorf("%+v", found[0])
	}
	if found := Alone(three.Head(leastRows-1), columns); found != nil {
		t.Errorf("by few rows: %+v", found)
	}
}

// A value for each row tells nothing about other rows, although it would about its own.
func TestValueForEachRow(t *testing.T) {
	const n = 100
	rng := rand.New(rand.NewPCG(1, 2))
	x, labels := make([]float32, n*n), make([]int32, n)
	for i := range n {
		x[i*n+i], labels[i] = 1, int32(rng.IntN(2))
	}
	s, err := dataset.FromLabels("rows", dataset.NewFloats(x, n), nil, labels, []string{"p", "q"})
	if err != nil {
		t.Fatal(err)
	}
	if found := Alone(s, []Column{{Name: "row", Hi: n}}); found != nil {
		t.Errorf("%+v", found)
	}
}

func expect(t *testing.T, what string, found []Finding, names ...string) {
	t.Helper()
	if len(found) != len(names) {
		t.Fatalf("%s: %+v; want %q", what, found, names)
	}
	for i, f := range found {
		if f.Column != names[i] || !(f.Share > 0.98) || !(f.Always < 0.8) {
			t.Errorf("%s: %+v; want %q", what, f, names[i])
		}
	}
}

// Days that go up or down with the lines are in order, even if a few are not; the same day everywhere, or days at random, are not.
func TestOrdered(t *testing.T) {
	const n = 300
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 5*n)
	lines := make([]int, n)
	for i, line := range dataset.Order(n, rng) {
		lines[i] = line + 2
		x[5*i] = float32(line / 7)
		x[5*i+1] = float32(-line)
		x[5*i+2] = 4
		x[5*i+3] = rng.Float32()
		x[5*i+4] = float32(line)
		if line%150 == 3 {
			x[5*i+4] += 20
		}
	}
	y := make([]float32, n)
	s, err := dataset.FromTargets("days", dataset.NewFloats(x, 5), nil, y, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range []bool{true, true, false, false, true} {
		if have := Ordered(s, func(i int) int { return lines[i] }, at); have != want {
			t.Errorf("feature %d is in order: %v; want %v", at, have, want)
		}
	}
	if Ordered(s.Head(10), func(i int) int { return lines[i] }, 0) {
		t.Error("in order without evidence")
	}
}
