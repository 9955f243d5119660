package session

import (
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
)

// Classes are called unbalanced from a third of a fair share down, labels rare below a tenth.
func TestUnbalanced(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts []int
		n      int
		kind   dataset.Kind
		want   string
	}{
		{"half and half", []int{50, 50}, 100, dataset.Labelled, ""},
		{"a sixth of two classes", []int{50, 250}, 300, dataset.Labelled, ""},
		{"less", []int{49, 251}, 300, dataset.Labelled, "unbalanced: 83.67 % of the examples are b, 16.33 % are a;"},
		{"ten digits", []int{9, 11, 10, 10, 10, 10, 10, 10, 10, 10}, 100, dataset.OneHot, ""},
		{"a class without examples", []int{0, 5, 5}, 10, dataset.Labelled, "0.00 % are a"},
		{"a tenth with a label", []int{10, 60}, 100, dataset.MultiHot, ""},
		{"less", []int{60, 9}, 100, dataset.MultiHot, "few examples have the label b, 9.00 %  (9 / 100): its recall"},
		{"numbers", nil, 100, dataset.Real, ""},
		{"none", []int{0, 0}, 0, dataset.Labelled, ""},
	} {
		have := unbalanced([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}, c.counts, c.n, c.kind)
		if c.want == "" && have != "" || !strings.Contains(have, c.want) {
			t.Errorf("%s: %q; want %q", c.name, have, c.want)
		}
	}
}
