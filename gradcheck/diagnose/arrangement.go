package diagnose

import (
	"fmt"
	"slices"
)

// transposed finds a matrix with the right numbers, stored by columns.
func transposed(_ *evidence, t *tensorEvidence) *Diagnosis {
	if !t.whole || len(t.segment.Shape) != 2 {
		return nil
	}
	rows, cols := matrix(t)
	if rows == 1 || cols == 1 || distance(t.claimed, transpose(t.right, rows, cols)) > near {
		return nil
	}
	return &Diagnosis{
		Bug:  "transposed",
		Says: "the numbers are right and transposed",
		Look: "dW = np.dot(x.T, dz), not np.dot(dz.T, x); and a reshape does not transpose",
	}
}

// swapped finds the gradient of another tensor in this one's place.
func swapped(e *evidence, t *tensorEvidence) *Diagnosis {
	for _, other := range e.tensors {
		if other != t && len(other.right) == len(t.claimed) && norm(other.right) > 0 && distance(t.claimed, other.right) < near {
			return &Diagnosis{
				Bug:  "another tensor's gradient",
				Says: fmt.Sprintf("this is the gradient of %s", other.name()),
				Look: "the names under which gradients are stored: grads['b1'], grads['b2']",
			}
		}
	}
	return nil
}

// permuted finds the right rows, columns or numbers in another order.
func permuted(_ *evidence, t *tensorEvidence) *Diagnosis {
	if !t.whole || norm(t.right) == 0 {
		return nil
	}
	rows, cols := matrix(t)
	claimed, right, lines, what := t.claimed, t.right, rows, "rows"
	how := lined(claimed, right, lines)
	if how == "" {
		claimed, right, lines, what = transpose(claimed, rows, cols), transpose(right, rows, cols), cols, "columns"
		if rows == 1 {
			what = "elements"
		}
		how = lined(claimed, right, lines)
	}
	if how == "" {
		a, b := slices.Clone(t.claimed), slices.Clone(t.right)
		slices.Sort(a)
		slices.Sort(b)
		if distance(a, b) > near {
			return nil
		}
		return &Diagnosis{
			Bug:  "permuted",
			Says: "the numbers are right, in another order",
			Look: "reshape, transpose and ravel: does the order of the axes agree with that of the parameters?",
		}
	}
	return &Diagnosis{
		Bug:  "permuted",
		Says: fmt.Sprintf("the numbers are right, but the %s are %s", what, how),
		Look: "an index that is off by one, and whether examples or classes were shuffled apart from their targets",
	}
}

// lined says how the lines (rows of a matrix) of claimed are those of right in another order; "" if they are not.
func lined(claimed, right []float64, lines int) string {
	if lines < 2 {
		return ""
	}
	width := len(right) / lines
	for _, shift := range []int{1, -1, 2, -2} {
		k := ((shift%lines + lines) % lines) * width
		if distance(claimed, slices.Concat(right[len(right)-k:], right[:len(right)-k])) < near {
			return fmt.Sprintf("shifted by %d", shift)
		}
	}
	turned := make([]float64, 0, len(right))
	for i := lines - 1; i >= 0; i-- {
		turned = append(turned, right[i*width:(i+1)*width]...)
	}
	if distance(claimed, turned) < near {
		return "in reverse order"
	}
	if matched(claimed, right, lines, width) {
		return "in another order"
	}
	return ""
}

// matched reports whether every line of claimed is another line of right.
func matched(claimed, right []float64, lines, width int) bool {
	const most = 1024 // every line is compared with every other
	if lines > most {
		return false
	}
	limit, taken := near*norm(right), make([]bool, lines)
	for i := range lines {
		a, found := claimed[i*width:][:width], false
		for j := 0; j < lines && !found; j++ {
			if !taken[j] && norm(minus(a, right[j*width:][:width])) <= limit {
				taken[j], found = true, true
			}
		}
		if !found {
			return false
		}
	}
	return true
}
