package preflight

import (
	"fmt"
	"strings"
)

// oneSided finds weights that all have the same sign, as from uniform [0, 1) where a normal distribution was meant, and
// weights that are all equal.
func oneSided(f *flight) (Finding, error) {
	var bad []string
	for _, s := range f.net.Segments() {
		w := f.net.Params()[s.Off : s.Off+s.Len]
		if !s.Decay || len(w) < 8 { // of 8 signs drawn fairly, all agree once in 128
			continue
		}
		positive, negative, equal := 0, 0, true
		for _, v := range w {
			if v > 0 {
				positive++
			}
			if v < 0 {
				negative++
			}
			equal = equal && v == w[0]
		}
		switch {
		case equal:
			bad = append(bad, fmt.Sprintf("all weights of %s are %v: units that begin alike stay alike", s.Name, w[0]))
		case positive == len(w) || negative == 0:
			bad = append(bad, fmt.Sprintf("all weights of %s are positive: one-sided initialisation (np.random.rand where randn was meant?)", s.Name))
		case negative == len(w) || positive == 0:
			bad = append(bad, fmt.Sprintf("all weights of %s are negative: one-sided initialisation", s.Name))
		}
	}
	if len(bad) > 0 {
		return Finding{Name: "initial weights", Says: strings.Join(bad, "; ")}, nil
	}
	return Finding{Name: "initial weights", OK: true, Says: "of both signs in every layer"}, nil
}
