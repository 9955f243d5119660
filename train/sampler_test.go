package train

import (
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
)

// TestSamplerGoesOn: an epoch that was left after some batches goes on with the batches that it would have had, for few examples and for
// so many that their order is drawn in another way.
func TestSamplerGoesOn(t *testing.T) {
	for _, n := range []int{11, dataset.Large + 11} {
		set, err := dataset.FromLabels("many", dataset.NewBytes(make([]uint8, n), 1), nil, make([]int32, n), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, how := range []Sampling{Shuffled, InOrder, Replacement} {
			const batches = 4
			size := n/batches + 1
			whole := newSampler(set, how, size, 3)
			whole.begin(0)
			for i := range batches {
				whole.batch(i)
			}
			whole.end() // of an epoch
			state := slices.Clone(whole.random)
			whole.begin(0)
			for done := range batches {
				again := newSampler(set, how, size, 3)
				again.random = state
				again.begin(done)
				want, have := whole.batch(done).Rows, again.batch(done).Rows
				if !slices.Equal(have, want) || how != Replacement && len(want) != min(size, n-done*size) {
					t.Fatalf("%d examples, %s: batch %d has %d rows, and %d after a pause, or others", n, how.name(), done, len(want), len(have))
				}
			}
		}
	}
}
