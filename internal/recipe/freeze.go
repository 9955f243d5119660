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
	params, _, err := spec.Tensors()
	if err != nil {
		return nil, err
	}
	var learners []int // layers with parameters
	for _, p := range params {
		number, _, _ := strings.Cut(strings.TrimPrefix(p.Name, "layer"), ".")
		i, err := strconv.Atoi(number)
		if err != nil {
			return nil, err
		}
		learners = append(learners, i)
	}
	slices.Sort(learners)
	learners = slices.Compact(learners)
	have := numbers(learners)
	if r.Freeze == allButLast {
		if len(learners) < 2 {
			return nil, fieldf("freeze", "is %s, but the network has only %d layer with parameters; leave it out", r.Freeze, len(learners))
		}
		return learners[:len(learners)-1], nil
	}
	var frozen []int
	for _, word := range strings.Split(r.Freeze, ",") {
		i, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil {
			return nil, fieldf("freeze", "is %q; want the numbers of layers, of %s, apart by commas, or %s", r.Freeze, have, allButLast)
		}
		if !slices.Contains(learners, i) {
			return nil, fieldf("freeze", "is %q, but layer %d has no parameters; the layers that have are %s, as gradus inspect shows", r.Freeze, i, have)
		}
		if !slices.Contains(frozen, i) {
			frozen = append(frozen, i)
		}
	}
	if len(frozen) == len(learners) {
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
