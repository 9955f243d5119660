package scores

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func ExampleWorst() {
	longest := NewWorst(2, func(a, b string) int { return len(b) - len(a) })
	for _, word := range []string{"a", "worm", "grew", "longer"} {
		longest.Add(word)
	}
	fmt.Println(longest.List(), "of", longest.Given())
	// Output: [longer worm] of 4
}

// What is kept is the beginning of a stable sort, at any time.
func TestWorstIsBeginningOfSort(t *testing.T) {
	type pair struct{ key, place int }
	order := func(a, b pair) int { return cmp.Compare(b.key, a.key) }
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n, most := rng.IntN(60), rng.IntN(12)
		w := NewWorst(most, order)
		var all []pair
		for i := range n {
			p := pair{rng.IntN(8), i}
			all = append(all, p)
			w.Add(p)
			if rng.IntN(10) == 0 {
				w.List() // does not disturb
			}
		}
		slices.SortStableFunc(all, order)
		if have, want := w.List(), all[:min(most, n)]; !slices.Equal(have, want) {
			t.Fatalf("%d of %d: %v; want %v", most, n, have, want)
		}
	}
}
