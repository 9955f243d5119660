package dataset

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// opaque hides that a table can be sliced.
type opaque struct{ Rows }

// Every view of a set tells where its examples come from: the features of example i are its number, and so is its origin.
func TestOrigin(t *testing.T) {
	values := make([]float32, 30)
	labels := make([]int32, 30)
	for i := range values {
		values[i], labels[i] = float32(i), int32(i%3)
	}
	for _, x := range []Rows{NewFloats(values, 1), opaque{NewFloats(values, 1)}} {
		s, err := FromLabels("numbers", x, nil, labels, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.Origin(3) != "" {
			t.Error("an origin out of nothing")
		}
		s = s.WithOrigin(func(row int) string { return fmt.Sprint("row ", row) })
		_, tail := s.Split(7)
		head, rest := tail.StratifiedSplit(0.5, rand.New(rand.NewPCG(1, 2)))
		_, deep := rest.Split(4)
		_, deeper := tail.Head(20).Split(11)
		scaled, err := deep.WithRows(opaque{deep.X}, nil)
		if err != nil {
			t.Fatal(err)
		}
		views := []*Set{s, tail, head, rest, deep, deeper, scaled, s.OneHot(), tail.WithName("x"), tail.Subset([]int{5, 1})}
		for train, held := range tail.Folds(3, rand.New(rand.NewPCG(1, 2))) {
			views = append(views, train, held)
		}
		for _, v := range views {
			for i := range v.Len() {
				if want := fmt.Sprint("row ", v.Example(i)[0]); v.Origin(i) != want {
					t.Fatalf("example %d of %v is said to be %s; want %s", i, v, v.Origin(i), want)
				}
			}
		}
	}
}
