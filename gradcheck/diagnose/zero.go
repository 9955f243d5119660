package diagnose

import (
	"fmt"
	"math"
)

// zeroEverywhere finds a gradient of nothing at all.
func zeroEverywhere(e *evidence) *Diagnosis {
	for _, t := range e.compared() {
		// softmax(y) - y is not exactly 0 where both are computed in two ways. h² of the smallest h is larger.
		if !(norm(t.claimed) <= 1e-14*max(1, norm(t.right))) {
			return nil
		}
	}
	return &Diagnosis{
		Bug:  "the loss does not depend on the labels",
		Says: "the gradient is zero everywhere, as if every prediction were right: the loss does not depend on the labels; is the target overwritten by the prediction, so that y - t is 0?",
		Look: "the line before the loss: t = y (or t[:] = y, or a copy that is none) in place of y = predict(x)",
	}
}

// zero finds a tensor whose gradient is zero in every element but should not be.
func zero(_ *evidence, t *tensorEvidence) *Diagnosis {
	if norm(t.claimed) != 0 {
		return nil
	}
	if t.bias() {
		return &Diagnosis{
			Bug:  "a bias never reaches the loss",
			Says: fmt.Sprintf("the gradient of %s is zero everywhere: in that program %[1]s never reaches the loss; does its layer add the bias of another layer (b1 in place of b2), or is db never assigned?", t.name()),
			Look: "a2 = np.dot(z1, W2) + b2, and db2 = dz2.sum(axis=0)",
		}
	}
	return &Diagnosis{
		Bug:  "a tensor never reaches the loss",
		Says: fmt.Sprintf("the gradient of %s is zero everywhere: it never reaches the loss, or its gradient is never assigned", t.name()),
		Look: "the line that uses it forward, and the one that stores its gradient",
	}
}

// notFinite finds gradients that are no numbers.
func notFinite(_ *evidence, t *tensorEvidence) *Diagnosis {
	bad := 0
	for _, v := range t.claimed {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			bad++
		}
	}
	if bad == 0 {
		return nil
	}
	return &Diagnosis{
		Bug:  "not a number",
		Says: fmt.Sprintf("%d of %d elements are NaN or infinite: an exponential has overflowed, or a logarithm or division met 0", bad, len(t.claimed)),
		Look: "softmax: subtract the row's maximum before np.exp; cross-entropy: np.log(y + 1e-7)",
	}
}

// partlyZero finds whole rows or columns that were forgotten.
func partlyZero(_ *evidence, t *tensorEvidence) *Diagnosis {
	if !t.whole {
		return nil
	}
	rows, cols := matrix(t)
	for _, axis := range []struct {
		name         string
		count        int
		line, stride func(i int) int
	}{
		{"row", rows, func(i int) int { return i * cols }, func(int) int { return 1 }},
		{"column", cols, func(i int) int { return i }, func(int) int { return cols }},
	} {
		length := len(t.claimed) / axis.count
		var missing []int
		explained := true
		for i := range axis.count {
			empty, claimed, right := true, make([]float64, length), make([]float64, length)
			for k := range length {
				p := axis.line(i) + k*axis.stride(i)
				claimed[k], right[k] = t.claimed[p], t.right[p]
				empty = empty && claimed[k] == 0
			}
			switch {
			case empty && norm(right) > near*norm(t.right)/math.Sqrt(float64(axis.count)):
				missing = append(missing, i)
			case distance(claimed, right) > near && norm(minus(claimed, right)) > near*norm(t.right):
				explained = false
			}
		}
		if explained && len(missing) > 0 && len(missing) < axis.count {
			return &Diagnosis{
				Bug:  "a part is forgotten",
				Says: fmt.Sprintf("%s %v of the gradient is zero and all others are right: a loop or a slice ends too early", axis.name, missing),
				Look: "the bounds of the loop or slice that fills it",
			}
		}
	}
	return nil
}

// matrix returns the tensor's shape as rows and columns; a vector is one row.
func matrix(t *tensorEvidence) (rows, cols int) {
	cols = t.segment.Shape[len(t.segment.Shape)-1]
	return t.segment.Len / cols, cols
}
