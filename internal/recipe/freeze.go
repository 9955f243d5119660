package recipe

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/nn"
)

// allButLast freezes every layer with parameters but the last one.
const allButLast = "all-but-last"

// Frozen returns the layers of spec, by their places, whose parameters are to stay as they are: those that Freeze names, or all
// that have parameters but the last.
func (r *Recipe) Frozen(spec nn.Spec) ([]int, error) {
	if r.Freeze == "" {
		return nil, nil
	}
	places, err := learners(spec)
	if err != nil {
		return nil, err
	}
	have := numbers(places)
	if r.Freeze == allButLast {
		if len(places) < 2 {
			return nil, fieldf("freeze", "is %s, but the network has only %d layer with parameters; leave it out", r.Freeze, len(places))
		}
		return places[:len(places)-1], nil
	}
	var frozen []int
	for _, word := range strings.Split(r.Freeze, ",") {
		i, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil {
			return nil, fieldf("freeze", "is %q; want the numbers of layers, of %s, apart by commas, or %s", r.Freeze, have, allButLast)
		}
		if !slices.Contains(places, i) {
			return nil, fieldf("freeze", "is %q, but layer %d has no parameters; the layers that have are %s, as gradus inspect shows", r.Freeze, i, have)
		}
		if r.NewHead && i == places[len(places)-1] {
			return nil, fieldf("freeze", "is %q, but layer %d is the head, which begins anew and has all to learn; leave it out", r.Freeze, i)
		}
		if !slices.Contains(frozen, i) {
			frozen = append(frozen, i)
		}
	}
	if len(frozen) == len(places) {
		return nil, fieldf("freeze", "is %q, which leaves no layer to learn; the layers with parameters are %s", r.Freeze, have)
	}
	slices.Sort(frozen)
	return frozen, nil
}

func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}
