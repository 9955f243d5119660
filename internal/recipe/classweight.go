package recipe

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/loss"
)

// balanced gives every class the same say, however many examples it has.
const balanced = "balanced"

// classFacts returns the names of the classes or labels, and how many examples have each.
func (d *Data) classFacts() (names []string, counts []int) {
	if d.Train.Classes == nil {
		return nil, nil
	}
	if d.Train.Labels != nil {
		return d.Train.Classes, d.Train.ClassCounts()
	}
	counts = make([]int, d.Train.Out)
	for i, t := range d.Train.Targets {
		if t > 0.5 {
			counts[i%d.Train.Out]++
		}
	}
	return d.Train.Classes, counts
}

// resolveClassWeight reads "balanced", or weights by name, "ill=9,well=1"; who is not named has 1.
func (r *Recipe) resolveClassWeight(q *Request, f Facts) error {
	text := strings.TrimSpace(or(q.ClassWeight, "none"))
	if text == "" || text == "none" {
		return nil
	}
	if f.Targets == dataset.Real || len(f.Classes) == 0 {
		return fieldf("class-weight", "is %q, but what is learnt are numbers, not classes", text)
	}
	weights, err := classWeights(text, f)
	if err != nil {
		return err
	}
	spec, err := r.Spec(f.Input)
	if err != nil {
		return err
	}
	switch spec.Loss.(type) {
	case loss.SoftmaxCrossEntropy:
		if text == balanced {
			weights = sharesAlike(f)
		}
	case loss.BinaryCrossEntropy:
		if text == balanced {
			weights = yesAsNo(f)
		}
	default:
		return fieldf("class-weight", "is %q, but the loss %s has no weights of classes; leave --loss out, or take cross-entropy", text, r.Loss)
	}
	r.ClassWeight, r.weights = text, weights
	return nil
}

// classWeights reads weights by name; nil if they are balanced.
func classWeights(text string, f Facts) ([]float64, error) {
	if text == balanced {
		return nil, nil
	}
	weights := slices.Repeat([]float64{1}, len(f.Classes))
	name := ""
	for _, part := range strings.Split(text, ",") {
		name += part
		at := strings.LastIndexByte(name, '=')
		if at < 1 {
			name += "," // of the name of a class
			continue
		}
		class := slices.Index(f.Classes, name[:at])
		if class < 0 {
			class = slices.Index(f.Classes, strings.TrimSpace(name[:at]))
		}
		w, err := strconv.ParseFloat(strings.TrimSpace(name[at+1:]), 64)
		switch {
		case class < 0:
			return nil, fieldf("class-weight", "names %q, which is no class here; they are %s", strings.TrimSpace(name[:at]), few(f.Classes))
		case err != nil || !(w <= math.MaxFloat32 && float32(w) > 0):
			return nil, fieldf("class-weight", "gives %s the weight %q; want a number above 0, such as 2", f.Classes[class], name[at+1:])
		}
		weights[class], name = w, ""
	}
	if name != "" {
		return nil, fieldf("class-weight", "is %q; want balanced, none, or weights by class, such as %s=2,%s=1", text, f.Classes[0], f.Classes[len(f.Classes)-1])
	}
	return weights, nil
}

// few writes the first of many names.
func few(names []string) string {
	const most = 12
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s ... (%d in all)", strings.Join(names[:most], ", "), len(names))
}

// sharesAlike weighs every class so that its examples add up to the same: n/(k·n of the class), as scikit-learn has it. The
// mean over the examples is 1, so that a rate of learning means what it did.
func sharesAlike(f Facts) []float64 {
	weights := make([]float64, len(f.Counts))
	for i, n := range f.Counts {
		weights[i] = 1
		if n > 0 {
			weights[i] = float64(f.Examples) / float64(len(f.Counts)*n)
		}
	}
	return weights
}

// yesAsNo weighs a yes to every label so that all of them together count as much as all the noes.
func yesAsNo(f Facts) []float64 {
	weights := make([]float64, len(f.Counts))
	for i, n := range f.Counts {
		weights[i] = 1
		if n > 0 && n < f.Examples {
			weights[i] = float64(f.Examples-n) / float64(n)
		}
	}
	return weights
}

// Weights returns the weights of the classes or labels in the loss; nil if all count alike.
func (r *Recipe) Weights() []float64 { return r.weights }

// weigh puts the weights into a loss.
func (r *Recipe) weigh(l loss.Loss) loss.Loss {
	switch l.(type) {
	case loss.SoftmaxCrossEntropy:
		return loss.SoftmaxCrossEntropy{Weights: r.weights}
	case loss.BinaryCrossEntropy:
		return loss.BinaryCrossEntropy{Positive: r.weights}
	}
	return l
}
