package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/gradus-nn/gradus/layer"
)

// Summary is a table of the network: a line a layer with the shape of its output and its number of parameters.
func (s Spec) Summary() (string, error) {
	b, err := draw(s)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "layer\t\toutput\tparameters\n")
	fmt.Fprintf(w, "\tinput\t%v\t\n", s.Input)
	each(b.nodes, func(n *node) error {
		count := 0
		for _, p := range n.plan.Params {
			count += p.Shape.Size()
		}
		numbers := ""
		if count > 0 {
			numbers = Thousands(count)
		}
		indent := strings.Repeat("  ", strings.Count(n.name, ".")/2)
		fmt.Fprintf(w, "%s%s\t%s\t%v\t%s\n", indent, n.name, describe(n.layer), n.out, numbers)
		return nil
	})
	fmt.Fprintf(w, "\tloss: %s\t\t%s\n", s.Loss.Kind(), Thousands(b.size))
	w.Flush()
	var table strings.Builder
	for line := range strings.Lines(text.String()) {
		table.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return table.String(), nil
}

// describe names a layer with what fits on its line: "dense 30".
func describe(l layer.Layer) string {
	if d, ok := l.(fmt.Stringer); ok {
		return d.String()
	}
	return l.Kind()
}

// Parameters returns the number of trained parameters of the spec, 0 if it is not valid.
func (s Spec) Parameters() int {
	b, err := draw(s)
	if err != nil {
		return 0
	}
	return b.size
}

// Thousands writes a count with commas: 23,860.
func Thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
