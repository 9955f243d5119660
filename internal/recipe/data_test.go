package recipe

import (
	"testing"

	"github.com/gradus-nn/gradus/dataset"
)

// TestLimitOfMany: of a large set that is sorted, as a division leaves it, a limit takes as many as it says, and a share of every class; of a
// small one, which a division has mixed, the first.
func TestLimitOfMany(t *testing.T) {
	for _, n := range []int{1000, dataset.Large + 1000} {
		labels := make([]int32, n)
		for i := range labels {
			labels[i] = int32(4 * i / n)
		}
		set, err := dataset.FromLabels("sorted", dataset.NewBytes(make([]uint8, n), 1), nil, labels, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range []int{1, 3, 250, 999, n - 1, n, 2 * n} {
			some := (&Recipe{Limit: limit}).limited(set)
			if some.Len() != min(limit, n) {
				t.Errorf("%d of %d: %d", limit, n, some.Len())
			}
			counts := some.ClassCounts()
			if n > dataset.Large && counts[0]-counts[3] > 1 || n < dataset.Large && some.Row(some.Len()-1) != some.Len()-1 {
				t.Errorf("%d of %d: classes %v", limit, n, counts)
			}
		}
	}
}
