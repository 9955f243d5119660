package importer

import (
	"fmt"
	"slices"
	"strings"
)

// searchSteps bounds the search for an order in which layers fit.
const searchSteps = 100_000

// arrange puts layers in the order in which data go through them, and settles which axis of their weights is which where the
// names do not say it. The note is about what was guessed.
func arrange(layers namedList, inOrder bool) (sorted namedList, note string, err error) {
	byName := slices.SortedStableFunc(slices.Values(layers), func(a, b named) int { return natural(a.name, b.name) })
	first := choose(inOrder, layers, namedList(byName))
	if fits(first) {
		if !inOrder && !numberedNames(first) && len(orders(first, 2)) > 1 {
			note = "the layers fit together in several orders; that of their names is taken: " + first.String()
		}
		return first, note, nil
	}
	// Names of people's own (weights1) do not say which axis is the input.
	if turned := slices.Clone(first); slices.ContainsFunc(turned, func(l named) bool { return l.free }) {
		for i := range turned {
			turned[i].turn = turned[i].turn != turned[i].free
		}
		if fits(turned) {
			return turned, "", nil
		}
	}
	switch found := orders(first, 2); len(found) {
	case 1:
		return found[0], "", nil
	case 0:
		return nil, "", misfit(first)
	}
	return nil, "", fmt.Errorf("the layers %s fit together in several orders, and not in that of their names; name them in the order of the data, as fc1 and fc2", first)
}

// numberedNames reports whether names differ in their numbers alone, as fc1 and fc2 do, or dense and dense_1: such are in order.
func numberedNames(list namedList) bool {
	stem := func(s string) string {
		return strings.Trim(strings.Map(func(r rune) rune { return choose(r >= '0' && r <= '9', -1, r) }, s), "._")
	}
	return !slices.ContainsFunc(list, func(l named) bool { return stem(l.name) != stem(list[0].name) })
}

// fits reports whether each layer takes what the one before gives, and each bias is as long as its layer is wide.
func fits(list namedList) bool {
	for i, l := range list {
		if l.b.Array != nil && l.b.Len() != l.out() || i > 0 && list[i-1].out() != l.in() {
			return false
		}
	}
	return true
}

// misfit says where the chain breaks.
func misfit(list namedList) error {
	for i, l := range list {
		if l.b.Array != nil && l.b.Len() != l.out() {
			hint := ""
			if l.b.Len() == l.in() {
				hint = fmt.Sprintf("; is %.60q transposed?", l.w.Name)
			}
			return fmt.Errorf("%.60q %v and %.60q %v do not fit%s", l.w.Name, l.w.Shape, l.b.Name, l.b.Shape, hint)
		}
		if i > 0 && list[i-1].out() != l.in() {
			return fmt.Errorf("%.60q of %d outputs is followed by %.60q of %d inputs, and no other order of the layers fits: this is no chain of dense layers",
				list[i-1].name, list[i-1].out(), l.name, l.in())
		}
	}
	return fmt.Errorf("the layers do not fit together")
}

// orders returns up to most orders in which all layers are one chain.
func orders(list namedList, most int) []namedList {
	var found []namedList
	steps := 0
	used := make([]bool, len(list))
	var chain namedList
	var walk func()
	walk = func() {
		if len(chain) == len(list) {
			if fits(chain) {
				found = append(found, slices.Clone(chain))
			}
			return
		}
		for i, l := range list {
			if steps++; steps > searchSteps || len(found) == most {
				return
			}
			if used[i] || len(chain) > 0 && chain[len(chain)-1].out() != l.in() {
				continue
			}
			used[i] = true
			chain = append(chain, l)
			walk()
			chain, used[i] = chain[:len(chain)-1], false
		}
	}
	walk()
	return found
}

// natural compares names with the numbers in them taken as numbers: fc2 before fc10.
func natural(a, b string) int {
	digits := func(s string) int {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		return n
	}
	for a != "" && b != "" {
		x, y := digits(a), digits(b)
		if x > 0 && y > 0 {
			m, n := strings.TrimLeft(a[:x], "0"), strings.TrimLeft(b[:y], "0")
			if len(m) != len(n) {
				return len(m) - len(n)
			}
			if c := strings.Compare(m, n); c != 0 {
				return c
			}
			a, b = a[x:], b[y:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}
